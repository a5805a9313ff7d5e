import type {
  Activity,
  Connections,
  Health,
  Section,
  ServerSetting,
  StatementStatistic,
} from '../../src/database/health/health';
import type { GuideFacts } from '../../src/guide/facts';

/** A server that nobody uses, for tests that change what they are about. */
export function healthOf(more: Partial<Health> = {}): Health {
  return {
    readAt: '2026-01-01T12:00:00Z',
    server: {
      version: 180000,
      database: 'blog',
      user: 'blog',
      startedAt: '2025-12-01T00:00:00Z',
      isReplica: false,
      isSuperuser: true,
      canMonitor: true,
      hosting: 'self-managed',
      databaseBytes: 0,
      extensions: {},
      availableExtensions: [],
      clockAheadSeconds: 0,
    },
    settings: known({}),
    activity: activityOf(),
    tables: known([]),
    indexes: known([]),
    statements: { missing: 'pg_stat_statements is not installed.' },
    unindexedColumns: known([]),
    ...more,
  };
}

export function activityOf(more: Partial<Activity> = {}): Activity {
  return {
    readAt: '2026-01-01T12:00:00Z',
    connections: known(connectionsOf()),
    locks: known([]),
    counters: { missing: 'Not asked.' },
    replication: known({ role: 'primary', replicas: [], slots: [] }),
    wraparound: known({ databases: [], freezeMaxAge: 200_000_000, holders: [] }),
    progress: known([]),
    ...more,
  };
}

export function connectionsOf(more: Partial<Connections> = {}): Connections {
  return {
    maxConnections: 100,
    reserved: 3,
    total: 1,
    byState: [{ name: 'active', count: 1 }],
    byApplication: [],
    byUser: [],
    byDatabase: [],
    byWait: [],
    sessions: [],
    ...more,
  };
}

/** One that every user may change, at its default. */
export function settingOf(setting: string, more: Partial<ServerSetting> = {}): ServerSetting {
  const amount = Number(setting);
  return {
    setting,
    ...(setting !== '' && !Number.isNaN(amount) && { amount }),
    context: 'user',
    source: 'default',
    pendingRestart: false,
    ...more,
  };
}

/** One call of 1 ms that touched nothing. */
export function statisticOf(more: Partial<StatementStatistic> = {}): StatementStatistic {
  return {
    queryId: '1',
    text: 'SELECT 1',
    calls: 1,
    totalMs: 1,
    meanMs: 1,
    maxMs: 1,
    deviationMs: 0,
    planMs: 0,
    rows: 1,
    sharedHits: 0,
    sharedReads: 0,
    sharedDirtied: 0,
    sharedWritten: 0,
    temporaryRead: 0,
    temporaryWritten: 0,
    ioMs: 0,
    walBytes: 0,
    ...more,
  };
}

export function factsOf(more: Partial<GuideFacts> = {}): GuideFacts {
  return { now: '2026-01-01T12:00:00Z', missing: {}, health: healthOf(), ...more };
}

export function known<T>(value: T): Section<T> {
  return { value };
}
