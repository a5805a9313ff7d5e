import { Problem } from '../../nouns/problem';
import { Lexer } from '../../sql/lexer';
import type {
  ColumnStatistics,
  ExtendedStatistics,
  Snapshot,
  SnapshotColumn,
  SnapshotIndex,
  SnapshotTable,
} from '../snapshot';

/** 'text': every column that may hold text. Else columns as a person writes them: `users.email`, `app.users.email`. */
export type Redaction = 'text' | readonly string[];

export interface Redacted {
  readonly snapshot: Snapshot;
  /** How many columns' values were left out. */
  readonly columns: number;
  /** What still holds constants of text that somebody wrote into the schema: `3 partial indexes`. */
  readonly kept: readonly string[];
}

/** Types whose values are no text. Enums are the schema's own words. All others may be text: domains, composites, extensions' types. */
const notText =
  /^(?:smallint|integer|bigint|numeric|real|double precision|money|boolean|date|time|timestamp|interval|uuid|oid|bit|bit varying|pg_lsn|xid8?|point|line|lseg|box|path|polygon|circle|int4range|int8range|numrange|daterange|tsrange|tstzrange|int4multirange|int8multirange|nummultirange|datemultirange|tsmultirange|tstzmultirange)(?:\(\d+(?:,-?\d+)?\))?(?: (?:with|without) time zone)?(?:\[\])*$/;

/**
 * Leaves the values of columns out: most common values, histograms, elements. How many distinct values and NULLs there
 * are, and how wide they are, stays. Defaults go too, and checks with constants of text: no plan needs them. Other constants
 * of text in the schema (predicates of partial indexes, views, functions, bounds of partitions) stay, because plans depend
 * on them; they are counted in `kept`.
 *
 * @throws {Problem} 'not-understood' for a column that is not there
 */
