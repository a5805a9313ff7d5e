import { entry, isTrue } from '../../facts/value-access';
import type { Link, Value } from '../../facts/values';
import { joined, type SqlText, sql } from '../support/sql-text';
import { argument } from './expressions';
import { quote } from './lookups';
import type { Query } from './query';

/** A part, and rows that are told apart, are counted in a query around them. */
export function counted(query: Query): SqlText {
  const isPart = query.limit !== undefined || query.distinct.length > 0 || query.combined.length > 0;
  if (!isPart && !query.group) return sql`SELECT COUNT(*) AS "__count" ${query.source()}`;
  if (query.combined.length > 0) query.unknown('A count of a union is not read.');
  if (query.limit === undefined) query.order = [];
  if (query.distinct.length === 0 && !query.columns) {
    const key = query.model.columns.find(({ isPrimaryKey }) => isPrimaryKey);
    query.columns = key ? [query.named(key.property) ?? { text: [quote(key.column)] }] : [];
  }
  query.lock = '';
  return sql`SELECT COUNT(*) FROM (${query.rows()}) subquery`;
}

/** `aggregate(Max('score'), total=Sum('score'))` */
export function aggregated(query: Query, values: readonly Value[]): SqlText {
  const given = values.flatMap((value) => (value.kind === 'object' ? value.entries.map((one) => one.value) : [value]));
  const found = given.map((value) => argument(value, query));
  if (query.group || query.limit !== undefined || query.distinct.length > 0)
    query.unknown('An aggregate of groups or of a part is not read.');
  if (!found.every((one) => one?.isAggregate)) query.unknown('An aggregate is not read.');
  const names = values.flatMap((value) =>
    value.kind === 'object' ? value.entries.map(({ key }) => String(key)) : [''],
  );
  const texts = found.map((one, i): SqlText => sql`${one?.text ?? []}${names[i] ? ` AS ${quote(names[i])}` : ''}`);
  return sql`SELECT ${joined(texts, ', ')} ${query.source()}`;
}

const setWords: Readonly<Record<string, string>> = { union: 'UNION', intersection: 'INTERSECT', difference: 'EXCEPT' };

/** `union()` and its like. */
export function combine(query: Query, { name, arguments: values = [] }: Link): void {
  const options = values.findLast((one) => one.kind === 'object');
  const all = isTrue(entry(options, 'all')) ? ' ALL' : '';
  query.order = [];
  for (const value of values) {
    if (value === options) continue;
    const inner = query.context.queryset(query.followed(value), query, 'beside');
    if (!inner || inner.isUnknown || inner.notes.length > 0) query.unknown(`What ${name}() takes is not read.`);
    else {
      inner.order ??= [];
      query.combined.push(sql` ${setWords[name] ?? ''}${all} (${inner.rows()})`);
    }
  }
}
