import type { StatementReading } from '../../sql/statement-reading';

/**
 * How a server is: what its statistics views and catalogs say, read by plain SELECTs. Plain JSON. Times are ISO 8601 by the
 * server's clock; durations in ms, ages in s where it says so; sizes in bytes; counters run since `since` of their section.
 */
export interface Health {
  /** By the server's clock. */
  readonly readAt: string;
  readonly server: ServerIdentity;
  readonly settings: Section<ServerSettings>;
  readonly activity: Activity;
  readonly tables: Section<readonly TableHealth[]>;
  readonly indexes: Section<readonly IndexHealth[]>;
  readonly statements: Section<StatementStatistics>;
  /** The guide's prefilter for missing indexes: columns of many values, in no order on disk, that no index holds. */
  readonly unindexedColumns: Section<readonly UnindexedColumn[]>;
}

/** What changes from second to second, and is cheap to ask: one sample of the dashboard. */
export interface Activity {
  readonly readAt: string;
  readonly connections: Section<Connections>;
  readonly locks: Section<readonly BlockedSession[]>;
  readonly counters: Section<DatabaseCounters>;
  readonly replication: Section<Replication>;
  readonly wraparound: Section<Wraparound>;
  readonly progress: Section<readonly RunningTask[]>;
}

/** What could be seen. `partly`: a sentence on what is hidden in it; `missing`: a sentence on why nothing is seen, and what would show it. */
export type Section<T> = { readonly value: T; readonly partly?: string } | { readonly missing: string };

export interface ServerIdentity {
  /** server_version_num: 180004 */
  readonly version: number;
  readonly database: string;
  readonly user: string;
  /** When the server was started. */
  readonly startedAt: string;
  readonly isReplica: boolean;
  readonly isSuperuser: boolean;
  /** Member of pg_monitor, or of what it is made of. */
  readonly canMonitor: boolean;
  /** Where the server's own roles and settings tell. */
  readonly hosting: 'rds' | 'aurora' | 'cloud sql' | 'azure' | 'supabase' | 'neon' | 'self-managed';
  readonly databaseBytes?: number;
  /** Installed in this database (name → version), and those that could be. */
  readonly extensions: Readonly<Record<string, string>>;
  readonly availableExtensions: readonly string[];
  /** Seconds that the server's clock is ahead of this machine's. */
  readonly clockAheadSeconds: number;
  /** What stands between us and the server; absent: nothing does. */
  readonly pooler?: ConnectedPooler;
}

/** A pooler through which the server is asked. Its numbers are those of PgBouncer's console, where that is open to the user. */
export interface ConnectedPooler {
  /** `1.24.1` */
  readonly version?: string;
  /** Why its console tells nothing, and what would open it. */
  readonly missing?: string;
  readonly poolMode?: 'session' | 'transaction' | 'statement';
  readonly defaultPoolSize?: number;
  readonly maxClientConnections?: number;
  /** 0: names of prepared statements are not kept track of. Since 1.21. */
  readonly maxPreparedStatements?: number;
  /** Of all pools to this database. */
  readonly clients?: {
    readonly active: number;
    readonly waiting: number;
    /** Of the one that waits for longest, in s. */
    readonly longestWaitSeconds: number;
  };
}

export type ServerSettings = Readonly<Record<string, ServerSetting>>;

export interface ServerSetting {
  /** As pg_settings has it, in `unit`. */
  readonly setting: string;
  readonly unit?: string;
  /** Of a size in bytes, of a time in ms, else the number; absent for texts. -1 stays -1. */
  readonly amount?: number;
  readonly context: 'internal' | 'postmaster' | 'sighup' | 'superuser-backend' | 'backend' | 'superuser' | 'user';
  readonly source: string;
  readonly bootValue?: string;
  /** Changed in the file, and waiting for a restart. */
  readonly pendingRestart: boolean;
}

export interface Connections {
  readonly maxConnections: number;
  /** superuser_reserved_connections + reserved_connections (since 16). */
  readonly reserved: number;
  /** Client backends of all databases. */
  readonly total: number;
  readonly byState: readonly Counted[];
  readonly byApplication: readonly Counted[];
  readonly byUser: readonly Counted[];
  readonly byDatabase: readonly Counted[];
  /** Of active backends, `Lock: relation`; `CPU` where it waits for nothing. */
  readonly byWait: readonly Counted[];
  /** Those worth a look, the oldest first, at most 100: in a transaction for long, idle in one, active for long. */
  readonly sessions: readonly SessionHealth[];
}

