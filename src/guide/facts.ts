import type { CacheAside } from '../code/caches/cache-aside';
import type { CacheUse } from '../code/caches/cache-use';
import type { DeployedProgram, Deployment } from '../code/deployment/deployment';
import type { PoolUse } from '../code/pools/pool-use';
import type { ReplicaUses } from '../code/replicas/replica-use';
import type { SessionUse } from '../code/session-uses/session-use';
import type { Activity, Health } from '../database/health/health';
import type { Finding } from '../nouns/finding';
import type { IndexFix } from '../nouns/fix';
import type { TextRange } from '../nouns/text-range';
import type { StatementReading } from '../sql/statement-reading';

/** All that the checks may look at. Plain JSON; what is absent was not asked or cannot be known. */
export interface GuideFacts {
  /** Of this machine's clock, ISO 8601. */
  readonly now: string;
  /** Absent: no database is chosen, or it could not be reached. */
  readonly health?: Health;
  /** Read some seconds or minutes before `health.activity`, of the same server: what happened between both is a rate. */
  readonly earlier?: Activity;
  /** Why something is absent, a sentence: `No database is chosen.` */
  readonly missing: Readonly<Partial<Record<FactName, string>>>;
  readonly machine?: MachineFacts;
  readonly workspace?: WorkspaceFacts;
  readonly advice?: IndexAdvice;
  readonly settingPlans?: SettingPlans;
}

/**
 * What a check needs: 'rates' is `earlier`, 'code' all of the workspace, 'advice' the advisor's search (the dearest), 'plans'
 * those of known queries under proposed settings.
 */
export type FactName = 'health' | 'rates' | 'machine' | 'code' | 'advice' | 'plans';

/** The machine on which the server runs. */
export interface MachineFacts {
  readonly memoryBytes?: number;
  readonly cores?: number;
  readonly storage?: 'ssd' | 'disk';
  /** `the setting planlight.server.memory`, `resources.limits in k8s/postgres.yaml`, `this machine` */
  readonly source: string;
}

/** What the workspace's files say. Paths are those of the file system. */
export interface WorkspaceFacts extends CodeFacts {
  /** Findings about the program (queries per row and their relatives) with the file that each is in. */
  readonly findings: readonly { readonly path: string; readonly finding: Finding }[];
  readonly deployment: Deployment;
}

/** What its source code says. */
export interface CodeFacts {
  readonly queries: readonly WorkspaceQuery[];
  readonly pools: readonly PoolUse[];
  readonly sessionUses: readonly SessionUse[];
  readonly caches: readonly CacheUse[];
  /** Absent: nobody looked. */
  readonly cacheAside?: CacheAside;
  /** Absent: nobody looked. */
  readonly replicaUses?: ReplicaUses;
  /** Programs that divide themselves into processes; in the workspace's facts they are among those of `deployment`. */
  readonly clusters?: readonly DeployedProgram[];
}

/** One statement that the workspace's code sends. */
export interface WorkspaceQuery {
  /** Of the file, as everywhere in the program. */
  readonly path: string;
  /** In a test, a migration, a seed or a script: it does not run beside the program. */
  readonly isAside?: true;
  readonly range: TextRange;
  readonly library: string;
  /** `listPosts`, the function that it stands in. */
  readonly inFunction?: string;
  readonly sql: string;
  /** libpg-query's; equal to that of the statement of pg_stat_statements that it is. */
  readonly fingerprint?: string;
  /** As of StatementReading. */
  readonly form?: string;
  /** What the same call sends instead when the program takes other branches. */
  readonly otherForms?: readonly Pick<StatementReading, 'fingerprint' | 'form' | 'tables'>[];
  readonly readsOnly: boolean;
  /** Those that it reads or writes, as the text names them: `posts`, `audit.events`. */
  readonly tables: readonly string[];
  /** Those that it writes. */
  readonly writes: readonly string[];
}

/** Of the advisor over the workload. */
export interface IndexAdvice {
  readonly missing: readonly IndexFix[];
  readonly removable: readonly RemovableIndex[];
  /** For foreign keys of which each check reads a whole table; of tables from which is deleted. */
  readonly foreignKeys?: readonly IndexFix[];
  /** The queries are those that the server counted, each with its calls; else the workspace's, each once. */
  readonly weighted?: true;
}

export interface RemovableIndex {
  readonly kind: 'duplicate' | 'redundant' | 'invalid' | 'unused';
  readonly schema: string;
  readonly table: string;
  readonly index: string;
  /** One sentence. */
  readonly reason: string;
  readonly bytes: number;
  /** DROP INDEX CONCURRENTLY */
  readonly sql: string;
}

/** Known queries under the settings that are proposed, planned in memory. */
export interface SettingPlans {
  /** As `SHOW` prints them: `{ random_page_cost: '1.1' }` */
  readonly settings: Readonly<Record<string, string>>;
  /** Queries that were planned both ways. */
  readonly planned: number;
  /** The time was over before all were planned. */
  readonly isPartial: boolean;
  readonly changes: readonly ChangedPlan[];
}

/** One query that runs another way then. */
export interface ChangedPlan {
  readonly sql: string;
  /** Where they are counted. */
  readonly calls?: number;
  /** `Seq Scan on posts → Index Scan using posts_author_id_idx on posts` */
  readonly change: string;
  /** Each in the units of its own settings. */
  readonly costBefore: number;
  readonly costAfter: number;
}