export function redact(snapshot: Snapshot, redaction: Redaction): Redacted {
  const isRedacted = redaction === 'text' ? textColumns(snapshot) : namedColumns(snapshot, redaction);
  let columns = 0;
  const tables = snapshot.tables.map((table): SnapshotTable => {
    const names = new Set(table.columns.filter((column) => isRedacted(table, column)).map(({ name }) => name));
    if (names.size === 0) return table;
    columns += names.size;
    return {
      ...table,
      columns: table.columns.map((column) => (names.has(column.name) ? withoutValues(column) : column)),
      constraints: table.constraints.filter((sql) => !(/ CHECK \(/.test(sql) && hasTextConstant(sql))),
      indexes: table.indexes.map((index) => withoutExpressionValues(index, names, redaction === 'text')),
      ...(table.extendedStatistics && { extendedStatistics: table.extendedStatistics.map(withoutLists) }),
    };
  });
  const redacted = { ...snapshot, tables };
  return { snapshot: redacted, columns, kept: textConstants(redacted) };
}

type IsRedacted = (table: SnapshotTable, column: SnapshotColumn) => boolean;

function textColumns({ prelude }: Snapshot): IsRedacted {
  const enums = new Set(prelude.flatMap((sql) => /^CREATE TYPE (.+?) AS ENUM \(/.exec(sql)?.[1] ?? []));
  const isEnum = (type: string): boolean => {
    const bare = type.replace(/(?:\[\])+$/, '');
    return enums.has(bare) || [...enums].some((name) => name.endsWith(`.${bare}`));
  };
  return (_, { type }) => !notText.test(type) && !isEnum(type);
}

/** A column is the same in a table, its partitions and what inherits from it: each has values of the others. */
function namedColumns(snapshot: Snapshot, names: readonly string[]): IsRedacted {
  const familyOf = families(snapshot);
  const wanted = new Map<number, Set<string>>();
  for (const written of names) {
    const found = snapshot.tables.filter((table) => columnOf(written, table, snapshot) !== undefined);
    if (found.length === 0) {
      throw new Problem('not-understood', `There is no column ${written} in this database.`, {
        hint: 'Columns are named table.column or schema.table.column.',
      });
    }
    for (const table of found) {
      const family = familyOf(table);
      const columns = wanted.get(family) ?? new Set();
      columns.add(columnOf(written, table, snapshot) ?? '');
      wanted.set(family, columns);
    }
  }
  return (table, { name }) => wanted.get(familyOf(table))?.has(name) ?? false;
}

/** The column that `users.email` or `app.users.email` names, if it is one of this table; quotes are not needed. */
function columnOf(written: string, table: SnapshotTable, { searchPath }: Snapshot): string | undefined {
  const bare = written.replaceAll('"', '');
  const isInPath = searchPath.includes(table.schema) || table.schema === 'public';
  const prefixes = [`${table.schema}.${table.name}.`, ...(isInPath ? [`${table.name}.`] : [])];
  for (const prefix of prefixes) {
    const name = bare.startsWith(prefix) ? bare.slice(prefix.length) : undefined;
    if (table.columns.some((column) => column.name === name)) return name;
  }
  return undefined;
}

/** Tables that are parts or children of one another have the same number. */
function families({ tables }: Snapshot): (table: SnapshotTable) => number {
  const key = (schema: string, name: string): string => JSON.stringify([schema, name]);
  const root = new Map(tables.map((table) => [key(table.schema, table.name), key(table.schema, table.name)]));
  const rootOf = (of: string): string => {
    let one = of;
    for (let next = root.get(one); next !== undefined && next !== one; next = root.get(one)) one = next;
    return one;
  };
  for (const { schema, name, partitionOf, inherits = [] } of tables) {
    for (const parent of [...inherits, ...(partitionOf ? [partitionOf] : [])]) {
      if (root.has(key(parent.schema, parent.table)))
        root.set(rootOf(key(schema, name)), rootOf(key(parent.schema, parent.table)));
    }
  }
  const numbers = new Map<string, number>();
  return ({ schema, name }) => {
    const family = rootOf(key(schema, name));
    const number = numbers.get(family) ?? numbers.size;
    numbers.set(family, number);
    return number;
  };
}

function withoutValues({ default: _, ...column }: SnapshotColumn): SnapshotColumn {
  return {
    ...column,
    ...(column.statistics && { statistics: numbersOnly(column.statistics) }),
    ...(column.inheritedStatistics && { inheritedStatistics: numbersOnly(column.inheritedStatistics) }),
  };
}

/** What is listed here is kept: a member that is new may hold values. */
function numbersOnly(statistics: ColumnStatistics): ColumnStatistics {
  const { nullFraction, averageWidth, distinct, correlation, elementCountHistogram, rangeEmptyFraction } = statistics;
  return {
    nullFraction,
    averageWidth,
    distinct,
    ...(correlation !== undefined && { correlation }),
    ...(elementCountHistogram !== undefined && { elementCountHistogram }),
    ...(rangeEmptyFraction !== undefined && { rangeEmptyFraction }),
  };
}

/** The columns of an expression are not listed: any name of a redacted one in it counts. */
function withoutExpressionValues(index: SnapshotIndex, names: ReadonlySet<string>, all: boolean): SnapshotIndex {
  if (!index.statistics) return index;
  const expressions = index.columns.map(({ expression }) => expression ?? '').join(' ');
  if (!all && ![...names].some((name) => expressions.includes(name.replaceAll('"', '""')))) return index;
  const kept = Object.entries(index.statistics).map(([column, one]) => [column, numbersOnly(one)] as const);
  return { ...index, statistics: Object.fromEntries(kept) };
}

/** Counts of distinct combinations and dependencies are numbers; lists of combinations are values. */
function withoutLists(statistics: ExtendedStatistics): ExtendedStatistics {
  const { schema, name, definition, isInherited, distinct, dependencies } = statistics;
  return {
    schema,
    name,
    definition,
    isInherited,
    ...(distinct !== undefined && { distinct }),
    ...(dependencies !== undefined && { dependencies }),
  };
}

function textConstants({ tables, views, prelude }: Snapshot): string[] {
  const counted = (count: number, one: string, many: string): string[] =>
    count === 0 ? [] : [`${count.toLocaleString('en-US')} ${count === 1 ? one : many}`];
  const indexes = tables.flatMap((table) => table.indexes).filter(({ definition }) => hasTextConstant(definition));
  const bounds = tables.filter(({ partitionOf }) => partitionOf && hasTextConstant(partitionOf.bound));
  const columns = tables
    .flatMap((table) => table.columns)
    .filter(({ generated }) => generated && hasTextConstant(generated));
  const functions = prelude.filter((sql) => /^CREATE (?:OR REPLACE )?FUNCTION /.test(sql));
  return [
    ...counted(indexes.length, 'index', 'indexes'),
    ...counted(views.filter(hasTextConstant).length, 'view', 'views'),
    ...counted(bounds.length, 'bound of a partition', 'bounds of partitions'),
    ...counted(columns.length, 'generated column', 'generated columns'),
    ...counted(functions.length, 'function', 'functions'),
  ];
}

/** A date or a number in quotes is none. */
function hasTextConstant(sql: string): boolean {
  const lexer = new Lexer(sql);
  while (lexer.next()) if (lexer.kind === 'string' && /\p{L}/u.test(lexer.text.replace(/^[a-zA-Z]?'/, ''))) return true;
  return false;
}
