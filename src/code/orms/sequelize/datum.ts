import type { TextRange } from '../../../nouns/text-range';
import type { SqlText } from '../support/sql-text';
import type { Association, SequelizeModel } from './declared';

/**
 * What Sequelize would find in an argument at run time, as far as the program's text says: objects with operators as keys,
 * `fn()`, `col()`, models, and values that are known at run time only.
 */
export type Datum =
  | Constant
  | RunTime
  | Dict
  | List
  | Fn
  | Col
  | Cast
  | Literal
  | Where
  | Json
  | ModelRef
  | AssociationRef
  | { readonly kind: 'undefined' };

export interface Constant {
  readonly kind: 'constant';
  readonly value: string | number | boolean | null;
  /** Where the program writes it. */
  readonly range?: TextRange;
}

export interface RunTime {
  readonly kind: 'run time';
  /** As written: `req.params.id`. */
  readonly source: string;
  readonly range: TextRange;
  readonly isArray?: true;
}

/** An operator is a symbol here as it is in Sequelize: its operators come before its names. */
export type Key = string | symbol;

export interface Dict {
  readonly kind: 'dict';
  readonly entries: ReadonlyMap<Key, Datum>;
  /** Where the program writes the names. */
  readonly places: ReadonlyMap<Key, TextRange>;
  /** More may be there at run time. */
  readonly isOpen?: true;
  readonly range?: TextRange;
}

export interface List {
  readonly kind: 'list';
  readonly items: readonly Datum[];
  readonly isOpen?: true;
}

/** `sequelize.fn('lower', …)` */
export interface Fn {
  readonly kind: 'fn';
  readonly name: string;
  readonly parameters: readonly Datum[];
}

export interface Col {
  readonly kind: 'col';
  readonly name: string;
}

export interface Cast {
  readonly kind: 'cast';
  readonly value: Datum;
  readonly type: string;
}

/** `sequelize.literal('now()')` */
export interface Literal {
  readonly kind: 'literal';
  readonly text: SqlText;
}

/** `sequelize.where(fn('lower', col('name')), Op.like, 'a%')` */
export interface Where {
  readonly kind: 'where';
  readonly left: Datum;
  readonly comparator: Key;
  readonly right: Datum;
}

/** `sequelize.json('meta.theme', 'dark')`, `sequelize.json({ meta: { theme: 'dark' } })` */
export interface Json {
  readonly kind: 'json';
  readonly path: Datum;
  readonly value?: Datum;
}

export interface ModelRef {
  readonly kind: 'model';
  readonly model: SequelizeModel;
  /** What `.scope(…)` made of it; the default scope where there is none. */
  readonly scope?: Dict;
  readonly range?: TextRange;
}

export interface AssociationRef {
  readonly kind: 'association';
  readonly association: Association;
  readonly range?: TextRange;
}

export const absent = { kind: 'undefined' } as const;

const operatorNames = [
  ...([
    'eq',
    'ne',
    'gte',
    'gt',
    'lte',
    'lt',
    'not',
    'is',
    'in',
    'notIn',
    'like',
    'notLike',
    'iLike',
    'notILike',
  ] as const),
  ...(['startsWith', 'endsWith', 'substring', 'regexp', 'notRegexp', 'iRegexp', 'notIRegexp', 'between'] as const),
  ...(['notBetween', 'overlap', 'contains', 'contained', 'adjacent', 'strictLeft', 'strictRight'] as const),
  ...(['noExtendRight', 'noExtendLeft', 'any', 'all', 'and', 'or', 'col', 'match', 'values'] as const),
];

export type OperatorName = (typeof operatorNames)[number];

/** `Op.in` and its like. */
export const Op = Object.fromEntries(operatorNames.map((name) => [name, Symbol(name)])) as Readonly<
  Record<OperatorName, symbol>
>;

export function op(name: OperatorName): symbol {
  return Op[name];
}

/** By the name that a program writes after `Op.`. */
export function operatorNamed(name: string): symbol | undefined {
  return (Op as Readonly<Record<string, symbol | undefined>>)[name];
}

export function constant(value: Constant['value'], range?: TextRange): Constant {
  return { kind: 'constant', value, ...(range ? { range } : {}) };
}

export function list(items: readonly Datum[]): List {
  return { kind: 'list', items };
}

export function dict(entries: Iterable<readonly [Key, Datum]>, like?: Dict): Dict {
  return {
    kind: 'dict',
    entries: new Map(entries),
    places: like?.places ?? new Map(),
    ...(like?.isOpen ? { isOpen: true } : {}),
    ...(like?.range ? { range: like.range } : {}),
  };
}

/** `{ [Op.and]: [a, b] }` */
export function and(...items: readonly Datum[]): Dict {
  return dict([[op('and'), list(items)]]);
}

export function member(of: Datum | undefined, key: Key): Datum | undefined {
  if (of?.kind !== 'dict') return undefined;
  const value = of.entries.get(key);
  return value?.kind === 'undefined' ? undefined : value;
}

/** Operators first, then names: the order in which Sequelize writes conditions. */
export function keysOf(of: Dict): Key[] {
  const keys = [...of.entries.keys()];
  return [...keys.filter((key) => typeof key === 'symbol'), ...keys.filter((key) => typeof key === 'string')];
}

export function isTrue(value: Datum | undefined): boolean {
  return value?.kind === 'constant' ? Boolean(value.value) : value !== undefined && value.kind !== 'undefined';
}

export function isFalse(value: Datum | undefined): boolean {
  return value?.kind === 'constant' && value.value === false;
}

export function isNull(value: Datum | undefined): boolean {
  return value?.kind === 'constant' && value.value === null;
}

export function textOf(value: Datum | undefined): string | undefined {
  return value?.kind === 'constant' && typeof value.value === 'string' ? value.value : undefined;
}

export type SqlMethod = Fn | Col | Cast | Literal | Where | Json;

/** fn(), col(), literal() and their like: what Sequelize writes as SQL and not as a value. */
export function isSqlMethod(value: Datum | undefined): value is SqlMethod {
  return value !== undefined && /^(?:fn|col|cast|literal|where|json)$/.test(value.kind);
}
