import type { Snapshot, SnapshotTable } from '../snapshot';

/** `FOREIGN KEY (post_id) REFERENCES posts(id)`: columns of the table, and those that they point at in the same order. */
export interface ForeignKey {
  readonly columns: readonly string[];
  readonly target: SnapshotTable | undefined;
  readonly targetColumns: readonly string[];
}

const identifier = String.raw`(?:"(?:[^"]|"")+"|[^\s"().,]+)`;
const foreignKey = new RegExp(
  String.raw`FOREIGN KEY \(((?:${identifier}|[, ])+)\) REFERENCES (?:(${identifier})\.)?(${identifier})\s?\(((?:${identifier}|[, ])+)\)`,
);

/** The foreign keys of a schema, of which each table is looked up by name once. */
export class ForeignKeys {
  readonly #searchPath: readonly string[];
  readonly #tables: ReadonlyMap<string, SnapshotTable>;
  readonly #known = new Map<SnapshotTable, readonly ForeignKey[]>();

  constructor({ tables, searchPath }: Snapshot) {
    this.#searchPath = searchPath;
    this.#tables = new Map(tables.map((table) => [fullName(table.schema, table.name), table]));
  }

  /** A partition has its own keys and those of the whole. */
  of(table: SnapshotTable): readonly ForeignKey[] {
    const known = this.#known.get(table);
    if (known) return known;
    const { partitionOf } = table;
    const whole = partitionOf && this.#tables.get(fullName(partitionOf.schema, partitionOf.table));
    const own = table.foreignKeys.flatMap((definition) => this.#read(definition, table) ?? []);
    const keys = whole ? [...own, ...this.of(whole)] : own;
    this.#known.set(table, keys);
    return keys;
  }

  #read(definition: string, from: SnapshotTable): ForeignKey | undefined {
    const match = foreignKey.exec(definition);
    if (!match) return undefined;
    const [, columns = '', schema, table = '', targetColumns = ''] = match;
    const [targetName = ''] = names(table);
    const schemas = schema === undefined ? [...this.#searchPath, from.schema] : names(schema);
    const target = schemas.flatMap((one) => this.#tables.get(fullName(one, targetName)) ?? [])[0];
    return { columns: names(columns), target, targetColumns: names(targetColumns) };
  }
}

/** Of one table alone; for many, one ForeignKeys does. */
export function foreignKeysOf(table: SnapshotTable, snapshot: Snapshot): readonly ForeignKey[] {
  return new ForeignKeys(snapshot).of(table);
}

const fullName = (schema: string, table: string): string => JSON.stringify([schema, table]);

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
  const [first, second] = names(written);
  if (first === undefined) return undefined;
  if (second !== undefined) return snapshot.tables.find((table) => isNamed(table, first, second));
  const schemas = [...snapshot.searchPath, 'public'];
  const inPath = schemas.flatMap((schema) => snapshot.tables.find((table) => isNamed(table, schema, first)) ?? []);
  return inPath[0] ?? snapshot.tables.find((table) => table.name === first);
}

const isNamed = (table: SnapshotTable, schema: string, name: string): boolean =>
  table.schema === schema && table.name === name;

/** `a, "b c"` → ['a', 'b c']; `app.posts` → ['app', 'posts'] */
function names(list: string): string[] {
  return [...list.matchAll(/"((?:[^"]|"")+)"|([^\s",.]+)/g)].map(([, quoted, bare]) =>
    quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'),
  );
}
