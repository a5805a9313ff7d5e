import { quoteLiteral } from '../../sql/identifiers';
import type { Snapshot, SnapshotTable } from '../snapshot';
import { inBatches, silently } from './batch';
import { raiseBtreeTo } from './btree';
import { restoreExtendedStatistics } from './extended-statistics';
import { existingHeight } from './index-existing';
import type { MemoryPostgres } from './pglite';
import { createForeignKeys, createSchema, createViews } from './schema';
import { clampInteger, finite, restoreStatistics } from './statistics';

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
  await db.run('SET check_function_bodies = off; SET client_min_messages = error; SET allow_system_table_mods = on;');
  const { tables, missingTables } = await createSchema(db, snapshot, leftOut);
  const files = await relationFiles(db);
  // Before foreign keys, whose check reads the indexes: what is in the buffer cache hides what is written to the file.
  raiseIndexes(db, tables, files);
  await createForeignKeys(db, tables, missingTables.size > 0, leftOut);
  await createViews(db, snapshot.views, leftOut);
  await restoreStatistics(db, snapshot, tables, leftOut);
  await restoreExtendedStatistics(db, tables, leftOut);
  await setLengths(db, tables, files);
  await applySettings(db, snapshot, leftOut);
  await db.run('RESET allow_system_table_mods');
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
          rows: Math.max(-1, finite(rows, -1)),
          visible: clampInteger(Math.min(allVisiblePages, pages)),
        })),
      ),
    ],
  );
}

/** `schema.name` → the file, of every table and index. */
async function relationFiles(db: MemoryPostgres): Promise<Map<string, string>> {
  const files = await db.query<{ schema: string; name: string; path: string }>(
    `SELECT n.nspname AS schema, c.relname AS name, pg_relation_filepath(c.oid) AS path
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'i', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`,
  );
  return new Map(files.map((file) => [fileKey(file.schema, file.name), file.path]));
}

function raiseIndexes(db: MemoryPostgres, tables: readonly SnapshotTable[], files: ReadonlyMap<string, string>): void {
  for (const table of tables) {
    for (const index of table.indexes) {
      const path = files.get(fileKey(table.schema, index.name));
      if (path === undefined || index.method !== 'btree') continue;
      raiseBtreeTo(db, path, existingHeight(table, index));
    }
  }
}

/** The planner takes sizes from the files' lengths, and what share of rows and pages that is from pg_class. */
async function setLengths(
  db: MemoryPostgres,
  tables: readonly SnapshotTable[],
  files: ReadonlyMap<string, string>,
): Promise<void> {
  const sizes: RelationSize[] = tables.flatMap((table) => [
    table,
    ...table.indexes
      .filter(({ name }) => files.has(fileKey(table.schema, name)))
      .map(({ name, pages, rows }) => ({ schema: table.schema, name, pages, rows, allVisiblePages: 0 })),
  ]);
  await inBatches(
    sizes,
    (batch) => restoreSizes(db, batch),
    ({ name }, why) => {
      throw new Error(`The size of ${name} cannot be set: ${why}.`);
    },
  );
  for (const { schema, name, pages } of sizes) {
    const path = files.get(fileKey(schema, name));
    if (path !== undefined) db.setPages(path, clampInteger(pages));
  }
}

/** The settings that decide about plans; anything else of a server (paths, libraries) is none of our business. */
async function applySettings(db: MemoryPostgres, snapshot: Snapshot, leftOut: string[]): Promise<void> {
  for (const [setting, value] of Object.entries(snapshot.settings)) {
    const sql = `SELECT set_config(${quoteLiteral(setting)}, ${quoteLiteral(value)}, false)`;
    if (!(await silently(db, sql)))
      leftOut.push(`Setting ${setting} = ${value} is not known to the planner in memory.`);
  }
  await db.run(`SET hash_mem_multiplier = ${hashMemory(snapshot)}`);
  // PGlite has no workers: costs are compared as of a serial plan.
  await db.run('SET max_parallel_workers_per_gather = 0');
}

/**
 * A pointer has 4 bytes in WebAssembly and 8 on the server, so that a row of a hash table takes less: 30 bytes and its
 * width rather than 44 (ExecChooseHashTableSize, with three buckets for two rows). At a width of 24 that is a fifth less, by
 * which the memory is cut, so that both spill at the same number of rows. 1 is the least that PostgreSQL takes.
 */
function hashMemory({ version, settings }: Snapshot): number {
  const own = Number(settings.hash_mem_multiplier ?? (version < 150_000 ? 1 : 2));
  return Math.max(1, (Number.isFinite(own) ? own : 2) * 0.8);
}

/** A name may hold a dot. */
const fileKey = (schema: string, name: string): string => JSON.stringify([schema, name]);
