import type { IndexDefinition } from '../nouns/fix';
import { Problem } from '../nouns/problem';
import { createIndexSql } from '../sql/create-index';
import { leavesOf } from './partitions';
import type { ColumnStatistics, Snapshot, SnapshotTable } from './snapshot';
import { deduplicates, raiseBtree } from './what-if-btree';
import type { GinSize } from './what-if-gin';
import { writeGinMetapage } from './what-if-gin';
import { btreePages } from './what-if-index-size';
import { type KeyColumn, tupleBytes } from './what-if-index-widths';
import { type RelationSize, restoreSizes } from './what-if-load';
import type { MemoryPostgres } from './what-if-pglite';
import { trigramIndexSize } from './what-if-trigrams';

/** A candidate that stands in the database, hidden from the planner until it is asked for. */
export interface BuiltIndex {
  /** Of a partitioned table's index: its own, and those of its parts. */
  readonly oids: readonly number[];
  /** The names in the memory; the request's name is put in their place in plans. */
  readonly names: readonly string[];
  readonly sizeBytes: number;
}

/** No file is ever given these numbers by the server itself, which counts up from 16,384. */
const firstEmptyFile = 3_000_000_000;

/** Candidate indexes: each is built once, on an empty heap, and then only shown or hidden. */
export class HypotheticalIndexes {
  readonly #db: MemoryPostgres;
  readonly #snapshot: Snapshot;
  /** The oids of all that were built here. */
  readonly #own = new Set<number>();
  readonly #built = new Map<string, BuiltIndex | Problem>();
  #shown = new Set<number>();
  #count = 0;

  constructor(db: MemoryPostgres, snapshot: Snapshot) {
    this.#db = db;
    this.#snapshot = snapshot;
  }

  /** Builds what is missing and makes exactly these visible to the planner. Throws Problem when one cannot be built. */
  async show(definitions: readonly IndexDefinition[]): Promise<BuiltIndex[]> {
    const built: BuiltIndex[] = [];
    for (const definition of definitions) built.push(await this.#build(definition));
    const wanted = new Set(built.flatMap((index) => index.oids));
    await this.#setValid(
      [...this.#shown].filter((oid) => !wanted.has(oid)),
      false,
    );
    await this.#setValid(
      [...wanted].filter((oid) => !this.#shown.has(oid)),
      true,
    );
    this.#shown = wanted;
    return built;
  }

  async #setValid(oids: readonly number[], isValid: boolean): Promise<void> {
    if (oids.length === 0) return;
    await this.#db.run(`UPDATE pg_index SET indisvalid = ${isValid} WHERE indexrelid IN (${oids.join(', ')})`);
  }

