import type { Activity, Health } from '../../database/health/health';
import type { LiveChart } from '../../nouns/live';
import { formatCount } from '../../plan/format';
import { seen } from '../support/known';
import {
  connectionsIn,
  growth,
  hitRatio,
  inState,
  largest,
  meanStatementMs,
  ofCheckpoints,
  ofWal,
  otherStates,
  rate,
  replayLag,
  type Step,
  sum,
} from './measures';

/** A chart and where its numbers come from. */
interface ChartKind extends Omit<LiveChart, 'series' | 'missing'> {
  readonly series: readonly {
    readonly key: string;
    readonly title: string;
    /** Undefined where it cannot be told. */
    readonly of: (step: Step) => number | undefined;
  }[];
  /** The section that it is of. */
  readonly section?: (now: Activity) => { readonly missing: string } | { readonly value: unknown };
}

const ofConnections = ({ connections }: Activity) => connections;
const ofCounters = ({ counters }: Activity) => counters;

const kinds: readonly ChartKind[] = [
  {
    id: 'connections',
    title: 'Connections by state',
    unit: 'count',
    about: 'Client connections to all databases of the server, this page among them.',
    series: [
      { key: 'active', title: 'active', of: inState('active') },
      { key: 'idle', title: 'idle', of: inState('idle') },
      {
        key: 'idleInTransaction',
        title: 'idle in transaction',
        of: inState('idle in transaction', 'idle in transaction (aborted)'),
      },
      { key: 'otherStates', title: 'other', of: otherStates },
    ],
    section: ofConnections,
  },
  {
    id: 'transactions',
    title: 'Transactions per second',
    unit: 'per second',
    about: 'Commits and rollbacks in this database; each sample of this page is a rollback.',
    series: [
      { key: 'commits', title: 'commits', of: rate(({ commits }) => commits) },
      { key: 'rollbacks', title: 'rollbacks', of: rate(({ rollbacks }) => rollbacks) },
    ],
    section: ofCounters,
  },
  {
    id: 'cache',
    title: 'Cache hit ratio',
    unit: 'share',
    about: 'Blocks found in shared_buffers, of those asked for in each step; more than 99 % is good.',
    series: [
      {
        key: 'tableHits',
        title: 'tables',
        of: hitRatio(
          ({ tableBlocks }) => tableBlocks.hits,
          ({ tableBlocks }) => tableBlocks.reads,
        ),
      },
      {
        key: 'indexHits',
        title: 'indexes',
        of: hitRatio(
          ({ indexBlocks }) => indexBlocks.hits,
          ({ indexBlocks }) => indexBlocks.reads,
        ),
      },
    ],
    threshold: { value: 0.99, label: '99 %' },
    section: ofCounters,
  },
  {
    id: 'locks',
    title: 'Sessions that wait for a lock',
    unit: 'count',
    about: 'In this server, whoever holds the lock; below is who blocks whom.',
    series: [{ key: 'blocked', title: 'waiting', of: ({ now }) => seen(now.locks)?.length }],
    section: ({ locks }) => locks,
  },
  {
    id: 'transaction-age',
    title: 'Oldest transaction',
    unit: 'seconds',
    about: 'VACUUM keeps dead rows for it. Short transactions are good.',
    series: [
      {
        key: 'oldestTransaction',
        title: 'oldest',
        of: connectionsIn(({ sessions }) =>
          Math.max(0, ...sessions.map(({ transactionSeconds = 0 }) => transactionSeconds)),
        ),
      },
    ],
    section: ofConnections,
  },
  {
    id: 'statements',
    title: 'Mean time of a statement',
    unit: 'ms',
    about: 'Of all statements between two readings of pg_stat_statements.',
    series: [{ key: 'meanStatement', title: 'mean', of: meanStatementMs }],
    isSparse: true,
  },
  {
    id: 'rows',
    title: 'Rows written per second',
    unit: 'per second',
    about: 'In this database.',
    series: [
      { key: 'inserted', title: 'inserted', of: rate(({ rowsInserted }) => rowsInserted) },
      { key: 'updated', title: 'updated', of: rate(({ rowsUpdated }) => rowsUpdated) },
      { key: 'deleted', title: 'deleted', of: rate(({ rowsDeleted }) => rowsDeleted) },
    ],
    section: ofCounters,
  },
  {
    id: 'dead-rows',
    title: 'Dead rows',
    unit: 'count',
    about: 'Of all tables, not yet removed by VACUUM.',
    series: [
      {
        key: 'deadRows',
        title: 'dead rows',
        of: ({ health }) => {
          const tables = seen(health?.tables);
          return tables && sum(tables.map(({ deadRows }) => deadRows));
        },
      },
    ],
    isSparse: true,
  },
  {
    id: 'database-size',
    title: 'Size of the database',
    unit: 'bytes',
    about: 'With its indexes and TOAST.',
    series: [{ key: 'databaseBytes', title: 'size', of: ({ health }) => health?.server.databaseBytes }],
    isSparse: true,
  },
  {
    id: 'temporary',
    title: 'Temporary files',
    unit: 'bytes per second',
    about: 'Sorts and hashes that did not fit work_mem.',
    series: [{ key: 'temporaryBytes', title: 'written', of: rate(({ temporaryBytes }) => temporaryBytes) }],
    section: ofCounters,
  },
  {
    id: 'checkpoints',
    title: 'Checkpoints',
    unit: 'count',
    about: 'In each step. Timed ones are good; requested ones mean that max_wal_size is small for these writes.',
    series: [
      { key: 'timedCheckpoints', title: 'timed', of: growth(({ checkpoints }) => checkpoints.timed, ofCheckpoints) },
      {
        key: 'requestedCheckpoints',
        title: 'requested',
        of: growth(({ checkpoints }) => checkpoints.requested, ofCheckpoints),
      },
    ],
    section: ofCounters,
  },
  {
    id: 'wal',
    title: 'WAL',
    unit: 'bytes per second',
    about: 'Written by the whole server.',
    series: [{ key: 'walBytes', title: 'written', of: rate(({ wal }) => wal?.bytes, ofWal) }],
    section: ({ counters }) =>
      'value' in counters && !counters.value.wal
        ? { missing: 'PostgreSQL counts its WAL since version 14.' }
        : counters,
  },
  {
    id: 'replication',
    title: 'Replication lag',
    unit: 'seconds',
    about: 'Of the replica that is farthest behind.',
    series: [
      {
        key: 'replayLag',
        title: 'behind',
        of: replayLag,
      },
    ],
    section: ({ replication }) =>
      'value' in replication && replication.value.role === 'primary' && replication.value.replicas.length === 0
        ? { missing: 'No replica is connected to this server.' }
        : replication,
  },
  {
    id: 'xid-age',
    title: 'XID age',
    unit: 'count',
    about: 'Transactions since the oldest unfrozen row; near 2 billion the server stops.',
    series: [
      {
        key: 'xidAge',
        title: 'oldest database',
        of: ({ now }) => largest(seen(now.wraparound)?.databases.map(({ xidAge }) => xidAge) ?? []),
      },
    ],
    section: ({ wraparound }) => wraparound,
  },
];

