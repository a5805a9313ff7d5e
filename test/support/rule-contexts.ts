import type { Snapshot, SnapshotColumn, SnapshotTable } from '../../src/database/snapshot';
import type { IndexDefinition, IndexFix } from '../../src/nouns/fix';
import type { Plan } from '../../src/nouns/plan';
import type { QuerySite } from '../../src/nouns/query-site';
import type { Statement } from '../../src/nouns/statement';
import type { PlanContext } from '../../src/rules/rule';
import { createIndexSql } from '../../src/sql/create-index';
import type { SqlParser } from '../../src/sql/parser';
import { planFixture, planQuery } from './plan-fixtures';

/** A site whose document is the SQL itself, so that offsets in both agree. */
export function siteOf(sql: string, more: Partial<QuerySite> = {}): QuerySite {
  const parameters = [...new Set(sql.match(/\$\d+/g))].map((source, i) => ({
    index: i + 1,
    source,
    range: { start: sql.indexOf(source), end: sql.indexOf(source) + source.length },
    kind: 'value' as const,
  }));
  return {
    uri: 'query.ts',
    range: { start: 0, end: sql.length },
    library: 'pg',
    sql,
    parameters,
    sourceMap: { toDocument: (offset) => offset, rangeToDocument: (range) => range },
    ...more,
  };
}

export function statementOf(parser: SqlParser, sql: string): Statement {
  const parsed = parser.parse(sql);
  if (!parsed.ok) throw new Error(`${parsed.problem.message}: ${sql}`);
  return parsed.statement;
}

/** The context of test/fixtures/plans/<name>.json with its own statement. */
export function contextOf(parser: SqlParser, name: string, more: Partial<PlanContext> = {}): PlanContext {
  const sql = planQuery(name);
  return {
    site: siteOf(sql),
    statement: statementOf(parser, sql),
    explained: { plan: planFixture(name), notices: [] },
    indexes: [],
    ...more,
  };
}

export function snapshotOf(...tables: SnapshotTable[]): Snapshot {
  return {
    version: 180000,
    assumed: false,
    prelude: [],
    tables,
    views: [],
    settings: {},
    extensions: {},
    availableExtensions: [],
    searchPath: ['public'],
    leftOut: [],
  };
}

/** A table in the schema of the fixtures; an index is the name of its only column. */
export function tableOf(
  name: string,
  rows: number,
  columns: readonly SnapshotColumn[],
  indexed: readonly string[] = [],
): SnapshotTable {
  return {
    schema: 'plan_fixtures',
    name,
    kind: 'table',
    columns,
    constraints: [],
    foreignKeys: [],
    indexes: indexed.map((column) => ({
      name: `${name}_${column}_key`,
      definition: `CREATE UNIQUE INDEX ${name}_${column}_key ON plan_fixtures.${name} (${column})`,
      isPrimary: false,
      isUnique: true,
      isValid: true,
      method: 'btree',
      columns: [{ name: column, descending: false }],
      pages: 100,
      rows,
    })),
    pages: 1000,
    rows,
    allVisiblePages: 0,
  };
}

export function indexFix(
  index: Partial<IndexDefinition>,
  before: Plan,
  after: Plan,
  more: Partial<IndexFix> = {},
): IndexFix {
  const definition: IndexDefinition = {
    schema: 'public',
    table: 'posts',
    name: 'posts_author_id_created_at_idx',
    method: 'btree',
    columns: [{ name: 'author_id' }, { name: 'created_at', descending: true }],
    ...index,
  };
  const costBefore = before.root.totalCost;
  const costAfter = after.root.totalCost;
  return {
    kind: 'index',
    title: `Create index on ${definition.table}`,
    index: definition,
    sql: createIndexSql(definition),
    concurrently: createIndexSql(definition, { concurrently: true }),
    proof: { by: 'what-if', before, after, costBefore, costAfter, sizeBytes: 6_340_000, assumed: false },
    ...more,
  };
}
