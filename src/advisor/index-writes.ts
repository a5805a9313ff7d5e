import type { Snapshot, SnapshotIndex, SnapshotTable } from '../database/snapshot';
import type { IndexDefinition, IndexWrites } from '../nouns/fix';
import type { UpdatedColumns } from './updated-columns';

/**
 * What one more index costs when rows are written. PostgreSQL inserts one entry into each index for each new version of
 * a row (ExecInsertIndexTuples), so `after / before` is how much index writing grows. An UPDATE makes no entry at all
 * when it changes no column that an index needs, in its key, INCLUDE, expressions or condition (a heap-only tuple, HOT;
 * heap_update with RelationGetIndexAttrBitmap's HOT-blocking set, which leaves BRIN out since 16): one column of the
 * new index among those that it sets, and it writes to all of them.
 */
export function indexWrites(
  index: IndexDefinition,
  snapshot: Pick<Snapshot, 'tables' | 'version' | 'counting'>,
  updates: readonly UpdatedColumns[],
): IndexWrites | undefined {
  const table = snapshot.tables.find(({ schema, name }) => schema === index.schema && name === index.table);
  if (table === undefined) return undefined;
  const before = table.indexes.length;
  return {
    indexesBefore: before,
    indexesAfter: before + 1,
    everyRow: index.where === undefined,
    ...hotUpdates(index, table, snapshot.version, updates),
    ...counted(table, snapshot.counting),
  };
}

/** A standby counts no writes; a rate of less than a day says little. */
function counted(
  { activity }: SnapshotTable,
  counting: Snapshot['counting'],
): Pick<IndexWrites, 'hotShare' | 'rowsPerDay'> {
  if (activity === undefined || counting === undefined || counting.isStandby) return {};
  const { inserts, updates, hotUpdates: hot } = activity;
  const days = counting.since && (Date.parse(counting.until) - Date.parse(counting.since)) / 86_400_000;
  return {
    ...(updates > 0 && { hotShare: Math.min(1, hot / updates) }),
    ...(days && days >= 1 && { rowsPerDay: Math.round((inserts + updates) / days) }),
  };
}

function hotUpdates(
  index: IndexDefinition,
  table: SnapshotTable,
  version: number,
  updates: readonly UpdatedColumns[],
): Pick<IndexWrites, 'hot' | 'hotColumns'> {
  const blocks = (method: string) => method !== 'brin' || version < 160_000;
  const existing = new Set(
    table.indexes.filter(({ method }) => blocks(method)).flatMap((one) => existingColumns(one, table)),
  );
  const possible = updates.filter(
    (update) => isOn(table, update) && !update.columns.some((column) => existing.has(column)),
  );
  if (possible.length === 0) return {};
  const lost = blocks(index.method) ? columnsSet(index, table, possible) : [];
  return lost.length === 0 ? { hot: 'kept' } : { hot: 'lost', hotColumns: lost };
}

/** The columns of an index, in its key, INCLUDE, expressions or condition, that some of the updates set. */
export function columnsSet(index: IndexDefinition, table: SnapshotTable, updates: readonly UpdatedColumns[]): string[] {
  const own = new Set(definedColumns(index, table));
  const ofTable = updates.filter((update) => isOn(table, update));
  return [...new Set(ofTable.flatMap(({ columns }) => columns.filter((column) => own.has(column))))];
}

const isOn = (table: SnapshotTable, update: UpdatedColumns): boolean =>
  update.table === table.name && (update.schema ?? table.schema) === table.schema;

/** pg_get_indexdef: everything behind USING names columns, also INCLUDE and WHERE. */
function existingColumns({ definition }: SnapshotIndex, table: SnapshotTable): string[] {
  return columnsNamedIn(definition.slice(Math.max(0, definition.indexOf(' USING '))), table);
}

function definedColumns({ columns, include = [], where = '' }: IndexDefinition, table: SnapshotTable): string[] {
  const plain = columns.flatMap(({ name, isExpression }) => (isExpression ? [] : [name]));
  const expressions = columns.flatMap(({ name, isExpression }) => (isExpression ? [name] : []));
  return [...plain, ...include, ...columnsNamedIn([...expressions, where].join(' '), table)];
}

/** Whole words only; a word of a literal may count too, which errs towards the dearer answer. */
function columnsNamedIn(sql: string, table: SnapshotTable): string[] {
  const words = new Set(sql.match(/"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*/gu)?.map(unquoted));
  return table.columns.flatMap(({ name }) => (words.has(name) ? [name] : []));
}

function unquoted(word: string): string {
  return word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word;
}