/** The values of one sample: those that can be told. */
export function valuesOf(step: Step): Record<string, number> {
  const all = kinds.flatMap(({ series }) => series.map(({ key, of }) => [key, of(step)] as const));
  return Object.fromEntries(
    all.filter((entry): entry is [string, number] => entry[1] !== undefined && Number.isFinite(entry[1])),
  );
}

/** The charts as a page shows them, each with what is missing to fill it. */
export function chartsOf(now?: Activity, health?: Health): LiveChart[] {
  return kinds.map(({ section, series, ...chart }) => {
    const missing = missingIn(chart.id, now && section?.(now), health);
    return {
      ...chart,
      about: chart.id === 'connections' ? withLimit(chart.about, now) : chart.about,
      series: series.map(({ key, title }) => ({ key, title })),
      ...(missing !== undefined && { missing }),
    };
  });
}

function missingIn(id: string, section: object | undefined, health: Health | undefined): string | undefined {
  if (section && 'missing' in section) return String(section.missing);
  const ofHealth = id === 'statements' ? health?.statements : id === 'dead-rows' ? health?.tables : undefined;
  return ofHealth && 'missing' in ofHealth ? ofHealth.missing : undefined;
}

function withLimit(about: string, now: Activity | undefined): string {
  const found = seen(now?.connections);
  return found ? `${about} max_connections is ${formatCount(found.maxConnections)}.` : about;
}
