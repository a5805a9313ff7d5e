import { parseArrayText } from '../../database/array-text';
import type { ColumnStatistics, Snapshot, SnapshotColumn, SnapshotTable } from '../../database/snapshot';
import type { IndexColumn } from '../../nouns/fix';
import type { ConstantCondition, TableUse } from '../uses/table-use';

/** A B-tree key must be smaller than a third of a page; texts of this mean width often are not. */
const maxKeyWidth = 500;

export function columnOf(table: SnapshotTable, name: string): SnapshotColumn | undefined {
  return table.columns.find((column) => column.name === name);
}

export function typeOf(use: TableUse, key: string): string {
  return use.expressions.has(key) ? '' : (columnOf(use.table, key)?.type ?? '');
}

/** A column by its name; an expression in parentheses, which only a call can do without. */
export function indexColumn(use: TableUse, key: string): IndexColumn {
  if (!use.expressions.has(key)) return { name: key };
  return { name: isEnclosed(key) ? key : `(${key})`, isExpression: true };
}

/** `lower(email)`, `(data ->> 'x')`; not `(created_at)::date`. */
function isEnclosed(sql: string): boolean {
  let depth = 0;
  const from = /^[\w.]*\(/.exec(sql)?.[0].length ?? 0;
  if (from === 0) return false;
  for (let i = from - 1; i < sql.length; i++) {
    if (sql[i] === '(') depth++;
    else if (sql[i] === ')' && --depth === 0) return i === sql.length - 1;
  }
  return false;
}

/** False for types without an order and for values too wide for a B-tree. */
export function isOrderable(use: TableUse, key: string): boolean {
  // The planner refuses an expression whose type has no order, or that is not immutable.
  if (use.expressions.has(key)) return true;
  const column = columnOf(use.table, key);
  if (!column || /^(?:json|xml|point|box|circle|line|lseg|path|polygon|geometry|geography|tsquery)\b/.test(column.type))
    return false;
  // In theory they have an order; nobody asks for it.
  if (/^(?:jsonb|tsvector)\b/.test(column.type)) return false;
  return (column.statistics?.averageWidth ?? 0) <= maxKeyWidth;
}

/** Different values; 0 where nothing is known. */
export function distinct(table: SnapshotTable, name: string): number {
  const statistics: ColumnStatistics | undefined = columnOf(table, name)?.statistics;
  if (!statistics) return 0;
  return statistics.distinct < 0 ? -statistics.distinct * table.rows : statistics.distinct;
}

/** The share of a table's rows that a written-out condition keeps; undefined where the statistics do not say. */
export function fractionOf(condition: ConstantCondition, table: SnapshotTable): number | undefined {
  const statistics = columnOf(table, condition.column)?.statistics;
  if (!statistics) return undefined;
  const { test } = condition;
  switch (test.kind) {
    case 'null':
      return statistics.nullFraction;
    case 'not null':
      return 1 - statistics.nullFraction;
    case 'true':
      return shareOf('t', statistics, table.rows);
    case 'false':
      return shareOf('f', statistics, table.rows);
    default:
      return test.values.reduce((sum, value) => sum + shareOf(value, statistics, table.rows), 0);
  }
}

/** As var_eq_const() in selfuncs.c: a most common value's frequency, else an equal part of what they leave. */
function shareOf(value: string, statistics: ColumnStatistics, rows: number): number {
  const values = parseArrayText(statistics.mostCommonValues ?? '{}');
  const frequencies = parseArrayText(statistics.mostCommonFrequencies ?? '{}').map(Number);
  const at = values.indexOf(value);
  if (at >= 0) return frequencies[at] ?? 0;
  const left = 1 - statistics.nullFraction - frequencies.reduce((sum, frequency) => sum + frequency, 0);
  const count = statistics.distinct < 0 ? -statistics.distinct * rows : statistics.distinct;
  return Math.max(0, left) / Math.max(1, count - values.length);
}

export function isTextColumn(use: TableUse, key: string): boolean {
  return /^(?:text|character varying)\b(?!.*\[)/.test(typeOf(use, key));
}

/** Whether an index in the collation's order finds the texts that start with some letters, as in C. */
export function isInCodeOrder(use: TableUse, key: string, snapshot: Snapshot): boolean {
  const own = columnOf(use.table, key)?.collation;
  const collation = own === undefined ? snapshot.collation : own.replace(/^.*\./, '').replaceAll('"', '');
  return /^(?:C|POSIX)$/i.test(collation ?? '');
}

export function hasExtension(snapshot: Snapshot, name: string): boolean {
  return name in snapshot.extensions || snapshot.availableExtensions.includes(name);
}
