import type { ExtendedStatistics, SnapshotTable } from '../snapshot';
import { runSteps } from './batch';
import type { MemoryPostgres } from './pglite';
import { displayName } from './tables';

/**
 * CREATE STATISTICS objects with what ANALYZE found about columns together. PostgreSQL 18 has no function to restore that,
 * so it is written as the server stores it (statext_ndistinct_serialize, statext_dependencies_serialize), through a cast
 * that nobody but a superuser could make. Lists of most common combinations and statistics of expressions are not there.
 */
export async function restoreExtendedStatistics(
  db: MemoryPostgres,
  tables: readonly SnapshotTable[],
  leftOut: string[],
): Promise<void> {
  const all = tables.flatMap((table) => (table.extendedStatistics ?? []).map((statistics) => ({ table, statistics })));
  if (all.length === 0) return;
  const steps = new Map(
    all.map(({ table, statistics: { definition, schema, name } }) => [
      JSON.stringify([schema, name]),
      { sql: definition, what: `Statistics object ${name} of ${displayName(table)}` },
    ]),
  );
  await runSteps(db, [...steps.values()], ({ what }, why) => leftOut.push(`${what} is left out: ${why}.`));
  await db.run(
    `CREATE CAST (bytea AS pg_ndistinct) WITHOUT FUNCTION; CREATE CAST (bytea AS pg_dependencies) WITHOUT FUNCTION`,
  );
  for (const { statistics } of all) {
    const { schema, name, isInherited, distinct, dependencies } = statistics;
    await db.query(
      `INSERT INTO pg_statistic_ext_data (stxoid, stxdinherit, stxdndistinct, stxddependencies)
       SELECT s.oid, $3::boolean, $4::text::bytea::pg_ndistinct, $5::text::bytea::pg_dependencies
       FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE n.nspname = $1 AND s.stxname = $2`,
      [
        schema,
        name,
        isInherited,
        serializedDistinct(distinct),
        serialized(dependencies && dependencyBytes(dependencies)),
      ],
    );
  }
}

/** `{"1, 2": 11}` as bytea's text. */
export const serializedDistinct = (distinct: string | undefined): string | null =>
  serialized(distinct && distinctBytes(distinct));

const serialized = (bytes: Buffer | '' | undefined): string | null => (bytes ? `\\x${bytes.toString('hex')}` : null);

/** `{"1, 2": 11}`: magic, type, count; of each its number, how many columns, which. */
function distinctBytes(text: ExtendedStatistics['distinct'] & string): Buffer | undefined {
  const items = itemsOf(text).map(({ columns, value }) => {
    const item = Buffer.alloc(12 + 2 * columns.length);
    item.writeDoubleLE(value, 0);
    item.writeInt32LE(columns.length, 8);
    for (const [i, column] of columns.entries()) item.writeInt16LE(column, 12 + 2 * i);
    return item;
  });
  return withHeader(0xa352bfa4, items);
}

/** `{"1, 2 => 3": 0.5}`: the last column is the one that the others decide. */
function dependencyBytes(text: ExtendedStatistics['dependencies'] & string): Buffer | undefined {
  const items = itemsOf(text).map(({ columns, value }) => {
    const item = Buffer.alloc(10 + 2 * columns.length);
    item.writeDoubleLE(value, 0);
    item.writeInt16LE(columns.length, 8);
    for (const [i, column] of columns.entries()) item.writeInt16LE(column, 10 + 2 * i);
    return item;
  });
  return withHeader(0xb4549a2c, items);
}

function withHeader(magic: number, items: readonly Buffer[]): Buffer | undefined {
  if (items.length === 0) return undefined;
  const header = Buffer.alloc(12);
  header.writeUInt32LE(magic, 0);
  header.writeUInt32LE(1, 4);
  header.writeUInt32LE(items.length, 8);
  return Buffer.concat([header, ...items]);
}

function itemsOf(text: string): { columns: number[]; value: number }[] {
  return [...text.matchAll(/"([-\d, =>]+)": ([-+.\deE]+)/g)].flatMap(([, key = '', number = '']) => {
    const columns = (key.match(/-?\d+/g) ?? []).map(Number);
    const value = Number(number);
    const isSound = columns.length > 1 && Number.isFinite(value) && columns.every((one) => Math.abs(one) < 32_768);
    return isSound ? [{ columns, value }] : [];
  });
}
