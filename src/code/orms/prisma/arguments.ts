import type { TextRange } from '../../../nouns/text-range';
import { entryNames, isUndefinedLiteral, pathOf, sourceOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { Origin, Place, Tracer } from '../../resolve/origin';
import type { GeneratedParameter } from '../orm';

/** A value of a call's arguments, with the place where its names are to be read. */
export interface Argument {
  readonly value: Value;
  readonly at: Place;
  /** In the document of the call: of the name where the value itself stands in another file. */
  readonly range: TextRange;
}

export interface NamedArgument {
  /** '' for a key that only the run time knows: `[sortBy]: 'asc'`. */
  readonly name: string;
  readonly keyRange: TextRange;
  readonly argument: Argument;
}

/** Reads values through names that other functions and files declare: `select: postFields`, `where: published(userId)`. */
export class ArgumentReader {
  constructor(
    private readonly tracer: Tracer,
    private readonly home: Place,
  ) {}

  of(value: Value): Argument {
    return this.#settled({ value, at: this.home, range: value.range });
  }

  /** What an object holds under the name; undefined when it has none, or `undefined`, or `Prisma.skip`. */
  entry(of: Argument | undefined, name: string): Argument | undefined {
    return of && this.entries(of).find((entry) => entry.name === name)?.argument;
  }

  /** The properties that a value's type has, where the program declares it: `data: CreatePostDto`. */
  typeMembers({ value, at }: Argument): string[] | undefined {
    const origin = this.tracer.trace(value, at);
    if (origin.kind !== 'instance') return undefined;
    if (origin.of.kind === 'class') return origin.of.class.fields.map(({ name }) => name);
    return origin.of.kind === 'type' ? origin.of.type.members.map(({ name }) => name) : undefined;
  }

  /** In the order in which the names come first; those without a value are left out. */
  entries(of: Argument): NamedArgument[] {
    const { value } = of;
    if (value.kind !== 'object') return [];
    const computed = value.entries.filter(({ key }) => typeof key !== 'string');
    const named = entryNames(value).flatMap((name) => value.entries.findLast(({ key }) => key === name) ?? []);
    return [...named, ...computed].flatMap((entry) => {
      const argument = this.#child(of, entry.value);
      if (isUndefinedLiteral(argument.value) || pathOf(argument.value)?.join('.') === 'Prisma.skip') return [];
      const isHere = of.at.file === this.home.file;
      const name = typeof entry.key === 'string' ? entry.key : '';
      return [{ name, keyRange: isHere ? entry.keyRange : of.range, argument }];
    });
  }

  /** An array's elements, or the one value itself; undefined for a list that only the run time knows. */
  elements(of: Argument): Argument[] | undefined {
    if (of.value.kind === 'object') return [of];
    const each = mappedTo(of);
    if (each) return [this.#settled(each)];
    if (of.value.kind !== 'array') return undefined;
    const all = of.value.elements.map((element) => this.#child(of, element.value));
    return all.filter(({ value }) => !isUndefinedLiteral(value));
  }

  #child(of: Argument, value: Value): Argument {
    return this.#settled({ value, at: of.at, range: of.at.file === this.home.file ? value.range : of.range });
  }

  #settled(argument: Argument): Argument {
    let settled = argument;
    for (let steps = 0; steps < 10; steps++) {
      const { value, at } = settled;
      if (value.kind === 'choice' && value.options[0]) {
        settled = { ...settled, value: value.options[0].value };
        continue;
      }
      if (value.kind !== 'chain') break;
      const validated = validatorArgument(value);
      if (validated) {
        settled = { ...settled, value: validated };
        continue;
      }
      const origin = this.tracer.trace(value, at);
      if (isNotPassed(origin, at))
        return { ...settled, value: { kind: 'literal', value: undefined, range: value.range } };
      if (origin.kind !== 'value' || origin.value === value) break;
      settled = { ...settled, value: origin.value, at: origin.at };
    }
    return settled;
  }
}

/** `published()` of `(authorId?: number) => ({ published: true, authorId })`: the parameter is undefined. */
function isNotPassed(origin: Origin, { passed, function: called }: Place): boolean {
  return (
    origin.kind === 'parameter' &&
    origin.path.length === 0 &&
    passed?.function === called &&
    origin.function === origin.file.functions[called] &&
    origin.index >= passed.values.length
  );
}

/** `Prisma.validator<Prisma.PostSelect>()({ … })` → the object */
function validatorArgument(value: Value & { kind: 'chain' }): Value | undefined {
  if (value.root !== 'Prisma' || value.links[0]?.name !== 'validator' || value.links.length > 2) return undefined;
  return value.links.at(-1)?.arguments?.at(-1);
}

export function isOpen({ value }: Argument): boolean {
  return (value.kind === 'object' || value.kind === 'array') && value.open === true;
}

/** `names.map((name) => ({ name }))`: the object that stands for each element. */
function mappedTo({ value, at, range }: Argument): Argument | undefined {
  const link = value.kind === 'chain' ? value.links.at(-1) : undefined;
  const [mapper] = link?.arguments ?? [];
  if (link?.name !== 'map' || mapper?.kind !== 'function') return undefined;
  const returned = mapper.body.find(({ isReturned }) => isReturned)?.value;
  return returned && { value: returned, at: { ...at, function: mapper.id }, range };
}

/** Nothing is known of what it holds: a parameter, a call's result. */
export function isUnknown({ value }: Argument): boolean {
  return value.kind === 'chain' || value.kind === 'runtime';
}

export function isNull({ value }: Argument): boolean {
  if (value.kind === 'literal') return value.value === null;
  return /^Prisma\.(?:DbNull|AnyNull)$/.test(pathOf(value)?.join('.') ?? '');
}

export function isTrue({ value }: Argument): boolean {
  return value.kind === 'literal' && value.value === true;
}

export function isFalse({ value }: Argument): boolean {
  return value.kind === 'literal' && value.value === false;
}

export function parameterOf(argument: Argument): GeneratedParameter {
  const { value, range } = argument;
  const parameter = { source: sourceOf(value), range };
  const constant = value.kind === 'literal' ? value.value : undefined;
  return constant === undefined ? parameter : { ...parameter, constant };
}
