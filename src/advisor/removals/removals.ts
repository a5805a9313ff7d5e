import { foreignKeysOf } from '../../database/growth/keys';
import type { Counting, IndexDuty, Snapshot, SnapshotIndex, SnapshotTable } from '../../database/snapshot';
import { qualifiedName, quoteIdentifier } from '../../sql/identifiers';
import { type IndexKey, isPrefix, keyText, readIndexKey } from './key';
import { partsOf } from './parts';
import { duplicateReason, invalidReason, redundantReason, unusedReason } from './reasons';

export type RemovalKind = 'duplicate' | 'redundant' | 'invalid' | 'unused';

/** An index that costs more than it gives. */
export interface IndexRemoval {
  readonly kind: RemovalKind;
  readonly schema: string;
  readonly table: string;
  readonly index: string;
  /** The index that does its work. */
  readonly replacedBy?: string;
  /** One sentence for people. */
  readonly reason: string;
  /** Without CONCURRENTLY where that is not possible: a partitioned table, a constraint. No semicolon at the end. */
  readonly dropSql: string;
  /** Of an invalid index, if it is wanted after all. */
  readonly repairSql?: string;
  readonly sizeBytes: number;
  /** Rows inserted, updated and deleted in its table, a day; absent where the server did not count, or not long enough. */
  readonly writesPerDay?: number;
  /** Which part of the table's updates wrote to every index (0 to 1): those that were not HOT. */
  readonly nonHotShare?: number;
}

/** Below this, the counters have not seen a week's work, with its nightly and weekly jobs, in days. */
const leastDays = 7;
/** PostgreSQL keeps no date of an index's making; one as new as this many transactions had no chance yet. */
const leastTransactions = 1_000;
/** Where nobody knows since when it is counted, the table must have been read so often. */
const leastScans = 1_000;
/** An unused index of less than 1 MB costs next to nothing, in pages. */
const leastPages = 128;

interface Candidate {
  readonly table: SnapshotTable;
  readonly index: SnapshotIndex;
  readonly key: IndexKey;
  readonly duties: readonly IndexDuty[];
  readonly pages: number;
}

/**
 * The indexes that could go, by what the catalog and the server's counters say; the largest first. Indexes that a
 * constraint, a foreign key or a replica stands on are never among them, but for a unique constraint that is there twice.
 * Of two indexes that could each replace the other, one stays.
 */
export function indexRemovals(snapshot: Snapshot): IndexRemoval[] {
  return snapshot.tables
    .flatMap((table) => removalsOf(table, snapshot))
    .sort((a, b) => b.sizeBytes - a.sizeBytes || compare(a.index, b.index));
}

function removalsOf(table: SnapshotTable, snapshot: Snapshot): IndexRemoval[] {
  if (table.kind === 'foreign table') return [];
  const all = table.indexes.flatMap((index): Candidate[] => {
    const key = readIndexKey(index.definition);
    if (!key) return [];
    return [{ table, index, key, duties: dutiesOf(index, table), pages: pagesOf(index, table, snapshot) }];
  });
  const invalid = all.filter(
    ({ index, duties }) => !index.isValid && table.kind !== 'partitioned table' && !mayNotGo(duties, ['constraint']),
  );
  const valid = all.filter(({ index }) => index.isValid);
  const unused = new Set(valid.filter((one) => isUnused(one, valid, snapshot)));
  const successors = new Map<Candidate, readonly Candidate[]>();
  const stays = (one: Candidate): boolean => !unused.has(one) && !successors.has(one);
  for (const one of [...valid].sort(leastWorthFirst)) {
    const others = mayBeReplaced(one) ? valid.filter((other) => stays(other) && covers(other, one)) : [];
    if (others.length === 0) continue;
    unused.delete(one);
    successors.set(one, others);
  }
  return [
    ...[...successors.keys()].map((one) => {
      // Covering is transitive: what covers one that went later covers this one too.
      const [successor] = valid.filter((other) => stays(other) && covers(other, one)).sort(smallestFirst);
      return replacedRemoval(one, successor as Candidate, snapshot);
    }),
    ...invalid.map((one) => ({
      ...removal(one, 'invalid', snapshot),
      reason: invalidReason(one.index),
      repairSql: `REINDEX INDEX CONCURRENTLY ${qualifiedName(table.schema, one.index.name)}`,
    })),
    ...[...unused].map((one) => ({
      ...removal(one, 'unused', snapshot),
      reason: unusedReason(table, snapshot.counting as Counting),
    })),
  ];
}

function replacedRemoval(one: Candidate, successor: Candidate, snapshot: Snapshot): IndexRemoval {
  const isSame =
    one.key.columns.length === successor.key.columns.length &&
    one.key.included.length === successor.key.included.length;
  const stays = { ...successor, columns: keyText(successor.key) };
  return {
    ...removal(one, isSame ? 'duplicate' : 'redundant', snapshot),
    replacedBy: successor.index.name,
    reason: isSame ? duplicateReason(stays) : redundantReason(stays, one.pages),
  };
}

function removal(
  { table, index, duties, pages }: Candidate,
  kind: RemovalKind,
  snapshot: Snapshot,
): Omit<IndexRemoval, 'reason'> {
  const name = qualifiedName(table.schema, index.name);
  const concurrently = table.kind === 'partitioned table' ? '' : 'CONCURRENTLY ';
  return {
    kind,
    schema: table.schema,
    table: table.name,
    index: index.name,
    dropSql: duties.includes('constraint')
      ? `ALTER TABLE ${qualifiedName(table.schema, table.name)} DROP CONSTRAINT ${quoteIdentifier(index.name)}`
      : `DROP INDEX ${concurrently}${name}`,
    sizeBytes: pages * 8192,
    ...writeCost(table, snapshot.counting),
  };
}

