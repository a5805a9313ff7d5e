import type { TextRange } from '../../../nouns/text-range';
import type { Value } from '../../facts/values';
import type { Association } from '../../models/model';
import type { OrmCall } from '../orm';
import { StatementText } from '../support/statement-text';
import type { ModelFacts } from './models';

export interface Order {
  readonly text: string;
  /** The same the other way round, for `last`; undefined where the program wrote the text. */
  readonly reversed?: string;
}

/** What a relation has been asked for so far. Every step makes a copy with more. Texts hold the parameters of `text`. */
export interface Relation {
  readonly kind: 'relation';
  readonly facts: ModelFacts;
  readonly text: StatementText;
  readonly joins: readonly string[];
  readonly conditions: readonly string[];
  readonly orders: readonly Order[];
  readonly groups: readonly string[];
  readonly having: readonly string[];
  readonly selects: readonly string[];
  readonly limit?: string;
  readonly offset?: string;
  readonly isDistinct?: true | undefined;
  readonly lock?: string;
  readonly loads: readonly Load[];
  readonly equals: OrmCall['equals'];
  readonly isOnlyEquals: boolean;
  readonly notes: readonly string[];
  /** What is read in the place of the table: `Post.from(…)`. */
  readonly from?: string;
  /** The conditions of `topic.replies` while nothing is added: their number stands in the row (`counter_cache`). */
  readonly counted?: readonly string[];
  /** What each row has without being asked for: the post of `post.comments`. */
  readonly inverse?: string;
  /** Nothing is sent: `Post.none`. */
  readonly isNone?: true;
  /** Of a row (`post.comments`), of one of many, of one that has them already. */
  readonly isOfRow?: true;
  readonly isOfElement?: true;
  readonly isLoaded?: true;
}

export interface Load {
  readonly path: string;
  readonly range: TextRange;
  readonly way: 'includes' | 'preload' | 'eager_load';
}

export function relationOf(facts: ModelFacts, text = new StatementText()): Relation {
  return {
    kind: 'relation',
    facts,
    text,
    joins: [],
    conditions: [],
    orders: [],
    groups: [],
    having: [],
    selects: [],
    loads: [],
    equals: [],
    isOnlyEquals: true,
    notes: [],
  };
}

export function quotedName(name: string): string {
  return name
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');
}

/** "posts"."author_id" */
export function columnOf(facts: ModelFacts, column: string): string {
  return `${quotedName(facts.model.table)}.${quotedName(column)}`;
}

export function tailOf(relation: Relation, orders = relation.orders): string {
  const { joins, conditions, groups, having, limit, offset, lock } = relation;
  return [
    ...joins,
    ...(conditions.length === 0 ? [] : [`WHERE ${conditions.join(' AND ')}`]),
    ...(groups.length === 0 ? [] : [`GROUP BY ${groups.join(', ')}`]),
    ...(having.length === 0 ? [] : [`HAVING ${having.join(' AND ')}`]),
    ...(orders.length === 0 ? [] : [`ORDER BY ${orders.map(({ text }) => text).join(', ')}`]),
    ...(limit === undefined ? [] : [`LIMIT ${limit}`]),
    ...(offset === undefined ? [] : [`OFFSET ${offset}`]),
    ...(lock === undefined ? [] : [lock]),
  ].join(' ');
}

export function selectOf(relation: Relation, list?: string): string {
  const table = quotedName(relation.facts.model.table);
  const chosen = list ?? (relation.selects.length > 0 ? relation.selects.join(', ') : `${table}.*`);
  return `SELECT ${relation.isDistinct ? 'DISTINCT ' : ''}${chosen} FROM ${relation.from ?? table} ${tailOf(relation)}`.trim();
}

/** The rows that belong to one row: `post.comments`, `post.author`. */
export function relatedTo(association: Association, target: ModelFacts, row: string, range: TextRange): Relation {
  const { kind, through, foreignKey, referenced, inverse, details } = association;
  const relation: Relation = { ...relationOf(target), isOfRow: true };
  const { text } = relation;
  const [key = '', other = 'id'] = [foreignKey[0], referenced[0]];
  const parameter = (column: string) => text.parameter({ source: `${row}.${column}`, range });
  const equalTo = (column: string, property: string): OrmCall['equals'][number] => {
    const rootRange = range;
    const value: Value = { kind: 'chain', root: row, rootRange, links: [{ name: column, range }], range };
    return { property, value };
  };
  if (kind === 'belongsTo') {
    const conditions = [`${columnOf(target, other)} = ${parameter(key)}`];
    return { ...relation, conditions, equals: [equalTo(key, other)] };
  }
  if (!through) {
    const conditions = [`${columnOf(target, key)} = ${parameter(other)}`];
    if (typeof details?.typeColumn === 'string')
      conditions.push(
        `${columnOf(target, details.typeColumn)} = ${text.parameter({ source: String(details.typeName), constant: String(details.typeName), range })}`,
      );
    const typed: OrmCall['equals'] =
      typeof details?.typeColumn === 'string'
        ? [{ property: details.typeColumn, value: { kind: 'literal', value: String(details.typeName), range } }]
        : [];
    return {
      ...relation,
      conditions,
      equals: [equalTo(other, key), ...typed],
      ...(inverse === undefined ? {} : { inverse }),
    };
  }
  const table = quotedName(through.table);
  const [otherKey = '', otherReferenced = ''] = [through.otherKey[0], through.otherReferenced[0]];
  const joins = [`INNER JOIN ${table} ON ${columnOf(target, otherReferenced)} = ${table}.${quotedName(otherKey)}`];
  const conditions = [`${table}.${quotedName(key)} = ${parameter(other)}`];
  return { ...relation, joins, conditions, isOnlyEquals: false };
}
