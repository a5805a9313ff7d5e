import type { Counting, SnapshotIndex, SnapshotTable } from '../../database/snapshot';
import { formatCount, formatCounted } from '../../plan/format';
import { qualifiedName, quoteIdentifier } from '../../sql/identifiers';

interface Side {
  readonly index: SnapshotIndex;
  /** `author_id, created_at DESC` */
  readonly columns: string;
  readonly pages: number;
}

export function duplicateReason(stays: Side): string {
  const kind = stays.index.isPrimary ? 'the primary key ' : stays.index.isUnique ? 'the unique index ' : '';
  return `It has the same columns as ${kind}${named(stays)}, which stays.`;
}

export function redundantReason(stays: Side, pages: number): string {
  const times = stays.pages / Math.max(pages, 1);
  const larger =
    times < 1.5 ? '' : `; that one is ${times.toLocaleString('en-US', { maximumFractionDigits: 1 })} times as large`;
  return `Its columns are the first of ${named(stays)}, which serves the same queries${larger}.`;
}

export function invalidReason({ isUnique }: SnapshotIndex): string {
  const unique = isUnique ? ', and it does not keep its columns unique' : '';
  return `It is invalid, as a CREATE INDEX CONCURRENTLY or REINDEX that failed leaves it: every write maintains it and no query reads it${unique}.`;
}

export function unusedReason(table: SnapshotTable, { since, until, isStandby }: Counting): string {
  const days = since === undefined ? undefined : (Date.parse(until) - Date.parse(since)) / 86_400_000;
  const time =
    since === undefined || days === undefined
      ? 'since the server began to count'
      : `since ${since.slice(0, 10)} (${formatCounted(Math.floor(days), 'day')})`;
  const where = isStandby ? ' on this standby' : '';
  const others = isStandby ? 'the primary and other standbys count their own' : 'a standby counts its own scans';
  const { name, schema, activity } = table;
  const reads = activity
    ? `, while ${qualifiedName(schema, name)} was scanned ${formatCount(activity.scans)} times`
    : '';
  return `It was not scanned once${where} ${time}${reads}; ${others}.`;
}

const named = ({ index, columns }: Side): string => `${quoteIdentifier(index.name)} (${columns})`;
