import type { TextRange } from '../../../nouns/text-range';
import type { Link, Value } from '../../facts/values';
import type { Place } from '../../resolve/origin';
import type { GeneratedParameter } from '../orm';

/**
 * What an expression stands for while a call of a query builder is acted out: a builder's methods take and give things, as
 * the real ones take and give objects. `eq(posts.id, id)` → a library's thing, called with a column and a value.
 */
export type Thing = ConstantThing | UnknownThing | ListThing | RecordThing | FunctionThing | LibraryThing;

export interface ConstantThing {
  readonly kind: 'constant';
  readonly value: string | number | boolean | null | undefined;
  readonly range: TextRange;
  readonly written?: Written;
}

/** The expression of the program, and where it is to be read. */
export interface Written {
  readonly value: Value;
  readonly at: Place;
}

/** Known at run time only. */
export interface UnknownThing {
  readonly kind: 'unknown';
  /** As the program writes it: `req.params.id`. */
  readonly source: string;
  readonly type?: string;
  readonly range: TextRange;
  readonly written?: Written;
  /** What its declared type says that it holds: the names of its members. */
  members?(): readonly string[] | undefined;
}

export interface ListThing {
  readonly kind: 'list';
  readonly items: readonly Thing[];
  /** More may be there at run time. */
  readonly isOpen: boolean;
  readonly range: TextRange;
}

export interface RecordThing {
  readonly kind: 'record';
  readonly entries: ReadonlyMap<string, Thing>;
  /** Where the keys stand. */
  readonly ranges: ReadonlyMap<string, TextRange>;
  readonly isOpen: boolean;
  readonly range: TextRange;
}

/** A function of the program; calling it gives what it returns. */
export interface FunctionThing {
  readonly kind: 'function';
  readonly range: TextRange;
  call(given: readonly Thing[]): Thing;
}

/** How something was called: where it stands, and how the program writes it. */
export interface CallPlace {
  readonly link: Link;
  /** Of the whole expression up to this call. */
  readonly range: TextRange;
  readonly source: string;
  readonly at: Place;
}

/** Something that a library brings: a builder, a column, a function. What it does not know is undefined. */
export abstract class LibraryThing {
  readonly kind = 'library';
  get(_name: string, _range: TextRange): Thing | undefined {
    return undefined;
  }
  call(_given: readonly Thing[], _place: CallPlace): Thing | undefined {
    return undefined;
  }
  template(_strings: readonly string[], _values: readonly Thing[], _range: TextRange): Thing | undefined {
    return undefined;
  }
}

export type Method = (given: readonly Thing[], place: CallPlace) => Thing | undefined;

/** A function of a library. */
export class LibraryFunction extends LibraryThing {
  readonly #act: Method;

  constructor(act: Method) {
    super();
    this.#act = act;
  }

  override call(given: readonly Thing[], place: CallPlace): Thing | undefined {
    return this.#act(given, place);
  }
}

export const nowhere: TextRange = { start: 0, end: 0 };

export function constant(value: ConstantThing['value'], range: TextRange = nowhere): ConstantThing {
  return { kind: 'constant', value, range };
}

export function unknown(source: string, range: TextRange): UnknownThing {
  return { kind: 'unknown', source, range };
}

export function list(items: readonly Thing[], range: TextRange = nowhere, isOpen = false): ListThing {
  return { kind: 'list', items, isOpen, range };
}

/** An object of the run time as its type declares it; undefined when nothing says what it holds. */
export function recordOf(thing: Thing): RecordThing | undefined {
  if (thing.kind === 'record') return thing;
  const members = thing.kind === 'unknown' ? thing.members?.() : undefined;
  if (thing.kind !== 'unknown' || members === undefined) return undefined;
  const { source, range } = thing;
  const entries = new Map(members.map((name): [string, Thing] => [name, unknown(`${source}.${name}`, range)]));
  return { kind: 'record', entries, ranges: new Map(), isOpen: false, range };
}

export function isUndefined(thing: Thing | undefined): boolean {
  return thing === undefined || (thing.kind === 'constant' && thing.value === undefined);
}

export function textOf(thing: Thing | undefined): string | undefined {
  return thing?.kind === 'constant' && typeof thing.value === 'string' ? thing.value : undefined;
}

export function entryOf(thing: Thing | undefined, name: string): Thing | undefined {
  const found = thing?.kind === 'record' ? thing.entries.get(name) : undefined;
  return isUndefined(found) ? undefined : found;
}

/** `[a, b]` and `a` alike. */
export function itemsOf(thing: Thing | undefined): readonly Thing[] {
  if (thing === undefined) return [];
  return thing.kind === 'list' ? thing.items : [thing];
}

/** What the library binds for a value that is none of its own things. */
export function parameterOf(thing: Thing): GeneratedParameter {
  switch (thing.kind) {
    case 'constant': {
      const { value, range } = thing;
      const source = typeof value === 'string' ? `'${value}'` : String(value);
      return { source, range, constant: value ?? null };
    }
    case 'unknown':
      return { source: thing.source, range: thing.range };
    case 'list':
      return { source: '[…]', range: thing.range, isArray: true };
    case 'record':
      return { source: '{…}', range: thing.range };
    default:
      return { source: '…', range: 'range' in thing ? thing.range : nowhere };
  }
}
