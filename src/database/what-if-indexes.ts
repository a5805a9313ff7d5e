import type { IndexDefinition } from '../nouns/fix';
import { Problem } from '../nouns/problem';
import { createIndexSql } from '../sql/create-index';
import type { ColumnStatistics, Snapshot, SnapshotTable } from './snapshot';
import { deduplicates, raiseBtree } from './what-if-btree';
import { writeGinMetapage } from './what-if-gin';
import { btreePages, type GinSize, type KeyColumn, tupleBytes } from './what-if-index-size';
import { restoreRelationSize, restoreTableSize } from './what-if-load';
import type { MemoryPostgres } from './what-if-pglite';
import { trigramIndexSize } from './what-if-trigrams';

/** A candidate that stands in the database, hidden from the planner until it is asked for. */
export interface BuiltIndex {
  readonly oid: number;
  /** Its name in the memory; the request's name is put in its place in plans. */
  readonly name: string;
  readonly sizeBytes: number;
}

/** No file is ever given these numbers by the server itself, which counts up from 16,384. */
const firstEmptyFile = 3_000_000_000;

/** Candidate indexes: each is built once, on an empty heap, and then only shown or hidden. */
export class HypotheticalIndexes {
  readonly #db: MemoryPostgres;
  readonly #tables: ReadonlyMap<string, SnapshotTable>;
  readonly #built = new Map<string, BuiltIndex | Problem>();
  #shown = new Set<number>();
  #count = 0;

  constructor(db: MemoryPostgres, snapshot: Snapshot) {
    this.#db = db;
    this.#tables = new Map(snapshot.tables.map((table) => [`${table.schema}.${table.name}`, table]));
  }

  /** Builds what is missing and makes exactly these visible to the planner. Throws Problem when one cannot be built. */
  async show(definitions: readonly IndexDefinition[]): Promise<BuiltIndex[]> {
    const built: BuiltIndex[] = [];
    for (const definition of definitions) built.push(await this.#build(definition));
    const wanted = new Set(built.map((index) => index.oid));
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
    const table = this.#tables.get(`${definition.schema}.${definition.table}`);
    if (!table) throw new Error(`there is no table ${definition.schema}.${definition.table}`);
    if (definition.columns.some((column) => /\b(gin|gist)_trgm_ops\b/.test(column.operatorClass ?? ''))) {
      await this.#db.run('CREATE EXTENSION IF NOT EXISTS pg_trgm');
    }
    const name = `what if ${++this.#count}`;
    const create = createIndexSql({ ...definition, name });
    await this.#withEmptyHeap(table, () => this.#db.run(create));
    const index = await this.#describe(definition, name);
    await this.#setValid([index.oid], false);
    const { pages, rows } = await this.#giveSize(definition, table, index);
    await restoreRelationSize(this.#db, definition.schema, name, pages, rows, 0);
    return { oid: index.oid, name, sizeBytes: pages * 8192 };
  }

  /**
   * CREATE INDEX reads the heap, which is not there. For its duration the table points at an empty file; a length of
   * 0 would do for tables under 1 GB only, since the server remembers how many segments it has seen.
   */
  async #withEmptyHeap(table: SnapshotTable, work: () => Promise<void>): Promise<void> {
    const [heap] = await this.#db.query<{ oid: number; file: string; path: string }>(
      `SELECT c.oid::int8::int AS oid, c.relfilenode::text AS file, pg_relation_filepath(c.oid) AS path
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2`,
      [table.schema, table.name],
    );
    if (!heap) throw new Error(`table ${table.name} is not there`);
    const emptyFile = firstEmptyFile + heap.oid;
    this.#db.writePages(heap.path.replace(/[^/]+$/, String(emptyFile)), new Uint8Array(0));
    const point = (file: string | number): Promise<void> =>
      this.#db.run(`UPDATE pg_class SET relfilenode = ${file} WHERE oid = ${heap.oid}`);
    await point(emptyFile);
    try {
      await work();
    } finally {
      await point(heap.file);
      await restoreTableSize(this.#db, table);
    }
  }

  async #describe(definition: IndexDefinition, name: string): Promise<IndexFile> {
    const [row] = await this.#db.query<{ oid: number; path: string; keys: { length: number; align: string }[] }>(
      `SELECT c.oid::int8::int AS oid, pg_relation_filepath(c.oid) AS path,
         (SELECT json_agg(json_build_object('length', a.attlen, 'align', a.attalign) ORDER BY a.attnum)
          FROM pg_attribute a WHERE a.attrelid = c.oid) AS keys
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2`,
      [definition.schema, name],
    );
    if (!row) throw new Error('the index was not created');
    return row;
  }

  async #giveSize(
    definition: IndexDefinition,
    table: SnapshotTable,
    index: IndexFile,
  ): Promise<{ pages: number; rows: number }> {
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
      return { pages: size.pages, rows };
    }
    const keys: KeyColumn[] = index.keys.map((key, i) => ({
      length: key.length,
      alignment: { c: 1, s: 2, i: 4, d: 8 }[key.align] ?? 8,
      statistics: statistics[i],
    }));
    const pages = btreePages(rows, keys, deduplicates(this.#db.readPages(index.path, 1)));
    raiseBtree(this.#db, index.path, pages, tupleBytes(keys) - 8, 0.7);
    this.#db.setPages(index.path, pages);
    return { pages, rows };
  }
}

interface IndexFile {
  readonly oid: number;
  readonly path: string;
  readonly keys: readonly { readonly length: number; readonly align: string }[];
}

function statisticsOf(table: SnapshotTable, column: string): ColumnStatistics | undefined {
  return table.columns.find(({ name }) => name === column)?.statistics;
}
