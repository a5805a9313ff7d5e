import type { IndexDefinition } from '../../nouns/fix';
import { Problem } from '../../nouns/problem';
import { quoteLiteral } from '../../sql/identifiers';
import { LruCache } from '../../sql/lru-cache';
import { GrowingSnapshot, type Growth } from '../growth/growth';
import { grownIndexPages, mostPages } from '../growth/sizes';
import type { ColumnStatistics, Snapshot, SnapshotTable } from '../snapshot';
import { btreeHeight, raiseBtreeTo } from './btree';
import { serializedDistinct } from './extended-statistics';
import { scaleGinMetapage } from './gin';
import { existingHeight } from './index-existing';
import type { MemoryPostgres } from './pglite';

/** No file is ever given these numbers by the server itself, nor by HypotheticalIndexes. */
const firstGrownFile = 3_500_000_000;
const keptStatements = { entries: 1_000, characters: 10_000_000 };

/** What is to be planned with grown tables. */
export interface GrownStatement {
  readonly growth: Growth;
  readonly sql: string;
  /** Proposed ones that are shown to the planner now. */
  readonly indexes: readonly IndexDefinition[];
}

/** A table or an index as it stands in the memory. */
interface Relation {
  readonly oid: number;
  readonly name: string;
  /** Null: a partitioned table and its indexes have no files. */
  readonly path: string | null;
  readonly pages: number;
  readonly rows: number;
  /** Access method of an index; null for a table. */
  readonly method: string | null;
  readonly schema: string;
  /** The table's name, for an index too. */
  readonly table: string;
  /** Bytes of an index's key. */
  readonly keyWidth: number;
}

/**
 * Plans with grown tables. All that is changed for that is changed in a transaction that is rolled back, so that the
 * memory holds today's database again whatever happens on the way.
 */
export class GrownTables {
  readonly #db: MemoryPostgres;
  readonly #snapshot: Snapshot;
  readonly #growing = new LruCache<GrowingSnapshot>({ entries: 64, characters: 1e6 });
  /** Statement → oids of the tables that are planned for it. */
  readonly #tablesOf = new LruCache<readonly number[]>(keptStatements);
  readonly #relationsOf = new LruCache<readonly Relation[]>(keptStatements);
  #nextFile = firstGrownFile;

  constructor(db: MemoryPostgres, snapshot: Snapshot) {
    this.#db = db;
    this.#snapshot = snapshot;
  }

