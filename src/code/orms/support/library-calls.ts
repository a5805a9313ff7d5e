import type { Value } from '../../facts/values';
import type { Origin, Place } from '../../resolve/origin';

/** The name of a library's own function or class that this is: 'Entity', 'Not', 'DataSource'. */
export function exportedName(origin: Origin | undefined, packages: RegExp): string | undefined {
  return origin?.kind === 'package' && packages.test(origin.package) ? origin.path.at(-1) : undefined;
}

/** `@Column('text')`, `Not(1)`, `new Brackets(…)`: a call of a library's own function, with where its arguments are to be read. */
export interface LibraryCall {
  readonly name: string;
  readonly arguments: readonly Value[];
  readonly at: Place;
}

export function libraryCall(origin: Origin, at: Place, packages: RegExp): LibraryCall | undefined {
  if (origin.kind === 'call') {
    const name = exportedName(origin.callee, packages);
    return name === undefined ? undefined : { name, arguments: origin.arguments, at: origin.at };
  }
  if (origin.kind === 'instance') {
    const name = exportedName(origin.of, packages);
    return name === undefined ? undefined : { name, arguments: origin.arguments ?? [], at: origin.at ?? at };
  }
  return undefined;
}
