import type {
  Activity,
  Connections,
  Counted,
  DatabaseCounters,
  HitsAndReads,
  Replication,
  RunningTask,
  Section,
  SessionHealth,
  Wraparound,
} from '../../database/health/health';
import type { LivePanel } from '../../nouns/live';
import { formatBytes, formatCount } from '../../plan/format';
import { withoutConstants } from '../../sql/without-constants';
import { fact } from '../support/evidence';
import { blockTrees } from './blockers';
import { ageOf, formatSeconds, ifKnown, listed, listedIfAny, type PanelContent, panelOf, share } from './lists';

/** What is read with every sample. `readAt` in ms of this machine's clock. */
export function activityPanels(activity: Activity, readAt: number): LivePanel[] {
  const panel = <T>(id: string, title: string, section: Section<T>, content: (value: T) => PanelContent) =>
    panelOf({ id, title, readAt }, section, content);
  return [
    panel('blocked', 'Who blocks whom', activity.locks, (locks) =>
      locks.length === 0 ? { nothing: 'Nobody waits for a lock.' } : { tree: blockTrees(locks) },
    ),
    panel('sessions', 'Sessions worth a look', activity.connections, sessionsContent),
    panel('connections', 'Connections', activity.connections, connectionsContent),
    panel('tasks', 'Tasks in progress', activity.progress, tasksContent),
    panel('replication', 'Replication', activity.replication, replicationContent),
    panel('wraparound', 'Transaction numbers', activity.wraparound, wraparoundContent),
    panel('counters', 'Since the statistics began', activity.counters, (counters) =>
      countersContent(counters, activity.readAt),
    ),
  ];
}

function sessionsContent({ sessions }: Connections): PanelContent {
  if (sessions.length === 0) return { nothing: 'No session is in a transaction or active for long.' };
  const list = listed<SessionHealth>('Sessions, the oldest first', sessions, [
    ['Session', ({ pid, user, application }) => joined(`pid ${pid}`, user, application)],
    ['State', ({ state }) => state],
    ['#In this state', ({ stateSeconds }) => formatSeconds(stateSeconds)],
    ['#In a transaction', ({ transactionSeconds }) => ifKnown(transactionSeconds, formatSeconds)],
    ['Waits for', ({ wait = '' }) => wait],
    ['Statement', ({ query }) => (query === undefined ? '' : withoutConstants(query))],
  ]);
  return { tables: [list] };
}

function connectionsContent({ total, maxConnections, reserved, ...by }: Connections): PanelContent {
  const counted = (title: string, name: string, rows: readonly Counted[]) =>
    listedIfAny(title, rows, [
      [name, (row) => row.name],
      ['#Connections', ({ count }) => formatCount(count)],
    ]);
  return {
    facts: [
      fact('Taken', `${formatCount(total)} of ${formatCount(maxConnections)}`, { raw: total }),
      fact('Reserved', formatCount(reserved), { raw: reserved }),
    ],
    tables: [
      ...counted('By state', 'State', by.byState),
      ...counted('By application', 'Application', by.byApplication),
      ...counted('By user', 'User', by.byUser),
      ...counted('By database', 'Database', by.byDatabase),
      ...counted('What active ones wait for', 'Wait', by.byWait),
    ],
  };
}

function tasksContent(tasks: readonly RunningTask[]): PanelContent {
  if (tasks.length === 0) return { nothing: 'No VACUUM, ANALYZE, index build, copy or backup is running.' };
  const list = listed<RunningTask>('Tasks', tasks, [
    ['Session', ({ pid }) => `pid ${pid}`],
    ['Task', ({ kind }) => kind],
    ['Table', ({ table = '' }) => table],
    ['Phase', ({ phase }) => phase],
    ['#Done', ({ done, total }) => (done === undefined || total === undefined ? '' : share(done, total))],
  ]);
  return { tables: [list] };
}

