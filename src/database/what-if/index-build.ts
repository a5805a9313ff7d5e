import type { IndexDefinition } from '../../nouns/fix';
import { Problem } from '../../nouns/problem';
import { createIndexSql } from '../../sql/create-index';
import { leavesOf } from '../partitions';
import type { Snapshot, SnapshotTable } from '../snapshot';
import { raiseBtreeTo } from './btree';
import { checkedStatistics } from './checked-statistics';
import { writeGinMetapage } from './gin';
import { writeBrinMetapage } from './index-brin';
import { ExpressionStatistics } from './index-expressions';
import { type IndexFile, IndexSizes } from './index-methods';
import { PartialRows } from './index-partial';
import { type RelationSize, restoreSizes } from './load';
import type { MemoryPostgres } from './pglite';
import { attributeStatistics, clampInteger, finite } from './statistics';

/** A candidate that stands in the database, hidden from the planner until it is asked for. */
export interface BuiltIndex {
  /** Of a partitioned table's index: its own, and those of its parts. */
  readonly oids: readonly number[];
  /** The names in the memory; the request's name is put in their place in plans. */
  readonly names: readonly string[];
  readonly sizeBytes: number;
  /** What its plans rest on where nothing is known, for people: `nothing is known of (data ->> 'x')`. */
  readonly guessed?: string;
}

/** No file is ever given these numbers by the server itself, which counts up from 16,384. */
const firstEmptyFile = 3_000_000_000;

/** Operator classes of extensions that every database can have. */
const extensionOf: readonly (readonly [operatorClass: RegExp, extension: string])[] = [
  [/^gi(?:n|st)_trgm_ops$/, 'pg_trgm'],
];

/** Builds candidate indexes on tables without rows, and gives them the size and the statistics that they would have. */
export class IndexBuilder {
  readonly #db: MemoryPostgres;
  readonly #snapshot: Snapshot;
  readonly #partial: PartialRows;
  readonly #expressions: ExpressionStatistics;
  readonly #sizes: IndexSizes;
  /** The oids of all that were built here. */
  readonly #own = new Set<number>();
  readonly #extensions = new Set<string>();
  readonly #checked = new Map<SnapshotTable, SnapshotTable>();
  #count = 0;

  constructor(db: MemoryPostgres, snapshot: Snapshot) {
    this.#db = db;
    this.#snapshot = snapshot;
    this.#partial = new PartialRows(db);
    this.#expressions = new ExpressionStatistics(db);
    this.#sizes = new IndexSizes(db);
  }

