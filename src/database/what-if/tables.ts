import { quoteIdentifier } from '../../sql/identifiers';
import type { Snapshot, SnapshotColumn, SnapshotTable } from '../snapshot';
import { reason, runSteps, silently } from './batch';
import type { MemoryPostgres } from './pglite';
import { createStandInType, unknownTypes, withoutModifiers } from './stand-ins';

/** Each candidate is an index of every partition: about 1 ms each. */
const mostPartitions = 1_000;

export type Family = [SnapshotTable, ...SnapshotTable[]];

export interface CreatedTables {
  /** Those that are there, parents before their partitions and children. */
  readonly tables: readonly SnapshotTable[];
  /** `schema.table` → why statements on it cannot be planned. */
  readonly missingTables: ReadonlyMap<string, string>;
}

/** All tables that can be created; what cannot, and why, is told in `leftOut`. */
export async function createTables(db: MemoryPostgres, snapshot: Snapshot, leftOut: string[]): Promise<CreatedTables> {
  await replaceUnknownTypes(db, snapshot.tables, leftOut);
  const writer = await ColumnWriter.for(db, snapshot);
  const missingTables = new Map<string, string>();
  const missing = (family: Family, why: string): void => {
    for (const table of family) missingTables.set(`${table.schema}.${table.name}`, why);
    leftOut.push(`Table ${displayName(family[0])} is left out: ${why}.`);
  };
  const all = families(snapshot.tables);
  const isPlain = ([table, ...others]: Family): boolean => others.length === 0 && table.kind !== 'foreign table';
  const steps = all.filter(isPlain).map((family) => ({ sql: writer.createTable(family[0]), what: '', family }));
  const oneByOne = new Set(all.filter((family) => !isPlain(family)));
  await runSteps(db, steps, ({ family }) => oneByOne.add(family));
  const failed = new Set<Family>();
  for (const family of oneByOne) {
    const failure = await createFamily(db, family, writer, leftOut);
    if (failure === undefined) continue;
    failed.add(family);
    missing(family, failure);
  }
  return { tables: all.filter((family) => !failed.has(family)).flat(), missingTables };
}

/**
 * Tables that are there together or not at all: a partitioned table with its partitions, one that others inherit from
 * with its children. Parents stand before their children.
 */
export function families(tables: readonly SnapshotTable[]): Family[] {
  const byName = new Map(tables.map((table) => [keyOf(table.schema, table.name), table]));
  const parentsOf = (table: SnapshotTable): SnapshotTable[] =>
    [...(table.partitionOf ? [table.partitionOf] : []), ...(table.inherits ?? [])].flatMap(
      (parent) => byName.get(keyOf(parent.schema, parent.table)) ?? [],
    );
  const familyOf = new Map<SnapshotTable, SnapshotTable[]>();
  const join = (table: SnapshotTable): SnapshotTable[] => {
    const known = familyOf.get(table);
    if (known) return known;
    let family: SnapshotTable[] = [];
    familyOf.set(table, family);
    for (const parent of parentsOf(table)) {
      const other = join(parent);
      if (other === familyOf.get(table)) continue;
      // A table may inherit from several: their families become one.
      for (const member of family) familyOf.set(member, other);
      other.push(...family);
      family = other;
      familyOf.set(table, other);
    }
    family.push(table);
    return family;
  };
  for (const table of tables) join(table);
  return [...new Set(tables.map((table) => familyOf.get(table) ?? [table]))] as Family[];
}

/** Returns why it could not be created. */
async function createFamily(
  db: MemoryPostgres,
  family: Family,
  writer: ColumnWriter,
  leftOut: string[],
): Promise<string | undefined> {
  const foreign = family.find(({ kind }) => kind === 'foreign table');
  if (foreign) {
    const part = foreign.partitionOf ? 'partition' : 'child';
    const what = foreign === family[0] ? 'it' : `its ${part} ${displayName(foreign)}`;
    return `${what} is a foreign table, whose plans only its own server knows`;
  }
  if (family.length > mostPartitions) return `it has ${family.length - 1} partitions, which takes too long in memory`;
  for (const table of family) {
    try {
      await createTable(db, table, writer, leftOut);
      for (const sql of attachments(table)) await db.run(sql);
    } catch (error) {
      await silently(db, `DROP TABLE IF EXISTS ${family.map(name).join(', ')} CASCADE`);
      return table === family[0] ? reason(error) : `of its partition ${displayName(table)}: ${reason(error)}`;
    }
  }
  return undefined;
}

