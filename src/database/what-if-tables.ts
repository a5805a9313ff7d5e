import { quoteIdentifier } from '../sql/identifiers';
import { parentsFirst } from './partitions';
import type { SnapshotColumn, SnapshotTable } from './snapshot';
import type { MemoryPostgres } from './what-if-pglite';

/** Each candidate is an index of every partition: about 1 ms each. */
const mostPartitions = 1_000;

export type Family = [SnapshotTable, ...SnapshotTable[]];

/** Each table with all its partitions, which are there together or not at all. */
export function families(tables: readonly SnapshotTable[]): Family[] {
  const found: Family[] = [];
  for (const table of parentsFirst(tables)) {
    if (table.partitionOf === undefined) found.push([table]);
    else found.at(-1)?.push(table);
  }
  return found;
}

/** Returns why it could not be created. */
export async function createFamily(
  db: MemoryPostgres,
  family: Family,
  isC: boolean,
  leftOut: string[],
): Promise<string | undefined> {
  const foreign = family.find(({ kind }) => kind === 'foreign table');
  if (foreign) {
    const what = foreign === family[0] ? 'it' : `its partition ${displayName(foreign)}`;
    return `${what} is a foreign table, whose plans only its own server knows`;
  }
  if (family.length > mostPartitions) return `it has ${family.length - 1} partitions, which takes too long in memory`;
  for (const table of family) {
    const failure = (await createTable(db, table, isC, leftOut)) ?? (await attach(db, table));
    if (failure === undefined) continue;
    await silently(db, `DROP TABLE IF EXISTS ${name(table)}, ${name(family[0])} CASCADE`);
    return table === family[0] ? failure : `of its partition ${displayName(table)}: ${failure}`;
  }
  return undefined;
}

async function attach(db: MemoryPostgres, table: SnapshotTable): Promise<string | undefined> {
  if (!table.partitionOf) return undefined;
  const { schema, table: parent, bound } = table.partitionOf;
  const whole = `${quoteIdentifier(schema)}.${quoteIdentifier(parent)}`;
  try {
    await db.run(`ALTER TABLE ${whole} ATTACH PARTITION ${name(table)} ${bound}`);
    return undefined;
  } catch (error) {
    return reason(error);
  }
}

/** Returns why it could not be created; a column whose type is missing here becomes text, and that is said. */
async function createTable(
  db: MemoryPostgres,
  table: SnapshotTable,
  isC: boolean,
  leftOut: string[],
): Promise<string | undefined> {
  const columnSql = table.columns.map((column) => columnDefinition(column, column.type, isC));
  const partitioned = table.partitionKey === undefined ? '' : ` PARTITION BY ${table.partitionKey}`;
  const create = (): Promise<void> => db.run(`CREATE TABLE ${name(table)} (${columnSql.join(', ')})${partitioned}`);
  try {
    await create();
    return undefined;
  } catch (error) {
    const unknown: number[] = [];
    for (const [i, column] of table.columns.entries()) {
      if (!(await typeExists(db, column.type))) unknown.push(i);
    }
    if (unknown.length === 0) return reason(error);
    for (const i of unknown) {
      const column = table.columns[i] as SnapshotColumn;
      columnSql[i] = columnDefinition({ ...column, collation: undefined, generated: undefined }, 'text', isC);
      leftOut.push(
        `Column ${displayName(table)}.${column.name} has type ${column.type}, which the planner in memory lacks: planned as text.`,
      );
    }
  }
  try {
    await create();
    return undefined;
  } catch (error) {
    return reason(error);
  }
}

const collatable = /^(text|character|varchar|char|bpchar|citext)\b/;

function columnDefinition(column: SnapshotColumn, type: string, isC: boolean): string {
  const parts = [`"${column.name.replaceAll('"', '""')}"`, type];
  if (column.collation !== undefined) parts.push(`COLLATE ${column.collation}`);
  else if (isC && collatable.test(type)) parts.push('COLLATE "C"');
  if (column.generated !== undefined) {
    parts.push(`GENERATED ALWAYS AS (${column.generated}) ${column.isVirtual ? 'VIRTUAL' : 'STORED'}`);
  }
  if (column.notNull) parts.push('NOT NULL');
  return parts.join(' ');
}

async function typeExists(db: MemoryPostgres, type: string): Promise<boolean> {
  const [row] = await db.query<{ known: boolean }>('SELECT to_regtype($1) IS NOT NULL AS known', [type]);
  return row?.known ?? false;
}

export async function silently(db: MemoryPostgres, sql: string): Promise<boolean> {
  try {
    await db.run(sql);
    return true;
  } catch {
    return false;
  }
}

export function reason(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
}

const name = (table: SnapshotTable): string =>
  `"${table.schema.replaceAll('"', '""')}"."${table.name.replaceAll('"', '""')}"`;

export const displayName = (table: SnapshotTable): string =>
  table.schema === 'public' ? table.name : `${table.schema}.${table.name}`;