export interface Counted {
  readonly name: string;
  readonly count: number;
}

export interface SessionHealth {
  readonly pid: number;
  readonly user: string;
  readonly application: string;
  readonly database: string;
  /** Client's address; absent for a socket. */
  readonly client?: string;
  readonly state: string;
  readonly wait?: string;
  readonly stateSeconds: number;
  readonly transactionSeconds?: number;
  /** Rows removed since are kept for it: age of backend_xmin in transactions. */
  readonly xminAge?: number;
  /** Its last statement; absent where the privilege is missing. */
  readonly query?: string;
}

export interface BlockedSession {
  readonly session: SessionHealth;
  readonly waitingSeconds: number;
  /** `relation posts, AccessExclusiveLock` */
  readonly waitsFor: string;
  readonly blockedBy: readonly SessionHealth[];
}

/** pg_stat_database of this database, and the server's writers. */
export interface DatabaseCounters {
  readonly since?: string;
  readonly commits: number;
  readonly rollbacks: number;
  readonly blocksRead: number;
  readonly blocksHit: number;
  /** Of pg_statio_user_tables: the guide's ratio. */
  readonly tableBlocks: HitsAndReads;
  readonly indexBlocks: HitsAndReads;
  /** In ms; 0 without track_io_timing. */
  readonly readMs: number;
  readonly writeMs: number;
  readonly temporaryFiles: number;
  readonly temporaryBytes: number;
  readonly deadlocks: number;
  /** Queries cancelled on a standby. */
  readonly conflicts: number;
  readonly rowsReturned: number;
  readonly rowsFetched: number;
  readonly rowsInserted: number;
  readonly rowsUpdated: number;
  readonly rowsDeleted: number;
  /** Since 14, in ms. */
  readonly activeMs?: number;
  readonly idleInTransactionMs?: number;
  readonly sessions?: number;
  readonly checkpoints: {
    readonly since?: string;
    readonly timed: number;
    readonly requested: number;
    readonly writeMs: number;
    readonly syncMs: number;
    readonly buffersWritten: number;
    /** By backends themselves; of pg_stat_bgwriter, since 17 of pg_stat_io. */
    readonly buffersByBackends?: number;
  };
  /** Since 14. */
  readonly wal?: {
    readonly since?: string;
    readonly records: number;
    readonly bytes: number;
    readonly buffersFull: number;
  };
}

export interface HitsAndReads {
  readonly hits: number;
  readonly reads: number;
}

export interface Replication {
  readonly role: 'primary' | 'standby';
  /** Of a primary. */
  readonly replicas: readonly ReplicaHealth[];
  readonly slots: readonly SlotHealth[];
  /** Of a standby: seconds since the last replayed commit, 0 when all that was received is replayed. */
  readonly replayLagSeconds?: number;
  /** Of a standby: whether it receives from a primary now; without, the lag says nothing of what the primary wrote since. */
  readonly isReceiving?: boolean;
  /** Of a standby: queries cancelled by reason. */
  readonly conflicts?: readonly Counted[];
}

export interface ReplicaHealth {
  readonly name: string;
  readonly client?: string;
  readonly state: string;
  readonly sync: string;
  readonly sentLagBytes?: number;
  readonly replayLagBytes?: number;
  readonly replayLagSeconds?: number;
}

export interface SlotHealth {
  readonly name: string;
  readonly kind: 'physical' | 'logical';
  readonly isActive: boolean;
  /** WAL that is kept for it. */
  readonly retainedBytes?: number;
  /** In transactions. */
  readonly xminAge?: number;
  /** 'lost': what it needs is gone, it can only be dropped. */
  readonly walStatus?: 'reserved' | 'extended' | 'unreserved' | 'lost';
  /** Since 17. */
  readonly inactiveSince?: string;
}