/** What a column says beyond its type may need what is not here: a function, a collation. Without it there is still a column. */
async function createTable(
  db: MemoryPostgres,
  table: SnapshotTable,
  writer: ColumnWriter,
  leftOut: string[],
): Promise<void> {
  try {
    await db.run(writer.createTable(table));
  } catch (error) {
    const columns = table.columns.map((column) => ({ ...column, generated: undefined, collation: undefined }));
    if (!(await silently(db, writer.createTable({ ...table, columns })))) throw error;
    leftOut.push(
      `Table ${displayName(table)} is planned without the collations of its columns and how they are generated: ${reason(error)}.`,
    );
  }
}

function attachments(table: SnapshotTable): string[] {
  const { partitionOf, inherits = [] } = table;
  const qualified = (schema: string, parent: string): string => `${quoteIdentifier(schema)}.${quoteIdentifier(parent)}`;
  return [
    ...(partitionOf
      ? [
          `ALTER TABLE ${qualified(partitionOf.schema, partitionOf.table)} ATTACH PARTITION ${name(table)} ${partitionOf.bound}`,
        ]
      : []),
    ...inherits.map((parent) => `ALTER TABLE ${name(table)} INHERIT ${qualified(parent.schema, parent.table)}`),
  ];
}

async function replaceUnknownTypes(
  db: MemoryPostgres,
  tables: readonly SnapshotTable[],
  leftOut: string[],
): Promise<void> {
  const unknown = await unknownTypes(
    db,
    tables.flatMap(({ columns }) => columns.map(({ type }) => type)),
  );
  if (unknown.size === 0) return;
  for (const type of unknown) await createStandInType(db, type);
  for (const table of tables) {
    for (const { name, type } of table.columns) {
      if (!unknown.has(withoutModifiers(type))) continue;
      leftOut.push(
        `Column ${displayName(table)}.${name} has type ${type}, which the planner in memory lacks: planned as text.`,
      );
    }
  }
}

/** Writes columns with the collation that makes the planner treat them as the server's does. */
class ColumnWriter {
  /** For collatable columns that say nothing. */
  readonly #collation: string | undefined;
  readonly #collatable: ReadonlySet<string>;

  private constructor(collation: string | undefined, collatable: ReadonlySet<string>) {
    this.#collation = collation;
    this.#collatable = collatable;
  }

  static async for(db: MemoryPostgres, snapshot: Snapshot): Promise<ColumnWriter> {
    const collation = columnCollation(snapshot.collation);
    if (collation === undefined) return new ColumnWriter(undefined, new Set());
    const types = [...new Set(snapshot.tables.flatMap(({ columns }) => columns.map(({ type }) => type)))];
    const rows = await db.query<{ name: string }>(
      `SELECT name FROM unnest($1::text[]) AS name JOIN pg_type t ON t.oid = to_regtype(name)
       WHERE t.typcollation = 'pg_catalog."default"'::regcollation`,
      [types],
    );
    return new ColumnWriter(collation, new Set(rows.map((row) => row.name)));
  }

  createTable(table: SnapshotTable): string {
    const partitioned = table.partitionKey === undefined ? '' : ` PARTITION BY ${table.partitionKey}`;
    return `CREATE TABLE ${name(table)} (${table.columns.map((column) => this.#definition(column)).join(', ')})${partitioned}`;
  }

  #definition(column: SnapshotColumn): string {
    const parts = [`"${column.name.replaceAll('"', '""')}"`, column.type];
    if (column.collation !== undefined) parts.push(`COLLATE ${column.collation}`);
    else if (this.#collatable.has(column.type)) parts.push(`COLLATE ${this.#collation}`);
    if (column.generated !== undefined) {
      parts.push(`GENERATED ALWAYS AS (${column.generated}) ${column.isVirtual ? 'VIRTUAL' : 'STORED'}`);
    }
    if (column.notNull) parts.push('NOT NULL');
    return parts.join(' ');
  }
}

/**
 * In memory the default is ICU's root collation, near to any language's. A server with C compares bytes, and uses a plain
 * index for `LIKE 'abc%'`; with C.UTF-8 it compares bytes too, but does not: so does PGlite with any locale of libc.
 */
export function columnCollation(database: string | undefined): string | undefined {
  if (/^(?:c|posix)$/i.test(database ?? '')) return 'pg_catalog."C"';
  return /^(?:c|posix)\./i.test(database ?? '') ? 'pg_catalog."en_US"' : undefined;
}

const keyOf = (schema: string, table: string): string => JSON.stringify([schema, table]);

const name = (table: SnapshotTable): string =>
  `"${table.schema.replaceAll('"', '""')}"."${table.name.replaceAll('"', '""')}"`;

export const displayName = (table: SnapshotTable): string =>
  table.schema === 'public' ? table.name : `${table.schema}.${table.name}`;
