import { quoteIdentifier, quoteLiteral } from '../sql/identifiers';
import type { ColumnStatistics, Snapshot, SnapshotTable } from './snapshot';
import { raiseBtree } from './what-if-btree';
import type { MemoryPostgres } from './what-if-pglite';
import { createFamily, displayName, families, reason, silently } from './what-if-tables';
import { headOf, isDispensable } from './workspace-schema';

/** What came of loading a snapshot. */
export interface LoadedSnapshot {
  readonly leftOut: readonly string[];
  /** `schema.table` → why statements on it cannot be planned. */
  readonly missingTables: ReadonlyMap<string, string>;
}

/**
 * Re-creates the snapshot's schema without rows, then its statistics and the files' lengths. The order matters:
 * constraints and indexes are built while the heap is empty, and building them resets pg_class's sizes.
 */
export async function loadSnapshot(db: MemoryPostgres, snapshot: Snapshot): Promise<LoadedSnapshot> {
  const leftOut: string[] = [];
  const missingTables = new Map<string, string>();
  const attempt = async (sql: string, what: string): Promise<boolean> => {
    try {
      await db.run(sql);
      return true;
    } catch (error) {
      leftOut.push(`${what} is left out: ${reason(error)}.`);
      return false;
    }
  };

  await db.run('SET check_function_bodies = off; SET client_min_messages = error;');
  for (const schema of new Set(snapshot.tables.map((table) => table.schema))) {
    await db.run(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
  }
  await setSearchPath(db, snapshot);
  // A function may name a table's row type: what fails now is tried again after the tables.
  const later: string[] = [];
  for (const statement of snapshot.prelude) {
    if (!isDispensable(statement) && !(await silently(db, statement))) later.push(statement);
  }
  await setSearchPath(db, snapshot);

  const isC = /^(c|posix)$/i.test(snapshot.collation ?? '');
  const tables: SnapshotTable[] = [];
  for (const family of families(snapshot.tables)) {
    const failure = await createFamily(db, family, isC, leftOut);
    if (failure === undefined) tables.push(...family);
    else {
      for (const table of family) missingTables.set(`${table.schema}.${table.name}`, failure);
      leftOut.push(`Table ${displayName(family[0])} is left out: ${failure}.`);
    }
  }
  for (const statement of later) await attempt(statement, headOf(statement));
  // Partitions first: an index of the whole then takes theirs for its parts, as on the server.
  for (const table of [...tables].reverse()) {
    for (const constraint of table.constraints) await attempt(constraint, `A constraint of ${displayName(table)}`);
    const existing = await indexNames(db, table);
    for (const index of table.indexes) {
      if (existing.has(index.name) || !index.isValid) continue;
      await attempt(index.definition.replace(/\bON ONLY /, 'ON '), `Index ${index.name}`);
    }
  }
  const files = await relationFiles(db);
  // Before foreign keys, whose check reads the indexes: what is in the buffer cache hides what is written to the file.
  raiseIndexes(db, tables, files);
  for (const table of tables) {
    for (const key of table.foreignKeys) {
      // A key that points at a table that was left out is told there.
      if (missingTables.size > 0) await silently(db, key);
      else await attempt(key, `A foreign key of ${displayName(table)}`);
    }
  }
  for (const view of snapshot.views) await attempt(view, headOf(view));
  for (const table of tables) await restoreStatistics(db, table);
  await setLengths(db, tables, files);
  await applySettings(db, snapshot, leftOut);
  return { leftOut, missingTables };
}

export interface RelationSize {
  readonly schema: string;
  readonly name: string;
  readonly pages: number;
  readonly rows: number;
  readonly allVisiblePages: number;
}

/** pg_class's numbers; to be restored after every CREATE INDEX on a table, which sets them to those of an empty heap. */
export async function restoreSizes(db: MemoryPostgres, sizes: readonly RelationSize[]): Promise<void> {
  if (sizes.length === 0) return;
  await db.query(
    `SELECT pg_restore_relation_stats('schemaname', schema, 'relname', name,
       'relpages', pages, 'reltuples', rows, 'relallvisible', visible)
     FROM json_to_recordset($1) AS x (schema text, name text, pages integer, rows real, visible integer)`,
    [
      JSON.stringify(
        sizes.map(({ schema, name, pages, rows, allVisiblePages }) => ({
          schema,
          name,
          pages: clampInteger(pages),
          rows: finite(rows, -1),
          visible: clampInteger(Math.min(allVisiblePages, pages)),
        })),
      ),
    ],
  );
}

async function setSearchPath(db: MemoryPostgres, snapshot: Snapshot): Promise<void> {
  const schemas = snapshot.searchPath.length > 0 ? snapshot.searchPath : ['public'];
  await db.run(`SET search_path = ${schemas.map((schema) => `"${schema.replaceAll('"', '""')}"`).join(', ')}`);
}

async function indexNames(db: MemoryPostgres, table: SnapshotTable): Promise<Set<string>> {
  const rows = await db.query<{ name: string }>(
    'SELECT indexname AS name FROM pg_indexes WHERE schemaname = $1 AND tablename = $2',
    [table.schema, table.name],
  );
  return new Set(rows.map((row) => row.name));
}

async function restoreStatistics(db: MemoryPostgres, table: SnapshotTable): Promise<void> {
  await restoreSizes(db, [table]);
  for (const column of table.columns) {
    // What PostgreSQL finds contradictory it warns about and skips; the rest is kept.
    if (column.statistics) await silently(db, attributeStatistics(table, table.name, column.name, column.statistics));
  }
  for (const index of table.indexes) {
    for (const [column, statistics] of Object.entries(index.statistics ?? {})) {
      // The index may have been left out.
      await silently(db, attributeStatistics(table, index.name, column, statistics));
    }
  }
}

/** `relation`: the table, or one of its indexes. */
export function attributeStatistics(
  { schema, kind }: SnapshotTable,
  relation: string,
  column: string,
  statistics: ColumnStatistics,
): string {
  const values: string[] = [
    `'schemaname', ${quoteLiteral(schema)}, 'relname', ${quoteLiteral(relation)}, 'attname', ${quoteLiteral(column)}`,
    `'inherited', ${kind === 'partitioned table'}`,
    `'null_frac', ${finite(statistics.nullFraction, 0)}::real`,
    `'avg_width', ${clampInteger(statistics.averageWidth)}::integer`,
    `'n_distinct', ${finite(statistics.distinct, 0)}::real`,
  ];
  const add = (key: string, value: string | undefined, type: 'text' | 'real[]'): void => {
    if (value !== undefined) values.push(`'${key}', ${quoteLiteral(value)}::${type}`);
  };
  add('most_common_vals', statistics.mostCommonValues, 'text');
  add('most_common_freqs', statistics.mostCommonFrequencies, 'real[]');
  add('histogram_bounds', statistics.histogramBounds, 'text');
  if (statistics.correlation !== undefined) values.push(`'correlation', ${finite(statistics.correlation, 0)}::real`);
  add('most_common_elems', statistics.mostCommonElements, 'text');
  add('most_common_elem_freqs', statistics.mostCommonElementFrequencies, 'real[]');
  add('elem_count_histogram', statistics.elementCountHistogram, 'real[]');
  return `SELECT pg_restore_attribute_stats(${values.join(', ')})`;
}

/** `schema.name` → the file, of every table and index. */
async function relationFiles(db: MemoryPostgres): Promise<Map<string, string>> {
  const files = await db.query<{ schema: string; name: string; path: string }>(
    `SELECT n.nspname AS schema, c.relname AS name, pg_relation_filepath(c.oid) AS path
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'i', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`,
  );
  return new Map(files.map((file) => [`${file.schema}.${file.name}`, file.path]));
}

function raiseIndexes(db: MemoryPostgres, tables: readonly SnapshotTable[], files: ReadonlyMap<string, string>): void {
  for (const table of tables) {
    for (const index of table.indexes) {
      const path = files.get(`${table.schema}.${index.name}`);
      if (path === undefined || index.method !== 'btree') continue;
      raiseBtree(db, path, index.pages, keyWidth(table, index.columns), 1);
    }
  }
}

/** The planner takes sizes from the files' lengths. */
async function setLengths(
  db: MemoryPostgres,
  tables: readonly SnapshotTable[],
  files: ReadonlyMap<string, string>,
): Promise<void> {
  for (const table of tables) {
    const path = files.get(`${table.schema}.${table.name}`);
    if (path !== undefined) db.setPages(path, clampInteger(table.pages));
    for (const index of table.indexes) {
      const indexPath = files.get(`${table.schema}.${index.name}`);
      if (indexPath === undefined) continue;
      await restoreSizes(db, [{ ...index, schema: table.schema, allVisiblePages: 0 }]);
      db.setPages(indexPath, clampInteger(index.pages));
    }
  }
}

function keyWidth(table: SnapshotTable, columns: readonly { readonly name?: string }[]): number {
  return columns.reduce(
    (sum, { name }) => sum + (table.columns.find((column) => column.name === name)?.statistics?.averageWidth ?? 8),
    0,
  );
}

/** The settings that decide about plans; anything else of a server (paths, libraries) is none of our business. */
async function applySettings(db: MemoryPostgres, snapshot: Snapshot, leftOut: string[]): Promise<void> {
  for (const [setting, value] of Object.entries(snapshot.settings)) {
    const sql = `SELECT set_config(${quoteLiteral(setting)}, ${quoteLiteral(value)}, false)`;
    if (!(await silently(db, sql)))
      leftOut.push(`Setting ${setting} = ${value} is not known to the planner in memory.`);
  }
  // PGlite has no workers: costs are compared as of a serial plan.
  await db.run('SET max_parallel_workers_per_gather = 0');
}

const clampInteger = (value: number): number => Math.min(Math.max(Math.round(finite(value, 0)), 0), 2_147_483_647);

const finite = (value: number, otherwise: number): number => (Number.isFinite(value) ? value : otherwise);