function replicationContent({ role, replicas, slots, conflicts = [], ...standby }: Replication): PanelContent {
  const { replayLagSeconds, isReceiving } = standby;
  const tables = [
    ...listedIfAny('Replicas', replicas, [
      ['Replica', ({ name, client = '' }) => joined(name, client)],
      ['State', ({ state }) => state],
      ['Kind', ({ sync }) => sync],
      ['#Not sent', ({ sentLagBytes }) => ifKnown(sentLagBytes, formatBytes)],
      ['#Not replayed', ({ replayLagBytes }) => ifKnown(replayLagBytes, formatBytes)],
      ['#Behind', (one) => ifKnown(one.replayLagSeconds, formatSeconds)],
    ]),
    ...listedIfAny('Replication slots', slots, [
      ['Slot', ({ name }) => name],
      ['Kind', ({ kind }) => kind],
      ['State', ({ isActive }) => (isActive ? 'in use' : 'not in use')],
      ['#WAL kept', ({ retainedBytes }) => ifKnown(retainedBytes, formatBytes)],
      ['Its WAL is', ({ walStatus = '' }) => walStatus],
    ]),
    ...listedIfAny(
      'Queries cancelled by replay',
      conflicts.filter(({ count }) => count > 0),
      [
        ['Reason', ({ name }) => name],
        ['#Queries', ({ count }) => formatCount(count)],
      ],
    ),
  ];
  const facts = [
    fact('Role', role),
    ...(replayLagSeconds === undefined
      ? []
      : [fact('Behind', formatSeconds(replayLagSeconds), { raw: replayLagSeconds })]),
    ...(isReceiving === undefined ? [] : [fact('Receives from its primary', isReceiving ? 'yes' : 'no')]),
  ];
  return { facts, tables, ...(tables.length === 0 && role === 'primary' && { nothing: 'No replica and no slot.' }) };
}

function wraparoundContent({ databases, freezeMaxAge, holders }: Wraparound): PanelContent {
  return {
    facts: [fact('autovacuum_freeze_max_age', formatCount(freezeMaxAge), { raw: freezeMaxAge })],
    tables: [
      ...listedIfAny('Databases', databases, [
        ['Database', ({ name }) => name],
        ['#XID age', ({ xidAge }) => formatCount(xidAge)],
        ['#Of autovacuum_freeze_max_age', ({ xidAge }) => share(xidAge, freezeMaxAge)],
        ['#Multixact age', ({ multixactAge }) => formatCount(multixactAge)],
      ]),
      ...listedIfAny('What holds back VACUUM', holders, [
        ['Kind', ({ kind, onlyCatalogs }) => (onlyCatalogs ? `${kind}, of catalogs only` : kind)],
        ['Name', ({ name }) => name],
        ['#Age in transactions', ({ xminAge }) => formatCount(xminAge)],
      ]),
    ],
  };
}

function countersContent(counters: DatabaseCounters, now: string): PanelContent {
  const { commits, rollbacks, tableBlocks, indexBlocks, checkpoints, wal, since, deadlocks } = counters;
  const ratio = ({ hits, reads }: HitsAndReads) => share(hits, hits + reads);
  return {
    facts: [
      fact('Counted since', ageOf(since, now, 'the first start, or not known')),
      fact('Commits', formatCount(commits), { raw: commits }),
      fact('Rollbacks', formatCount(rollbacks), { raw: rollbacks }),
      fact('Cache hit ratio of tables', ratio(tableBlocks), { source: 'more than 99 % is good' }),
      fact('Cache hit ratio of indexes', ratio(indexBlocks), { source: 'more than 99 % is good' }),
      fact('Temporary files', `${formatCount(counters.temporaryFiles)}, ${formatBytes(counters.temporaryBytes)}`),
      fact('Deadlocks', formatCount(deadlocks), { raw: deadlocks }),
      fact('Checkpoints', `${formatCount(checkpoints.timed)} timed, ${formatCount(checkpoints.requested)} requested`),
      ...(wal ? [fact('WAL', formatBytes(wal.bytes), { raw: wal.bytes })] : []),
    ],
  };
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}
