import type { Health, TableHealth } from '../../database/health/health';
import type { CheckResult } from '../../nouns/check';
import { formatBytes, formatCount, formatCounted } from '../../plan/format';
import { qualifiedName } from '../../sql/identifiers';
import type { Check } from '../check';
import type { GuideFacts } from '../facts';
import { table } from '../support/evidence';
import { seen, withSection } from '../support/known';
import { attention, notApplicable, passed } from '../support/results';
import { asFarAsSeen, blocksOf, isQuery, placesOf, shortText } from '../support/statements';
import { percent, secondsBetween } from '../support/wording';
import { type WorkloadRow, workloadOf } from '../workload';

/** min_parallel_table_scan_size's default: from here on PostgreSQL itself takes a scan for worth several processes. */
const largeBytes = 8 * 2 ** 20;
const blockBytes = 8_192;
/** Of all rows that are read: as for the time of statements, less is not worth mending. This check's own limit. */
const worthOfRows = 0.1;
/** More often than once an hour: no dump of the night. Where nobody knows since when is counted, so often in all. */
const oftenADay = 24;
const oftenInAll = 1_000;
const day = 86_400;

/** Large tables that are read from end to end again and again: what the guide looks for in plans. */
export const tableScans: Check = {
  id: 'slow-queries/table-scans',
  point: 'slow-queries',
  title: 'Large tables are not read whole, again and again',
  needs: ['health', 'code'],
  judge: (facts) =>
    withSection(
      facts,
      ({ tables }) => tables,
      (tables, health) => judge(facts, health, tables),
    ),
};

function judge(facts: GuideFacts, health: Health, tables: readonly TableHealth[]): CheckResult {
  const large = tables.filter(({ heapBytes }) => heapBytes >= largeBytes);
  if (large.length === 0) return notApplicable('No table is large enough for it to matter (8 MB).');
  const all = tables.reduce((sum, { rowsReadSequentially }) => sum + rowsReadSequentially, 0);
  const scanned = large
    .filter((one) => one.rowsReadSequentially >= all * worthOfRows && isOften(facts, health, one))
    .sort((a, b) => b.rowsReadSequentially - a.rowsReadSequentially);
  const [most] = scanned;
  if (!most) {
    const none = passed(`Of ${formatCounted(large.length, 'large table')} none is read whole again and again.`);
    return seen(health.activity.counters)?.since === undefined ? asFarAsSeen(health, none) : none;
  }
  const statements = statementsThatScan(facts, scanned);
  const says = `${nameOf(most)} (${formatBytes(most.heapBytes)}) was read whole about ${formatCount(wholeReads(most))} times: ${percent(most.rowsReadSequentially / all)} of all rows that were read without an index.`;
  return attention(says, {
    evidence: [
      table(
        'Tables that are read whole',
        ['Table', '#Size', '#About so many times', '#Sequential scans', '#Rows read by them', '#Index scans'],
        scanned.map((one) => [
          nameOf(one),
          formatBytes(one.heapBytes),
          formatCount(wholeReads(one)),
          formatCount(one.sequentialScans),
          formatCount(one.rowsReadSequentially),
          formatCount(one.indexScans),
        ]),
      ),
      ...(statements.length === 0
        ? []
        : [
            table(
              'Statements that read about as much',
              ['Statement', '#Calls', '#Blocks a call'],
              statements.map((row) => [
                shortText(row),
                formatCount(row.statistic.calls),
                formatCount(blocksOf(row) / row.statistic.calls),
              ]),
            ),
          ]),
    ],
    places: placesOf(statements),
  });
}

/** Each worker of a parallel scan counts as a scan, and one with a LIMIT may end early: the rows tell how often all were read. */
function wholeReads({ rows, liveRows, rowsReadSequentially, sequentialScans }: TableHealth): number {
  const all = Math.max(rows, liveRows);
  return all > 0 ? Math.min(sequentialScans, Math.max(1, Math.round(rowsReadSequentially / all))) : sequentialScans;
}

/**
 * The counters of tables have mostly never been reset, and nobody knows then since when they count: dumps of years look like the
 * scans of a busy day. The statements that read the table tell it, since those are counted from a time that is known.
 */
function isOften(facts: GuideFacts, health: Health, one: TableHealth): boolean {
  const since = seen(health.activity.counters)?.since;
  if (since !== undefined) return wholeReads(one) >= oftenSince(since, health.readAt);
  const calls = statementsThatScan(facts, [one]).reduce((sum, { statistic }) => sum + statistic.calls, 0);
  return calls >= oftenSince(seen(health.statements)?.since, health.readAt);
}

function oftenSince(since: string | undefined, now: string): number {
  const seconds = secondsBetween(since, now);
  return seconds === undefined ? oftenInAll : oftenADay * Math.max(1, seconds / day);
}

/** Those that name one of the tables and touch at least half as many blocks as it has. */
function statementsThatScan({ health, workspace }: GuideFacts, tables: readonly TableHealth[]): WorkloadRow[] {
  const rows = workloadOf(health, workspace?.queries ?? [])?.rows ?? [];
  return rows.filter(isQuery).filter((row) => {
    const blocks = row.statistic.calls > 0 ? blocksOf(row) / row.statistic.calls : 0;
    return tables.some(
      ({ name, schema, heapBytes }) =>
        row.statistic.reading?.tables.some((one) => one === name || one === `${schema}.${name}`) &&
        blocks >= heapBytes / blockBytes / 2,
    );
  });
}

const nameOf = ({ schema, name }: TableHealth): string => qualifiedName(schema, name);