  /** `plan` plans the statement with the indexes; the first time it is called before too, to learn which tables it reads. */
  async during<T>({ growth, sql, indexes }: GrownStatement, plan: () => Promise<T>): Promise<T> {
    const growing = this.#growingBy(growth);
    const relations = await this.#relationsReadBy(sql, indexes, plan);
    const files: string[] = [];
    try {
      return await this.#inTransaction(async () => {
        await this.#grow(growing, relations, files);
        return plan();
      });
    } finally {
      for (const file of files) this.#db.removeFile(file);
    }
  }

  async #inTransaction<T>(work: () => Promise<T>): Promise<T> {
    await this.#db.run('BEGIN');
    try {
      return await work();
    } catch (error) {
      // 25P02 in_failed_sql_transaction: the engine tried another way after an error, which is too late here.
      if ((error as { readonly code?: unknown }).code !== '25P02') throw error;
      const message = 'This statement cannot be planned with larger tables in memory.';
      throw new Problem('unsupported', message, { cause: error });
    } finally {
      await this.#db.run('ROLLBACK');
    }
  }

  #growingBy(growth: Growth): GrowingSnapshot {
    const key = JSON.stringify([growth.factor, growth.tables, growth.alone]);
    const known = this.#growing.get(key);
    if (known) return known;
    const growing = new GrowingSnapshot(this.#snapshot, growth);
    this.#growing.add(key, growing);
    return growing;
  }

  /** Which of their indexes can be seen depends on those that are shown with them. */
  async #relationsReadBy(
    sql: string,
    indexes: readonly IndexDefinition[],
    plan: () => Promise<unknown>,
  ): Promise<readonly Relation[]> {
    const key = JSON.stringify([sql, indexes]);
    const known = this.#relationsOf.get(key);
    if (known) return known;
    let tables = this.#tablesOf.get(sql);
    if (!tables) {
      tables = await this.#tablesReadBy(plan);
      this.#tablesOf.add(sql, tables);
    }
    const relations = tables.length === 0 ? [] : await this.#relations(tables);
    this.#relationsOf.add(key, relations);
    return relations;
  }

  /** The planner locks what it looks at, with partitions that the plan does not show because they are left out at start. */
  async #tablesReadBy(plan: () => Promise<unknown>): Promise<readonly number[]> {
    // Outside of a transaction first: there a statement that cannot be planned gives its own error.
    await plan();
    return this.#inTransaction(async () => {
      await plan();
      const rows = await this.#db.query<{ oid: number }>(
        `SELECT c.oid::int8::int AS oid FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
         WHERE l.locktype = 'relation' AND l.pid = pg_backend_pid() AND c.relkind IN ('r', 'm', 'p') AND c.oid >= 16384`,
      );
      return rows.map(({ oid }) => oid);
    });
  }

  async #grow(growing: GrowingSnapshot, relations: readonly Relation[], files: string[]): Promise<void> {
    // What an index says of itself on its first page may be in the buffer cache only, and copies are made of the file.
    if (relations.some((relation) => this.#isUnwritten(relation))) await this.#db.run('CHECKPOINT');
    const sizes: string[] = [];
    const statistics: string[] = [];
    for (const relation of relations) {
      const table = this.#tableOf(relation);
      const factor = table && growing.factorOf(table);
      if (!table || factor === undefined || factor === 1) continue;
      const grown = growing.table(table);
      if (relation.method === null) statistics.push(...changedStatistics(table, grown));
      if (relation.path !== null) sizes.push(this.#sizeOf({ ...relation, path: relation.path }, grown, factor, files));
    }
    if (sizes.length > 0) {
      await this.#db.run(
        `UPDATE pg_class SET relfilenode = f.file, relpages = f.pages, reltuples = f.rows, relallvisible = f.visible
         FROM (VALUES ${sizes.join(', ')}) AS f (oid, file, pages, rows, visible) WHERE pg_class.oid = f.oid`,
      );
    }
    await this.#restore(statistics);
  }

  /** All at once; where one is refused (its index was left out), each by itself. */
  async #restore(statements: readonly string[]): Promise<void> {
    if (statements.length === 0) return;
    try {
      await this.#db.run(`SAVEPOINT growth; ${statements.join('; ')}`);
    } catch {
      // What is not there has no statistics: the loader has said so.
      await this.#db.run('ROLLBACK TO SAVEPOINT growth');
      if (statements.length === 1) return;
      for (const statement of statements) await this.#restore([statement]);
    }
  }

  #isUnwritten({ method, path }: Relation): boolean {
    if (path === null || method === null || method === 'btree') return false;
    return !this.#db.readPages(path, 1).some((byte) => byte !== 0);
  }

  /** Points the relation at a file of its grown length: the server would not see a file of several segments shrink again. */
  #sizeOf(
    relation: Relation & { readonly path: string },
    grown: SnapshotTable,
    factor: number,
    files: string[],
  ): string {
    const { oid, path, method, keyWidth } = relation;
    const isIndex = method !== null;
    const pages = isIndex ? grownIndexPages(relation, factor) : grown.pages;
    const rows = isIndex ? Math.round(relation.rows * factor) : grown.rows;
    const visible = isIndex ? 0 : grown.allVisiblePages;
    const number = this.#nextFile++;
    const file = path.replace(/[^/]+$/, String(number));
    files.push(file);
    this.#db.writePages(file, isIndex ? this.#db.readPages(path, 2) : new Uint8Array(0));
    if (method === 'btree') {
      const index = grown.indexes.find(({ name }) => name === relation.name);
      raiseBtreeTo(this.#db, file, index ? existingHeight(grown, index) : btreeHeight(pages, keyWidth, 0.7));
    }
    if (method === 'gin') scaleGinMetapage(this.#db, file, factor);
    this.#db.setPages(file, pages);
    return `(${oid}::oid, ${number}::oid, ${signed(pages)}, ${rows}::real, ${signed(visible)})`;
  }

  #tableOf({ schema, table }: Relation): SnapshotTable | undefined {
    return this.#snapshot.tables.find((one) => one.schema === schema && one.name === table);
  }

  /** The tables, and the indexes that the planner can see. */
  #relations(tables: readonly number[]): Promise<Relation[]> {
    return this.#db.query<Relation>(
      `SELECT c.oid::int8::int AS oid, c.relname::text AS name, pg_relation_filepath(c.oid) AS path, c.relpages AS pages, c.reltuples::float8 AS rows,
         m.amname::text AS method, n.nspname::text AS schema, t.relname::text AS table,
         coalesce((SELECT sum(coalesce(s.stawidth, 8)) FROM unnest(i.indkey) AS k LEFT JOIN pg_statistic s
           ON s.starelid = t.oid AND s.staattnum = k AND NOT s.stainherit), 0)::int AS "keyWidth"
       FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
       CROSS JOIN LATERAL (SELECT t.oid AS relid, NULL::oid AS indexrelid, NULL::int2vector AS indkey
         UNION ALL SELECT i.indexrelid, i.indexrelid, i.indkey FROM pg_index i WHERE i.indrelid = t.oid AND i.indisvalid) AS i
       JOIN pg_class c ON c.oid = i.relid
       LEFT JOIN pg_am m ON m.oid = c.relam AND i.indexrelid IS NOT NULL
       WHERE t.oid IN (${tables.join(', ')})`,
    );
  }
}

