import { adviseQuery } from '../../advisor/query/advise-query';
import { ForeignKeys } from '../../database/growth/keys';
import type { HypotheticalPlanner } from '../../database/planner';
import type { Snapshot, SnapshotTable } from '../../database/snapshot';
import type { WorkspaceQuery } from '../../guide/facts';
import type { IndexFix } from '../../nouns/fix';
import type { PlanNode } from '../../nouns/plan';
import { quoteIdentifier } from '../../sql/identifiers';
import type { SqlParser } from '../../sql/parser';

export interface ForeignKeyOptions {
  readonly snapshot: Snapshot;
  readonly planner: HypotheticalPlanner;
  readonly parser: SqlParser;
  /** Of the workspace; what deletes there deletes on the server. */
  readonly queries: readonly WorkspaceQuery[];
  readonly signal: AbortSignal;
}

/** Tables from which is deleted, those with the largest ones behind first; each is planned in some ms. */
const mostTables = 30;
/** For the indexes of one table's foreign keys, in ms. */
const budgetMs = 1_000;

/**
 * Indexes for the foreign keys whose check reads a whole table, each proved by the plan of the query that PostgreSQL runs for a
 * deleted row. Only of tables from which the server has seen deletes, or the workspace sends some.
 */
export async function foreignKeyAdvice(options: ForeignKeyOptions): Promise<IndexFix[]> {
  const { snapshot, planner, parser, signal } = options;
  const fixes = new Map<string, IndexFix>();
  for (const table of deletedFrom(options).slice(0, mostTables)) {
    const parsed = parser.parse(`DELETE FROM ${fullName(table)}`);
    if (!parsed.ok) continue;
    const { statement } = parsed;
    const found = await adviseQuery({ statement, valueSets: [], snapshot, parser, planner, signal, budgetMs });
    for (const fix of found) if (fix.foreignKey && readsAll(fix)) fixes.set(JSON.stringify(fix.index), fix);
  }
  return [...fixes.values()].sort((a, b) => b.proof.costBefore - a.proof.costBefore);
}

/** An index on some of the key's columns may do, and then no table is read whole. */
function readsAll({ index, proof }: IndexFix): boolean {
  const isScan = ({ type, relation, children }: PlanNode): boolean =>
    (type === 'Seq Scan' && relation?.name === index.table) || children.some(isScan);
  return isScan(proof.before.root);
}

/** Those that a key without an index points at. */
function deletedFrom({ snapshot, queries }: ForeignKeyOptions): SnapshotTable[] {
  const keys = new ForeignKeys(snapshot);
  const rowsBehind = new Map<SnapshotTable, number>();
  for (const table of snapshot.tables) {
    for (const { target, columns } of keys.of(table)) {
      if (!target || hasIndex(table, columns)) continue;
      rowsBehind.set(target, Math.max(table.rows, rowsBehind.get(target) ?? 0));
    }
  }
  const deleting = queries.filter(({ sql }) => /^\s*DELETE\b/i.test(sql)).flatMap(({ writes }) => writes);
  const isDeletedFrom = ({ schema, name, activity }: SnapshotTable) =>
    (activity?.deletes ?? 0) > 0 || deleting.includes(name) || deleting.includes(`${schema}.${name}`);
  return [...rowsBehind]
    .filter(([table]) => isDeletedFrom(table))
    .sort(([, rows], [, others]) => others - rows)
    .map(([table]) => table);
}

/** Its first columns are those of the key, in any order. */
function hasIndex({ indexes }: SnapshotTable, columns: readonly string[]): boolean {
  return indexes.some((index) => columns.every((_, at) => columns.includes(index.columns[at]?.name ?? '')));
}

const fullName = ({ schema, name }: SnapshotTable): string => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