  async #build(definition: IndexDefinition): Promise<BuiltIndex> {
    const key = JSON.stringify({ ...definition, name: '' });
    const known = this.#built.get(key);
    if (known instanceof Problem) throw known;
    if (known) return known;
    try {
      const built = await this.#create(definition);
      this.#built.set(key, built);
      return built;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const problem = new Problem('unsupported', `The planner in memory cannot build this index: ${message}`, {
        cause: error,
      });
      this.#built.set(key, problem);
      throw problem;
    }
  }

  async #create(definition: IndexDefinition): Promise<BuiltIndex> {
    const table = this.#snapshot.tables.find(
      ({ schema, name }) => schema === definition.schema && name === definition.table,
    );
    if (!table) throw new Error(`there is no table ${definition.schema}.${definition.table}`);
    if (definition.columns.some((column) => /\b(gin|gist)_trgm_ops\b/.test(column.operatorClass ?? ''))) {
      await this.#db.run('CREATE EXTENSION IF NOT EXISTS pg_trgm');
    }
    const name = `what if ${++this.#count}`;
    const create = createIndexSql({ ...definition, name });
    const leaves = leavesOf(table, this.#snapshot.tables);
    const existing = await this.#indexesOf(leaves);
    await this.#withEmptyHeaps(leaves, () => this.#db.run(create));
    const made = await this.#describe(definition, name);
    // Where a partition has such an index, the whole takes it for its own: that one exists and is never hidden.
    const own = made.filter(({ oid }) => !existing.has(oid) || this.#own.has(oid));
    for (const { oid } of own) this.#own.add(oid);
    const oids = own.map(({ oid }) => oid);
    await this.#setValid(oids, false);
    const sizes: RelationSize[] = [];
    for (const index of own) {
      const leaf = leaves.find((one) => one.schema === index.schema && one.name === index.table);
      if (!leaf || existing.has(index.oid)) continue;
      sizes.push({ ...(await this.#giveSize(definition, leaf, index)), schema: leaf.schema, name: index.name });
    }
    await restoreSizes(this.#db, sizes);
    const pages = sizes.reduce((sum, size) => sum + size.pages, 0);
    return { oids, names: own.map((index) => index.name), sizeBytes: pages * 8192 };
  }

  async #indexesOf(tables: readonly SnapshotTable[]): Promise<Set<number>> {
    const rows = await this.#db.query<{ oid: number }>(
      `SELECT i.indexrelid::int8::int AS oid FROM json_to_recordset($1) AS t (schema text, name text)
       JOIN pg_namespace n ON n.nspname = t.schema JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.name
       JOIN pg_index i ON i.indrelid = c.oid`,
      [namesOf(tables)],
    );
    return new Set(rows.map(({ oid }) => oid));
  }

  /**
   * CREATE INDEX reads the heap, which is not there. For its duration the table points at an empty file; a length of
   * 0 would do for tables under 1 GB only, since the server remembers how many segments it has seen.
   */
  async #withEmptyHeaps(tables: readonly SnapshotTable[], work: () => Promise<void>): Promise<void> {
    const heaps = await this.#db.query<{ oid: number; file: string; path: string }>(
      `SELECT c.oid::int8::int AS oid, c.relfilenode::text AS file, pg_relation_filepath(c.oid) AS path
       FROM json_to_recordset($1) AS t (schema text, name text)
       JOIN pg_namespace n ON n.nspname = t.schema JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.name`,
      [namesOf(tables)],
    );
    if (heaps.length < tables.length) throw new Error(`table ${tables[0]?.name} is not there`);
    for (const { oid, path } of heaps) {
      this.#db.writePages(path.replace(/[^/]+$/, String(firstEmptyFile + oid)), new Uint8Array(0));
    }
    const point = (fileOf: (heap: { oid: number; file: string }) => string): Promise<void> =>
      this.#db.run(
        `UPDATE pg_class SET relfilenode = f.file FROM (VALUES ${heaps
          .map((heap) => `(${heap.oid}::oid, ${fileOf(heap)}::oid)`)
          .join(', ')}) AS f (oid, file) WHERE pg_class.oid = f.oid`,
      );
    if (heaps.length > 0) await point(({ oid }) => String(firstEmptyFile + oid));
    try {
      await work();
    } finally {
      if (heaps.length > 0) await point(({ file }) => file);
      await restoreSizes(this.#db, tables);
    }
  }

  /** The index, and those of the partitions that it consists of. */
  async #describe(definition: IndexDefinition, name: string): Promise<IndexFile[]> {
    const rows = await this.#db.query<IndexFile>(
      `SELECT c.oid::int8::int AS oid, c.relname::text AS name, n.nspname::text AS schema, t.relname::text AS table,
         pg_relation_filepath(c.oid) AS path,
         (SELECT json_agg(json_build_object('length', a.attlen, 'align', a.attalign) ORDER BY a.attnum)
          FROM pg_attribute a WHERE a.attrelid = c.oid) AS keys
       FROM pg_class top JOIN pg_namespace h ON h.oid = top.relnamespace
       CROSS JOIN LATERAL (SELECT top.oid AS relid UNION SELECT p.relid::oid FROM pg_partition_tree(top.oid) AS p) AS part
       JOIN pg_class c ON c.oid = part.relid JOIN pg_index i ON i.indexrelid = c.oid
       JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
       WHERE h.nspname = $1 AND top.relname = $2`,
      [definition.schema, name],
    );
    if (rows.length === 0) throw new Error('the index was not created');
    return rows;
  }

  async #giveSize(
    definition: IndexDefinition,
    table: SnapshotTable,
    index: IndexFile,
  ): Promise<Pick<RelationSize, 'pages' | 'rows' | 'allVisiblePages'>> {
    const statistics = definition.columns.map((column) => statisticsOf(table, column.name));
    const rows = Math.max(0, table.rows);
    if (definition.method === 'gin') {
      const parts = statistics.map((one) => trigramIndexSize(rows, table.pages, one));
      // Entries of all columns share one tree.
      const sum = (of: (part: GinSize) => number): number => parts.reduce((total, part) => total + of(part), 0);
      const size: GinSize = {
        pages: 1 + sum((part) => part.pages - 1),
        entryPages: sum((part) => part.entryPages),
        dataPages: sum((part) => part.dataPages),
        entries: sum((part) => part.entries),
      };
      await this.#db.run('CREATE EXTENSION IF NOT EXISTS pg_buffercache SCHEMA pg_catalog');
      await this.#db.query('SELECT pg_buffercache_evict_relation($1::oid::regclass)', [index.oid]);
      writeGinMetapage(this.#db, index.path, size);
      this.#db.setPages(index.path, size.pages);
      return { pages: size.pages, rows, allVisiblePages: 0 };
    }
    const keys: KeyColumn[] = index.keys.map((key, i) => ({
      length: key.length,
      alignment: { c: 1, s: 2, i: 4, d: 8 }[key.align] ?? 8,
      statistics: statistics[i],
    }));
    const pages = btreePages(rows, keys, deduplicates(this.#db.readPages(index.path, 1)));
    raiseBtree(this.#db, index.path, pages, tupleBytes(keys) - 8, 0.7);
    this.#db.setPages(index.path, pages);
    return { pages, rows, allVisiblePages: 0 };
  }
}

interface IndexFile {
  readonly oid: number;
  readonly name: string;
  /** Of the table or partition that it is on. */
  readonly schema: string;
  readonly table: string;
  readonly path: string;
  readonly keys: readonly { readonly length: number; readonly align: string }[];
}

const namesOf = (tables: readonly SnapshotTable[]): string =>
  JSON.stringify(tables.map(({ schema, name }) => ({ schema, name })));

function statisticsOf(table: SnapshotTable, column: string): ColumnStatistics | undefined {
  return table.columns.find(({ name }) => name === column)?.statistics;
}