/** What the counters say of the table's writes. */
function writeCost(
  { activity }: SnapshotTable,
  counting: Counting | undefined,
): Pick<IndexRemoval, 'writesPerDay' | 'nonHotShare'> {
  // Replay counts nothing.
  if (!activity || !counting || counting.isStandby) return {};
  const days = countedDays(counting);
  const writes = activity.inserts + activity.updates + activity.deletes;
  return {
    ...(days !== undefined && days >= 1 / 24 && { writesPerDay: Math.round(writes / days) }),
    ...(activity.updates > 0 && { nonHotShare: 1 - Math.min(activity.hotUpdates / activity.updates, 1) }),
  };
}

function countedDays({ since, until }: Counting): number | undefined {
  if (since === undefined) return undefined;
  return (Date.parse(until) - Date.parse(since)) / 86_400_000;
}

/** Whether `other` does all that `one` does. */
function covers(other: Candidate, one: Candidate): boolean {
  if (other === one || other.key.method !== one.key.method || other.key.predicate !== one.key.predicate) return false;
  const isSameKey = one.key.columns.length === other.key.columns.length && isPrefix(one.key, other.key);
  if (one.index.isUnique) {
    const isAsStrict = other.index.isUnique && !other.duties.includes('deferrable');
    if (!isAsStrict || !isSameKey || one.key.nullsNotDistinct !== other.key.nullsNotDistinct) return false;
  }
  if (one.key.method !== 'btree') {
    return isSameKey && keyText(one.key) === keyText(other.key) && one.key.options === other.key.options;
  }
  const stored = new Set([...other.key.columns.map(({ text }) => text), ...other.key.included]);
  return isPrefix(one.key, other.key) && one.key.included.every((column) => stored.has(column));
}

/** The primary key stays longest, then what is unique, then what is longer, then what is used more. */
function leastWorthFirst(a: Candidate, b: Candidate): number {
  const rank = ({ index, duties }: Candidate): number =>
    (index.isPrimary ? 4 : 0) + (mayNotGo(duties, ['constraint']) ? 2 : 0) + (index.isUnique ? 1 : 0);
  return (
    rank(a) - rank(b) ||
    Number(a.duties.includes('constraint')) - Number(b.duties.includes('constraint')) ||
    a.key.columns.length + a.key.included.length - (b.key.columns.length + b.key.included.length) ||
    (a.index.activity?.scans ?? 0) - (b.index.activity?.scans ?? 0) ||
    b.index.name.length - a.index.name.length ||
    compare(b.index.name, a.index.name)
  );
}

function isUnused(one: Candidate, valid: readonly Candidate[], { counting, ...snapshot }: Snapshot): boolean {
  const { index, table, duties, pages } = one;
  const { activity } = index;
  if (!counting || snapshot.assumed || !activity || !table.activity) return false;
  if (activity.scans > 0 || activity.lastScan !== undefined || activity.transactionsSince < leastTransactions)
    return false;
  if (index.isUnique || index.isPrimary || mayNotGo(duties, []) || pages < leastPages) return false;
  const days = countedDays(counting);
  const { scans, inserts, updates, deletes } = table.activity;
  if (days === undefined ? scans < leastScans : days < leastDays || scans + inserts + updates + deletes === 0)
    return false;
  return !servesForeignKey(one, valid, snapshot);
}

/** Nobody deletes parents today; the day somebody does, each delete would read this whole table. */
function servesForeignKey(one: Candidate, valid: readonly Candidate[], snapshot: Snapshot): boolean {
  return foreignKeysOf(one.table, snapshot).some(({ columns }) => {
    const serves = ({ index }: Candidate) => columns.every((_, i) => columns.includes(index.columns[i]?.name ?? ''));
    return serves(one) && !valid.some((other) => other !== one && serves(other));
  });
}

const smallestFirst = (a: Candidate, b: Candidate): number => a.pages - b.pages || compare(a.index.name, b.index.name);

/** An exclusion constraint is not unique, and no other index excludes what it does. */
function mayBeReplaced({ index, duties }: Candidate): boolean {
  return !index.isPrimary && !mayNotGo(duties, index.isUnique ? ['constraint'] : []);
}

function mayNotGo(duties: readonly IndexDuty[], but: readonly IndexDuty[]): boolean {
  return duties.some((duty) => !but.includes(duty));
}

/** A snapshot that does not know: what could be, is. */
function dutiesOf(index: SnapshotIndex, table: SnapshotTable): readonly IndexDuty[] {
  if (index.duties) return index.duties;
  return [
    ...(index.isUnique || index.isPrimary ? (['constraint', 'foreign key'] as const) : []),
    ...(table.partitionOf ? (['part'] as const) : []),
  ];
}

/** A partitioned index is as large as its parts. */
function pagesOf(index: SnapshotIndex, table: SnapshotTable, snapshot: Snapshot): number {
  if (table.kind !== 'partitioned table') return index.pages;
  return partsOf(index.name, table, snapshot).reduce((sum, [, part]) => sum + part.pages, 0);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
