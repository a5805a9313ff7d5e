import { joined, type SqlText, sql } from '../support/sql-text';
import type { Expression } from './expression';
import type { KnexQuery } from './query';
import type { Reader } from './reader';
import type { Located } from './scope';

/** update({ … }), update('column', value) */
export function setUpdates(query: KnexQuery, given: readonly Located[]): void {
  const { reader } = query;
  const [first, second, third] = given.map((each) => reader.expression(each));
  query.method = 'update';
  if (first?.kind === 'literal' && typeof first.value === 'string') {
    if (second) query.updates.push({ column: first.value, value: reader.parameter(second) });
    if (third) setReturning(query, third);
    return;
  }
  if (first?.kind === 'object') query.updates.push(...updatesOf(query, first));
  if (first?.kind !== 'object' || first.isOpen) query.hasOpenUpdates = true;
  if (second) setReturning(query, second);
}

function updatesOf(query: KnexQuery, object: Expression & { kind: 'object' }): { column: string; value: SqlText }[] {
  const { reader } = query;
  return object.entries.flatMap(({ key, value }) => {
    const expression = reader.expression(value);
    const column = query.columnOf(key);
    if (column === undefined || (expression.kind === 'literal' && expression.value === undefined)) return [];
    return [{ column, value: reader.parameter(expression) }];
  });
}

/** increment('views', 2), increment({ views: 1 }), decrement('stock') */
export function addCounters(query: KnexQuery, sign: '+' | '-', given: readonly Located[]): void {
  const { reader } = query;
  const [first, amount] = given.map((each) => reader.expression(each));
  query.method = 'update';
  if (first?.kind === 'object') {
    for (const { key, value } of first.entries) counter(query, sign, key, reader.expression(value));
  } else if (first?.kind === 'literal') {
    const one: Expression = { kind: 'literal', value: 1, source: '1', range: first.range };
    counter(query, sign, String(first.value), amount ?? one);
  } else reader.unknown('The column that is counted is known at run time only.');
}

/** A negative amount turns the sign. */
function counter(query: KnexQuery, sign: '+' | '-', column: string, amount: Expression): void {
  const isNegative = amount.kind === 'literal' && typeof amount.value === 'number' && amount.value < 0;
  const shown = isNegative ? (sign === '+' ? '-' : '+') : sign;
  query.counters.set(column, sql`${query.reader.quoted(column)} ${shown} ${query.reader.parameter(amount)}`);
}

/** returning('id'), returning(['id', 'title as t']), returning('*') */
export function setReturning(query: KnexQuery, expression: Expression): void {
  const name = query.reader.name(expression);
  if (name) query.returning = name;
  else query.reader.note('Columns that are chosen at run time are not included.');
}

interface Rows {
  readonly columns: readonly string[];
  /** Values by column, in the order of the rows. */
  readonly rows: readonly ReadonlyMap<string, SqlText>[];
}

function rowsOf(query: KnexQuery, expression: Expression): Rows | undefined {
  const { reader } = query;
  const all = expression.kind === 'array' ? expression.elements.map((each) => reader.expression(each)) : [expression];
  const rows: Map<string, SqlText>[] = [];
  for (const row of all) {
    if (row.kind !== 'object') return undefined;
    if (row.isOpen) reader.note('Columns that are set at run time are not included.');
    rows.push(
      new Map([
        ...query.addedColumns,
        ...row.entries.flatMap(({ key, value }) => {
          const given = reader.expression(value);
          const column = query.columnOf(key);
          const isLeftOut = column === undefined || (given.kind === 'literal' && given.value === undefined);
          return isLeftOut ? [] : [[column, reader.parameter(given)] as const];
        }),
      ]),
    );
  }
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))].sort();
  return { columns, rows };
}

