import type { Expression } from '../knex/expression';
import { joined, sql } from '../support/sql-text';
import type { ObjectionQuery } from './query';
import { listOf } from './related';
import type { Step } from './step';

export const first: Step = (query, _given, { link }) => {
  query.isFirst = true;
  query.nameRange = link.range;
};

export const findById: Step = (query, [id], { link, located }) => {
  query.isFirst = true;
  query.nameRange = link.range;
  const { idColumns } = query.details;
  if (id === undefined) return;
  const values = id.kind === 'array' ? id.elements.map((each) => query.reader.expression(each)) : [id];
  const parts = idColumns.map((column, i) => {
    const value = values[i] ?? { kind: 'runtime' as const, source: 'id', range: id.range, isArray: false };
    const single = located[0] && idColumns.length === 1 ? located[0].value : undefined;
    if (single) query.equals.push({ property: column, value: single });
    return sql`${query.column(column)} = ${query.reader.parameter(value)}`;
  });
  if (parts.length > 1) query.isOnlyEquals = false;
  query.wheres.push({ bool: 'and', sql: joined(parts, ' and ') });
};

export const findByIds: Step = (query, [ids], { link }) => {
  const { idColumns } = query.details;
  query.nameRange = link.range;
  query.isOnlyEquals = false;
  if (ids)
    query.wheres.push({
      bool: 'and',
      sql: sql`${query.columnsSql(idColumns)} in ${listOf(query, ids, idColumns.length)}`,
    });
};

/** page(2, 20) → LIMIT 20 OFFSET 40 */
export const page: Step = (query, [number, size], { link }) => {
  query.task = { kind: 'range' };
  query.nameRange = link.range;
  if (!number || !size) return;
  query.limit = query.reader.parameter(size);
  query.offset = computed(number, size, (a, b) => a * b, '*');
};

export const range: Step = (query, [from, to], { link }) => {
  query.task = { kind: 'range' };
  query.nameRange = link.range;
  if (!from || !to) return;
  query.limit = computed(to, from, (a, b) => a - b + 1, '-');
  const isZero = from.kind === 'literal' && !from.value;
  query.offset = isZero ? undefined : query.reader.parameter(from);
};

function computed(
  a: Expression,
  b: Expression,
  by: (a: number, b: number) => number,
  sign: string,
): ObjectionQuery['limit'] {
  if (a.kind === 'literal' && b.kind === 'literal') {
    const constant = by(Number(a.value), Number(b.value));
    return constant === 0 ? undefined : [{ source: String(constant), constant, range: a.range }];
  }
  const source = (each: Expression): string => ('source' in each ? each.source : '…');
  return [{ source: `${source(a)} ${sign} ${source(b)}`, range: a.range }];
}
