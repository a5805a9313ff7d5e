import type { Snapshot, SnapshotTable } from './snapshot';

/** `FOREIGN KEY (post_id) REFERENCES posts(id)`: columns of the table, and those that they point at in the same order. */
export interface ForeignKey {
  readonly columns: readonly string[];
  readonly target: SnapshotTable | undefined;
  readonly targetColumns: readonly string[];
}

const name = String.raw`(?:"(?:[^"]|"")+"|[^\s"().,]+)`;
const foreignKey = new RegExp(
  String.raw`FOREIGN KEY \(((?:${name}|[, ])+)\) REFERENCES (?:(${name})\.)?(${name})\s?\(((?:${name}|[, ])+)\)`,
);

/** A partition has its own keys and those of the whole. */
export function foreignKeysOf(table: SnapshotTable, snapshot: Snapshot): ForeignKey[] {
  const { partitionOf } = table;
  const whole = partitionOf && snapshot.tables.find((one) => isNamed(one, partitionOf.schema, partitionOf.table));
  const inherited = whole ? foreignKeysOf(whole, snapshot) : [];
  return [...table.foreignKeys.flatMap((definition) => read(definition, table, snapshot) ?? []), ...inherited];
}

/** Columns that are a primary or unique key all by themselves. */
export function uniqueColumns(table: SnapshotTable): ReadonlySet<string> {
  return new Set(
    table.indexes
      .filter((index) => index.isUnique && index.columns.length === 1 && index.predicate === undefined)
      .flatMap((index) => index.columns[0]?.name ?? []),
  );
}

/** `posts`, `app.posts`, `"Order"`: as it is written on the command line, in the order of the search path. */
export function tableNamed(written: string, snapshot: Snapshot): SnapshotTable | undefined {
  const exact = snapshot.tables.find((table) => `${table.schema}.${table.name}` === written);
  if (exact) return exact;
  const [first, second] = names(written.replace(/\./g, ','));
  if (first === undefined) return undefined;
  if (second !== undefined) return snapshot.tables.find((table) => isNamed(table, first, second));
  const schemas = [...snapshot.searchPath, 'public'];
  const inPath = schemas.flatMap((schema) => snapshot.tables.find((table) => isNamed(table, schema, first)) ?? []);
  return inPath[0] ?? snapshot.tables.find((table) => table.name === first);
}

function read(definition: string, from: SnapshotTable, snapshot: Snapshot): ForeignKey | undefined {
  const match = foreignKey.exec(definition);
  if (!match) return undefined;
  const [, columns = '', schema, table = '', targetColumns = ''] = match;
  const [targetName = ''] = names(table);
  const candidates = schema === undefined ? [...snapshot.searchPath, from.schema] : names(schema);
  const target = candidates.flatMap(
    (candidate) => snapshot.tables.find((one) => isNamed(one, candidate, targetName)) ?? [],
  );
  return { columns: names(columns), target: target[0], targetColumns: names(targetColumns) };
}

const isNamed = (table: SnapshotTable, schema: string, table_: string): boolean =>
  table.schema === schema && table.name === table_;

/** `a, "b c"` → ['a', 'b c'] */
function names(list: string): string[] {
  return [...list.matchAll(/"((?:[^"]|"")+)"|([^\s",]+)/g)].map(([, quoted, bare]) =>
    quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'),
  );
}