/** One statement for each column, of the table or of one of its indexes, that is not the same after growing. */
function changedStatistics(table: SnapshotTable, grown: SnapshotTable): string[] {
  const isWhole = table.kind === 'partitioned table';
  const columns = grown.columns.flatMap(({ name, statistics, inheritedStatistics }, i) => [
    ...changed(table, table.name, name, table.columns[i]?.statistics, statistics, isWhole),
    ...changed(table, table.name, name, table.columns[i]?.inheritedStatistics, inheritedStatistics, true),
  ]);
  const ofIndexes = grown.indexes.flatMap((index, i) =>
    Object.entries(index.statistics ?? {}).flatMap(([name, statistics]) =>
      changed(table, index.name, name, table.indexes[i]?.statistics?.[name], statistics, false),
    ),
  );
  const combinations = (grown.extendedStatistics ?? []).map(
    ({ schema, name, isInherited, distinct }) => `UPDATE pg_statistic_ext_data SET stxdndistinct = ${quoteLiteral(
      serializedDistinct(distinct),
    )}::text::bytea::pg_ndistinct FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
      WHERE s.oid = stxoid AND stxdinherit = ${isInherited} AND n.nspname = ${quoteLiteral(schema)} AND s.stxname = ${quoteLiteral(name)}`,
  );
  return [...columns, ...ofIndexes, ...combinations];
}

/** What is not named in the call stays as it is. */
function changed(
  { schema }: SnapshotTable,
  relation: string,
  column: string,
  before: ColumnStatistics | undefined,
  after: ColumnStatistics | undefined,
  isInherited: boolean,
): string[] {
  if (!before || !after || before === after) return [];
  const values = [`'n_distinct', ${after.distinct}::real`];
  const { mostCommonValues, mostCommonFrequencies, histogramBounds } = after;
  if (mostCommonValues !== undefined && mostCommonFrequencies !== before.mostCommonFrequencies) {
    values.push(`'most_common_vals', ${quoteLiteral(mostCommonValues)}`);
    values.push(`'most_common_freqs', ${quoteLiteral(mostCommonFrequencies ?? '{}')}::real[]`);
  }
  if (histogramBounds !== undefined && histogramBounds !== before.histogramBounds) {
    values.push(`'histogram_bounds', ${quoteLiteral(histogramBounds)}`);
  }
  const of = [schema, relation, column].map(quoteLiteral);
  return [
    `SELECT pg_restore_attribute_stats('schemaname', ${of[0]}, 'relname', ${of[1]}, 'attname', ${of[2]}, 'inherited', ${isInherited}, ${values.join(', ')})`,
  ];
}

/** pg_class keeps a page count of 32 bits without sign in a column that has one. */
const signed = (pages: number): number => Math.min(mostPages, Math.max(0, Math.round(pages))) | 0;