  /** For each definition the index, hidden, or why there is none. All of one table are built in one transaction. */
  async build(definitions: readonly IndexDefinition[]): Promise<Map<IndexDefinition, BuiltIndex | Problem>> {
    const results = new Map<IndexDefinition, BuiltIndex | Problem>();
    const byTable = new Map<SnapshotTable, IndexDefinition[]>();
    for (const definition of definitions) {
      const table = this.#snapshot.tables.find(
        ({ schema, name }) => schema === definition.schema && name === definition.table,
      );
      if (table) byTable.set(table, [...(byTable.get(table) ?? []), definition]);
      else results.set(definition, refused(`there is no table ${definition.schema}.${definition.table}`));
    }
    for (const [table, some] of byTable) {
      try {
        await this.#buildOn(table, some, results);
      } catch (error) {
        for (const definition of some) results.set(definition, refused(error));
      }
    }
    return results;
  }

  async #buildOn(
    table: SnapshotTable,
    definitions: readonly IndexDefinition[],
    results: Map<IndexDefinition, BuiltIndex | Problem>,
  ): Promise<void> {
    const leaves = leavesOf(table, this.#snapshot.tables);
    const possible: IndexDefinition[] = [];
    for (const definition of definitions) {
      try {
        await this.#provide(definition);
        await this.#partial.know(leaves, definition.where);
        possible.push(definition);
      } catch (error) {
        results.set(definition, refused(error));
      }
    }
    const heaps = await this.#heaps(leaves);
    const existing = await this.#indexesOf(heaps);
    const named = new Map<string, IndexDefinition>();
    await this.#db.run('BEGIN');
    try {
      await this.#pointAt(heaps, ({ oid }) => String(firstEmptyFile + oid));
      for (const definition of possible) {
        const name = `what if ${++this.#count}`;
        const failure = await this.#create({ ...definition, name });
        if (failure === undefined) named.set(name, definition);
        else results.set(definition, failure);
      }
      await this.#pointAt(heaps, ({ file }) => file);
      const made = await this.#describe(table.schema, [...named.keys()]);
      // Where a partition has such an index, the whole takes it for its own: that one exists and is never hidden.
      const own = made.filter(({ oid }) => !existing.has(oid) || this.#own.has(oid));
      if (own.length > 0) {
        const oids = own.map(({ oid }) => oid).join(', ');
        await this.#db.run(`UPDATE pg_index SET indisvalid = false WHERE indexrelid IN (${oids})`);
      }
      const sizes: RelationSize[] = [...leaves];
      for (const [name, definition] of named) {
        const parts = own.filter(({ top }) => top === name);
        results.set(definition, await this.#finish(definition, parts, leaves, existing, sizes));
      }
      await restoreSizes(this.#db, sizes);
      await this.#db.run('COMMIT');
      for (const { oid } of own) this.#own.add(oid);
    } catch (error) {
      await this.#db.run('ROLLBACK');
      throw error;
    }
  }

  async #provide(definition: IndexDefinition): Promise<void> {
    const classes = definition.columns.flatMap(({ operatorClass }) => operatorClass ?? []);
    for (const [pattern, extension] of extensionOf) {
      if (!classes.some((one) => pattern.test(one))) continue;
      await this.#extension(extension, `CREATE EXTENSION IF NOT EXISTS ${extension}`);
    }
    if (definition.method !== 'btree') {
      const create = 'CREATE EXTENSION IF NOT EXISTS pg_buffercache SCHEMA pg_catalog';
      await this.#extension('pg_buffercache', create);
    }
  }

  async #extension(name: string, create: string): Promise<void> {
    if (this.#extensions.has(name)) return;
    await this.#db.run(create);
    this.#extensions.add(name);
  }

  /** By the extended protocol, which takes one statement only: `1); DROP TABLE x; --` is an error. */
  async #create(definition: IndexDefinition): Promise<Problem | undefined> {
    await this.#db.run('SAVEPOINT one');
    try {
      await this.#db.query(createIndexSql(definition));
      await this.#db.run('RELEASE one');
      return undefined;
    } catch (error) {
      await this.#db.run('ROLLBACK TO one; RELEASE one');
      return refused(error);
    }
  }

  /** Expression statistics, size, height, and what the planner reads from the index's own pages. */
  async #finish(
    definition: IndexDefinition,
    parts: readonly IndexFile[],
    leaves: readonly SnapshotTable[],
    existing: ReadonlySet<number>,
    sizes: RelationSize[],
  ): Promise<BuiltIndex> {
    let pages = 0;
    let guessed: string | undefined;
    for (const part of parts) {
      const found = leaves.find(({ schema, name }) => schema === part.schema && name === part.table);
      if (!found || existing.has(part.oid)) continue;
      const leaf = this.#credible(found);
      const expressions = await this.#expressions.of(leaf, definition, part);
      for (const { attribute, statistics } of expressions) {
        if (statistics) await this.#db.run(attributeStatistics(leaf, part.name, attribute, statistics, false));
      }
      guessed ??= expressions.find((one) => one.guessed !== undefined)?.guessed;
      const fraction = this.#partial.fraction(leaf, definition.where);
      const size = await this.#sizes.of(definition, part, leaf, { fraction, expressions });
      if (part.method !== 'btree') await this.#evict(part);
      if (size.gin) writeGinMetapage(this.#db, part.path, size.gin);
      if (size.brin) writeBrinMetapage(this.#db, part.path, size.brin);
      if (size.height !== undefined) raiseBtreeTo(this.#db, part.path, size.height);
      this.#db.setPages(part.path, size.pages);
      const rows = leaf.rows * fraction;
      sizes.push({ schema: leaf.schema, name: part.name, pages: size.pages, rows, allVisiblePages: 0 });
      pages += size.pages;
    }
    return {
      oids: parts.map(({ oid }) => oid),
      names: parts.map(({ name }) => name),
      sizeBytes: pages * 8192,
      ...(guessed !== undefined && { guessed }),
    };
  }

  /** A snapshot file may say anything. */
  #credible(table: SnapshotTable): SnapshotTable {
    const known = this.#checked.get(table);
    if (known) return known;
    const checked = {
      ...table,
      rows: Math.max(0, finite(table.rows, 0)),
      pages: clampInteger(table.pages),
      columns: table.columns.map((column) => ({
        ...column,
        statistics: column.statistics && checkedStatistics(column.statistics).statistics,
      })),
    };
    this.#checked.set(table, checked);
    return checked;
  }

  /** All but B-trees are built in the buffer cache: what stands there would be written over the file, or hide it. */
  async #evict({ oid }: IndexFile): Promise<void> {
    await this.#db.query('SELECT pg_buffercache_evict_relation($1::oid::regclass)', [oid]);
  }

  async #heaps(tables: readonly SnapshotTable[]): Promise<Heap[]> {
    const heaps = await this.#db.query<Heap>(
      `SELECT c.oid::int8::int AS oid, c.relfilenode::text AS file, pg_relation_filepath(c.oid) AS path
       FROM json_to_recordset($1) AS t (schema text, name text)
       JOIN pg_namespace n ON n.nspname = t.schema JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.name`,
      [JSON.stringify(tables.map(({ schema, name }) => ({ schema, name })))],
    );
    if (heaps.length < tables.length) throw new Error(`table ${tables[0]?.name} is not there`);
    return heaps;
  }

  async #indexesOf(heaps: readonly Heap[]): Promise<Set<number>> {
    if (heaps.length === 0) return new Set();
    const rows = await this.#db.query<{ oid: number }>(
      `SELECT indexrelid::int8::int AS oid FROM pg_index WHERE indrelid IN (${heaps.map(({ oid }) => oid).join(', ')})`,
    );
    return new Set(rows.map(({ oid }) => oid));
  }

  /**
   * CREATE INDEX reads the heap, which is not there. For its duration the table points at an empty file; a length of
   * 0 would do for tables under 1 GB only, since the server remembers how many segments it has seen.
   */
  async #pointAt(heaps: readonly Heap[], fileOf: (heap: Heap) => string): Promise<void> {
    if (heaps.length === 0) return;
    for (const { oid, path } of heaps) {
      const empty = path.replace(/[^/]+$/, String(firstEmptyFile + oid));
      this.#db.writePages(empty, new Uint8Array(0));
    }
    await this.#db.run(
      `UPDATE pg_class SET relfilenode = f.file FROM (VALUES ${heaps
        .map((heap) => `(${heap.oid}::oid, ${fileOf(heap)}::oid)`)
        .join(', ')}) AS f (oid, file) WHERE pg_class.oid = f.oid`,
    );
  }

  /** The indexes, and those of the partitions that they consist of. */
  async #describe(schema: string, names: readonly string[]): Promise<IndexFile[]> {
    if (names.length === 0) return [];
    return this.#db.query<IndexFile>(
      `SELECT top.relname::text AS top, c.oid::int8::int AS oid, c.relname::text AS name, m.amname::text AS method,
         n.nspname::text AS schema, t.relname::text AS table, pg_relation_filepath(c.oid) AS path,
         i.indnkeyatts::int AS "keyCount",
         (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
            'length', a.attlen, 'align', a.attalign, 'column', tc.attname,
            'class', oc.opcname, 'expression', pg_get_indexdef(i.indexrelid, a.attnum, true)) ORDER BY a.attnum)
          FROM pg_attribute a
          LEFT JOIN pg_attribute tc ON tc.attrelid = t.oid AND tc.attnum = i.indkey[a.attnum - 1] AND tc.attnum > 0
          LEFT JOIN pg_opclass oc ON a.attnum <= i.indnkeyatts AND oc.oid = i.indclass[a.attnum - 1]
          WHERE a.attrelid = c.oid AND a.attnum > 0) AS keys
       FROM pg_class top JOIN pg_namespace h ON h.oid = top.relnamespace
       CROSS JOIN LATERAL (SELECT top.oid AS relid UNION SELECT p.relid::oid FROM pg_partition_tree(top.oid) AS p) AS part
       JOIN pg_class c ON c.oid = part.relid JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_am m ON m.oid = c.relam
       JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
       WHERE h.nspname = $1 AND top.relname = ANY($2)`,
      [schema, names],
    );
  }
}

interface Heap {
  readonly oid: number;
  readonly file: string;
  readonly path: string;
}

function refused(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new Problem('unsupported', `The planner in memory cannot build this index: ${message}`, { cause: error });
}