export function insertSql(query: KnexQuery): SqlText {
  const { reader, insert } = query;
  const start = sql`${query.withSql()}insert into ${query.tableSql()} `;
  if (insert === undefined) return sql`${start}default values`;
  if (insert.kind === 'query' || insert.kind === 'callable' || insert.kind === 'sql') {
    const body = insert.kind === 'sql' ? insert.sql : reader.subQuery(insert).sql();
    return sql`${start}${body}${conflictSql(query, [])}${query.returningSql()}`;
  }
  const data = rowsOf(query, insert);
  const isEmptyRow = data?.columns.length === 0 && insert.kind === 'object' && !insert.isOpen;
  if (isEmptyRow) return sql`${start}default values${query.returningSql()}`;
  if (data === undefined || data.columns.length === 0) {
    reader.unknown('The columns that are set are known at run time only.');
    return start;
  }
  const names = data.columns.map((column) => [reader.quoted(column)]);
  const rows = data.rows.map((row) => {
    const values = data.columns.map((column) => row.get(column) ?? ['DEFAULT']);
    return sql`(${joined(values, ', ')})`;
  });
  return sql`${start}(${joined(names, ', ')}) values ${joined(rows, ', ')}${conflictSql(query, data.columns)}${query.returningSql()}`;
}

function conflictSql(query: KnexQuery, columns: readonly string[]): SqlText {
  const { reader, onConflict } = query;
  if (onConflict === undefined) return [];
  const target = onConflict.target ? sql` ${onConflict.target}` : [];
  if (onConflict.merge === undefined) return sql` on conflict${target} do nothing`;
  const { updates } = onConflict.merge;
  const excluded = (names: readonly string[]): SqlText => {
    const sets = names.map((name) => {
      const quoted = reader.quoted(name.split('.').at(-1) ?? name);
      return [`${quoted} = excluded.${quoted}`];
    });
    return joined(sets, ', ');
  };
  let sets: SqlText;
  if (updates?.kind === 'array') {
    const names = updates.elements.map((each) => reader.expression(each));
    sets = excluded(names.flatMap((name) => (name.kind === 'literal' ? [String(name.value)] : [])));
    if (updates.isOpen) reader.note('Columns that are set at run time are not included.');
  } else if (updates?.kind === 'object') {
    if (updates.isOpen) reader.note('Columns that are set at run time are not included.');
    sets = setsSql(reader, updatesOf(query, updates));
  } else if (updates?.kind === 'runtime') {
    reader.unknown('The columns that are set are known at run time only.');
    sets = [];
  } else sets = excluded(columns);
  const where = query.whereSql();
  return sql` on conflict${target} do update set ${sets}${where.length > 0 ? sql` ${where}` : ''}`;
}

function setsSql(reader: Reader, updates: readonly { column: string; value: SqlText }[]): SqlText {
  return joined(
    updates.map(({ column, value }) => sql`${reader.quoted(column)} = ${value}`),
    ', ',
  );
}

export function updateSql(query: KnexQuery): SqlText {
  const { reader } = query;
  const start = sql`${query.withSql()}update ${query.only ? 'only ' : ''}${query.tableSql()} set `;
  const last = new Map([...query.addedColumns, ...query.updates.map(({ column, value }) => [column, value] as const)]);
  for (const [column, value] of query.counters) if (!last.has(column)) last.set(column, value);
  const sets = [...last].map(([column, value]) => ({ column, value }));
  if (sets.length === 0) reader.unknown('The columns that are set are known at run time only.');
  else if (query.hasOpenUpdates) reader.note('Columns that are set at run time are not included.');
  const from = query.updateFrom ? sql` from ${query.updateFrom}` : [];
  return sql`${start}${setsSql(reader, sets)}${from}${before(query.whereSql())}${query.returningSql()}`;
}

/** A join of a DELETE becomes USING with its conditions behind the others. */
export function deleteSql(query: KnexQuery): SqlText {
  const start = sql`${query.withSql()}delete from ${query.only ? 'only ' : ''}${query.tableSql()}`;
  const tables = [...query.using, ...query.joins.map(({ table }) => table)];
  const using = tables.length > 0 ? sql` using ${joined(tables, ', ')}` : [];
  const conditions = query.joins.flatMap((join) => join.conditions);
  const wheres = query.whereSql();
  const more =
    conditions.length === 0 ? [] : sql` ${wheres.length > 0 ? 'and' : 'where'} ${joined(conditions, ' and ')}`;
  return sql`${start}${using}${before(wheres)}${more}${query.returningSql()}`;
}

function before(text: SqlText): SqlText {
  return text.length > 0 ? sql` ${text}` : [];
}
