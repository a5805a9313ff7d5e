import type {
  Activity,
  Connections,
  DatabaseCounters,
  Health,
  IndexHealth,
  Section,
  ServerSetting,
  StatementStatistic,
  TableHealth,
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

/** Of a database that found all of a thousand blocks in memory. */
export function countersOf(more: Partial<DatabaseCounters> = {}): DatabaseCounters {
  return {
    commits: 0,
    rollbacks: 0,
    blocksRead: 0,
    blocksHit: 1_000,
    tableBlocks: { hits: 500, reads: 0 },
    indexBlocks: { hits: 500, reads: 0 },
    readMs: 0,
    writeMs: 0,
    temporaryFiles: 0,
    temporaryBytes: 0,
    deadlocks: 0,
    conflicts: 0,
    rowsReturned: 0,
    rowsFetched: 0,
    rowsInserted: 0,
    rowsUpdated: 0,
    rowsDeleted: 0,
    checkpoints: { timed: 0, requested: 0, writeMs: 0, syncMs: 0, buffersWritten: 0 },
    ...more,
  };
}

/** An empty one that nobody asked. */
export function tableOf(name: string, more: Partial<TableHealth> = {}): TableHealth {
  return {
    schema: 'public',
    name,
    kind: 'table',
    heapBytes: 0,
    indexBytes: 0,
    toastBytes: 0,
    rows: 0,
    pages: 0,
    liveRows: 0,
    deadRows: 0,
    modifiedSinceAnalyze: 0,
    inserts: 0,
    updates: 0,
    hotUpdates: 0,
    deletes: 0,
    sequentialScans: 0,
    rowsReadSequentially: 0,
    indexScans: 0,
    blocks: { hits: 0, reads: 0 },
    options: {},
    ...more,
  };
}

/** A valid B-tree of one column that nobody asked. */
export function indexOf(table: string, name: string, more: Partial<IndexHealth> = {}): IndexHealth {
  return {
    schema: 'public',
    table,
    name,
    method: 'btree',
    definition: `CREATE INDEX ${name} ON public.${table} USING btree (id)`,
    bytes: 0,
    rows: 0,
    scans: 0,
    blocks: { hits: 0, reads: 0 },
    isUnique: false,
    isPrimary: false,
    isOfConstraint: false,
    isValid: true,
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
