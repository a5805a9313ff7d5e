import { entry, isTrue, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import { joined, type SqlText, sql } from '../support/sql-text';
import { detailsOf } from './details';
import { argument, type Grouped } from './expressions';
import type { Query } from './query';

/** One thing of a SELECT. */
export interface Selected {
  readonly text: SqlText;
  /** Of annotations, and of what values() names. */
  readonly name?: string;
  /** By what rows are grouped for it. */
  readonly group?: readonly Grouped[];
  readonly isAggregate?: boolean;
}

function keyOf(text: SqlText): string {
  return JSON.stringify(text);
}

function positionOf(text: SqlText, selected: readonly Selected[]): string | undefined {
  const index = selected.findIndex((one) => one.name !== undefined && keyOf(one.text) === keyOf(text));
  return index < 0 ? undefined : String(index + 1);
}

/** GROUP BY and HAVING. A table's columns depend on its key: where that is among them, the others are left out. */
export function grouping(query: Query, selected: readonly Selected[], ordered: readonly Grouped[]): SqlText {
  const having = query.having.length === 0 ? [] : sql` HAVING ${joined(query.having, ' AND ')}`;
  if (!query.group) return having;
  const all = [
    ...query.group,
    ...selected.filter((one) => !one.isAggregate).flatMap(({ group }) => group ?? []),
    ...ordered,
  ];
  const keyed = new Set(all.flatMap(({ alias, isKey }) => (isKey && alias !== undefined ? [alias] : [])));
  const kept = all.filter(({ alias, isKey }) => isKey || alias === undefined || !keyed.has(alias));
  const texts = new Map(kept.map(({ text }) => [keyOf(text), text]));
  if (texts.size === 0) return having;
  const list = [...texts.values()].map((text): SqlText => {
    const position = positionOf(text, selected);
    return position === undefined ? text : [position];
  });
  return sql` GROUP BY ${joined(list, ', ')}${having}`;
}

/** ORDER BY; `byKey`: first() and last() go by the primary key where nothing else is said. */
export function ordering(
  query: Query,
  selected: readonly Selected[],
  byKey: boolean,
): { text: SqlText; group: Grouped[] } {
  // Groups have no order of the model's own.
  const own = query.group ? [] : detailsOf(query.model).ordering;
  const asked: readonly (Value | string)[] = query.order ?? own;
  const group: Grouped[] = [];
  const texts = (asked.length > 0 ? asked : byKey ? ['pk'] : []).flatMap((each) => {
    const name = typeof each === 'string' ? each : stringOf(each);
    const found = name === undefined ? byExpression(query, each as Value, selected) : byName(query, name, selected);
    if (!found) query.unknown('The order is not read.');
    if (query.order) group.push(...(found ?? []).flatMap((one) => one.group));
    return (found ?? []).map(({ text }) => text);
  });
  return { text: texts.length === 0 ? [] : sql` ORDER BY ${joined(texts, ', ')}`, group };
}

interface Ordered {
  readonly text: SqlText;
  readonly group: readonly Grouped[];
}

function byName(query: Query, given: string, selected: readonly Selected[]): Ordered[] | undefined {
  if (given === '?') return [{ text: ['RANDOM()'], group: [] }];
  const name = given.replace(/^[-+]/, '');
  const isDown = given.startsWith('-') !== query.isReversed;
  const word = isDown ? 'DESC' : 'ASC';
  const index = selected.findIndex((one) => one.name === name);
  if (index >= 0) return [{ text: [`${index + 1} ${word}`], group: [] }];
  const annotated = query.annotation(name);
  if (annotated) return [{ text: sql`${annotated.text} ${word}`, group: annotated.group }];
  const found = query.tables.resolve(name);
  if (!found || found.rest !== undefined) return undefined;
  // `order_by('author')` goes by the order of authors, where they have one.
  const inner = found.relation ? detailsOf(found.relation).ordering : [];
  if (inner.length > 0 && !/(?:_id|pk)$/.test(name)) {
    const all = inner.map((one) => {
      const [, sign = '', rest = ''] = /^([-+]?)(.*)$/.exec(one) ?? [];
      const isUp = (sign === '-') === given.startsWith('-');
      return byName(query, `${isUp ? '' : '-'}${name}__${rest}`, selected);
    });
    return all.every((one) => one !== undefined) ? all.flat() : undefined;
  }
  const column: SqlText = [found.text];
  return [{ text: sql`${column} ${word}`, group: [{ text: column, alias: found.alias }] }];
}

/** `F('title').desc(nulls_last=True)`, `Lower('title')` */
function byExpression(query: Query, value: Value, selected: readonly Selected[]): Ordered[] | undefined {
  if (value.kind !== 'chain') return undefined;
  const last = value.links.at(-1);
  const isDirected = last?.arguments !== undefined && /^(?:asc|desc)$/.test(last.name);
  const inner = isDirected ? { ...value, links: value.links.slice(0, -1) } : value;
  const found = argument(inner, query);
  if (!found) return undefined;
  const isDown = isDirected && last.name === 'desc';
  const options = last?.arguments?.at(-1);
  const nulls = isTrue(entry(options, 'nulls_last'))
    ? ' NULLS LAST'
    : isTrue(entry(options, 'nulls_first'))
      ? ' NULLS FIRST'
      : '';
  if (query.isReversed && nulls !== '') return undefined;
  const position = positionOf(found.text, selected);
  const text: SqlText = position === undefined ? found.text : [position];
  return [{ text: sql`${text} ${isDown !== query.isReversed ? 'DESC' : 'ASC'}${nulls}`, group: found.group }];
}
