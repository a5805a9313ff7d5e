import type { TextRange } from '../../nouns/text-range';

/** What manifests, Compose files, process managers and Terraform say of how a program and its database run. */
export interface Deployment {
  readonly programs: readonly DeployedProgram[];
  readonly servers: readonly DeployedServer[];
  readonly poolers: readonly DeployedPooler[];
  /** Jobs that look after a database: CronJobs, pg_cron, systemd timers. */
  readonly maintenance: readonly DeployedJob[];
  /** Exporters, alert rules, dashboards. */
  readonly monitoring: readonly DeployedMonitor[];
  /** Variables that name a database to programs, wherever they are set. */
  readonly references?: readonly DatabaseReference[];
}

/** Where something is said. */
export interface ManifestPlace {
  readonly path: string;
  readonly range: TextRange;
}

/** One program in so many processes. */
export interface DeployedProgram {
  readonly place: ManifestPlace;
  readonly kind: 'kubernetes' | 'compose' | 'pm2' | 'procfile' | 'dockerfile' | 'cluster';
  readonly name: string;
  readonly namespace?: string;
  /** Of the whole program; undefined: not said. 'cores': one for each core. */
  readonly replicas?: number;
  readonly processes?: number | 'cores';
  /** The folder of the code, below the workspace, where it is known. */
  readonly folder?: string;
  /** Of its container. */
  readonly image?: string;
  /** Names of its environment variables, with the values of those that are no secret. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface DeployedServer {
  readonly place: ManifestPlace;
  readonly kind: 'kubernetes' | 'compose' | 'cloudnativepg' | 'terraform';
  readonly name: string;
  readonly namespace?: string;
  readonly image?: string;
  readonly memoryBytes?: number;
  readonly cores?: number;
  /** `db.t3.medium` */
  readonly instanceClass?: string;
  /** Of a cluster, with its primary; replicas of Terraform are servers of their own with `replicaOf`. */
  readonly instances?: number;
  readonly replicaOf?: string;
  /** `-c shared_buffers=1GB` and their like. */
  readonly settings: Readonly<Record<string, string>>;
  /** Of the value of its `resources`, where a manifest has one. */
  readonly resources?: TextRange;
}

export interface DeployedPooler {
  readonly place: ManifestPlace;
  readonly kind: 'kubernetes' | 'compose' | 'ini' | 'cloudnativepg';
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number;
  readonly poolMode?: 'session' | 'transaction' | 'statement';
  readonly defaultPoolSize?: number;
  readonly maxClientConnections?: number;
  readonly maxPreparedStatements?: number;
  readonly replicas?: number;
  /** Of PgBouncer, by its image's tag: `1.24.1`. */
  readonly version?: string;
}

export interface DeployedJob {
  readonly place: ManifestPlace;
  readonly kind: 'cronjob' | 'pg_cron' | 'systemd' | 'crontab';
  readonly name: string;
  /** As it is written: `0 2 * * 0`. */
  readonly schedule?: string;
  /** VACUUM, ANALYZE, REINDEX as they stand in it. */
  readonly statements: readonly string[];
  /** Where each of them stands in the file. */
  readonly statementRanges?: readonly TextRange[];
}

export interface DeployedMonitor {
  readonly place: ManifestPlace;
  readonly kind: 'exporter' | 'alert rules' | 'dashboard' | 'scrape config';
  readonly name: string;
}

/** `DATABASE_URL=postgres://blog@postgres:5432/blog`, `PGHOST=postgres`; the password is nowhere kept. */
export interface DatabaseReference {
  /** Of `host:port` as it is written, of the host alone where there is no port. */
  readonly place: ManifestPlace;
  readonly variable: string;
  readonly host: string;
  readonly port?: number;
  readonly database?: string;
  readonly user?: string;
  /** `?pgbouncer=true` */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether it is a URL, in which more can be put. */
  readonly isUrl: boolean;
  /** Name of the program; absent in a file for all. */
  readonly program?: string;
}