export interface Wraparound {
  /** The oldest of all databases, in transactions of 2^31. */
  readonly databases: readonly { readonly name: string; readonly xidAge: number; readonly multixactAge: number }[];
  readonly freezeMaxAge: number;
  /** What holds back the clean-up of dead rows, the oldest first. */
  readonly holders: readonly {
    readonly kind: 'session' | 'slot' | 'prepared transaction' | 'replica';
    /** Of a session `pid 4711, blog, psql`; of others their name. */
    readonly name: string;
    readonly xminAge: number;
    /** A logical slot holds back the clean-up of system catalogs only. */
    readonly onlyCatalogs?: boolean;
    /** Of a session's or prepared transaction: how long it is open, in s. */
    readonly heldSeconds?: number;
  }[];
}

/** pg_stat_progress_*. */
export interface RunningTask {
  readonly pid: number;
  readonly kind: 'vacuum' | 'analyze' | 'create index' | 'cluster' | 'copy' | 'base backup';
  readonly table?: string;
  readonly phase: string;
  readonly done?: number;
  readonly total?: number;
}

export interface TableHealth {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'materialized view' | 'partition' | 'partitioned table';
  readonly heapBytes: number;
  readonly indexBytes: number;
  readonly toastBytes: number;
  /** pg_class; -1: never analysed. */
  readonly rows: number;
  readonly pages: number;
  readonly liveRows: number;
  readonly deadRows: number;
  readonly modifiedSinceAnalyze: number;
  readonly insertedSinceVacuum?: number;
  readonly inserts: number;
  readonly updates: number;
  readonly hotUpdates: number;
  readonly deletes: number;
  readonly sequentialScans: number;
  readonly rowsReadSequentially: number;
  readonly indexScans: number;
  readonly blocks: HitsAndReads;
  readonly lastVacuum?: string;
  readonly lastAutovacuum?: string;
  readonly lastAnalyze?: string;
  readonly lastAutoanalyze?: string;
  /** age(relfrozenxid), in transactions. */
  readonly xidAge?: number;
  /** reloptions: { autovacuum_vacuum_scale_factor: '0.01' } */
  readonly options: Readonly<Record<string, string>>;
  /** Estimated from statistics; absent where there are none. */
  readonly bloat?: Bloat;
}

export interface IndexHealth {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly method: string;
  readonly definition: string;
  readonly bytes: number;
  readonly rows: number;
  readonly scans: number;
  /** Since 16. */
  readonly lastScan?: string;
  readonly blocks: HitsAndReads;
  readonly isUnique: boolean;
  readonly isPrimary: boolean;
  readonly isOfConstraint: boolean;
  readonly isValid: boolean;
  /** Of B-trees only. */
  readonly bloat?: Bloat;
}

export interface Bloat {
  /** Bytes that a rebuild would free. */
  readonly bytes: number;
  /** Of the whole: 0.4 is 40 %. */
  readonly share: number;
  readonly by: 'estimate' | 'pgstattuple';
}

export interface StatementStatistics {
  /** Of the last reset. */
  readonly since?: string;
  /** How often entries were dropped to make room: what is listed is then not all. Since 14. */
  readonly evictions?: number;
  readonly maxEntries?: number;
  readonly tracksIoTiming: boolean;
  /** Of this database; those that took most time, mean, calls, blocks, temp or WAL: at most 500 in all. */
  readonly statements: readonly StatementStatistic[];
  /** Of all statements of this database. */
  readonly totalMs: number;
  readonly totalCalls: number;
  /** Of `totalMs`, that of statements whose text this user may not see. */
  readonly hiddenMs?: number;
}

export interface StatementStatistic {
  /** pg_stat_statements' identifier, as text: it is 64 bits wide. */
  readonly queryId: string;
  /** Constants are `$1`, `$2`, …; absent where the privilege is missing. */
  readonly text?: string;
  /** Of the text, where the parser was at hand and understands it. */
  readonly reading?: StatementReading;
  readonly user?: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly meanMs: number;
  readonly maxMs: number;
  readonly deviationMs: number;
  readonly planMs: number;
  readonly rows: number;
  readonly sharedHits: number;
  readonly sharedReads: number;
  readonly sharedDirtied: number;
  readonly sharedWritten: number;
  readonly temporaryRead: number;
  readonly temporaryWritten: number;
  /** In ms; 0 without track_io_timing. */
  readonly ioMs: number;
  readonly walBytes: number;
  /** Compiling expressions, in all; since 15. */
  readonly jitMs?: number;
}

export interface UnindexedColumn {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  /** As pg_stats has it: negative is a share of the rows. */
  readonly distinct: number;
  readonly correlation: number;
}
