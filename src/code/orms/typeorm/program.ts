import { entry, nameOf, stringOf } from '../../facts/value-access';
import type { ChainValue, FunctionValue, Value } from '../../facts/values';
import type { Origin, Place, Tracer } from '../../resolve/origin';

const packages = /^(?:typeorm|@nestjs\/typeorm|typeorm-transactional.*)$/;

/** The name of TypeORM's own function or class that this is: 'Entity', 'Not', 'DataSource'. */
export function exportedName(origin: Origin | undefined): string | undefined {
  return origin?.kind === 'package' && packages.test(origin.package) ? origin.path.at(-1) : undefined;
}

/** `@Column('text')`, `Not(1)`: a call of TypeORM's own function, with where its arguments are to be read. */
export interface LibraryCall {
  readonly name: string;
  readonly arguments: readonly Value[];
  readonly at: Place;
}

export function libraryCall(origin: Origin, at: Place): LibraryCall | undefined {
  if (origin.kind === 'call') {
    const name = exportedName(origin.callee);
    return name === undefined ? undefined : { name, arguments: origin.arguments, at: origin.at };
  }
  if (origin.kind === 'instance') {
    const name = exportedName(origin.of);
    return name === undefined ? undefined : { name, arguments: origin.arguments ?? [], at: origin.at ?? at };
  }
  return undefined;
}

export function decoratorCall(chain: ChainValue, at: Place, tracer: Tracer): LibraryCall | undefined {
  return libraryCall(tracer.trace(chain, at), at);
}

/** A value with where its names are to be read, followed to what the program wrote: a constant of another file. */
export interface Located {
  readonly value: Value;
  readonly at: Place;
}

export function located(value: Value | undefined, at: Place, tracer: Tracer): Located | undefined {
  if (value === undefined) return undefined;
  if (value.kind !== 'chain') return { value, at };
  const origin = tracer.trace(value, at);
  return origin.kind === 'value' ? { value: origin.value, at: origin.at } : { value, at };
}

export function textAt(value: Value | undefined, at: Place, tracer: Tracer): string | undefined {
  return stringOf(value) ?? stringOf(located(value, at, tracer)?.value);
}

export function flagAt(options: Value | undefined, name: string): boolean | undefined {
  const value = entry(options, name);
  return value?.kind === 'literal' && typeof value.value === 'boolean' ? value.value : undefined;
}

/** What `() => User` gives, read inside that function. */
export function returned(value: FunctionValue, at: Place): Located | undefined {
  const step = value.body.find((each) => each.isReturned);
  return step === undefined ? undefined : { value: step.value, at: { file: at.file, function: value.id } };
}

/** The property that `(user) => user.posts` names, or `'posts'`. */
export function propertyNamed(value: Value | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value.kind !== 'function') return stringOf(value);
  const given = value.body.find((each) => each.isReturned)?.value;
  if (given?.kind !== 'chain' || given.links.some((link) => link.arguments !== undefined)) return undefined;
  return given.links.length === 0 ? undefined : given.links.map((link) => link.name).join('.');
}

/** What a name stands for in that function, where it is declared there: `const sub = qb.subQuery()…`. */
export function declaredIn(value: Value, functionId: number, { file }: Place): Value {
  const name = nameOf(value);
  if (name === undefined) return value;
  return file.functions[functionId]?.bindings.findLast(({ pattern }) => pattern.name === name)?.value ?? value;
}
