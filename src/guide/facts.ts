import type { Health } from '../database/health/health';
import type { Finding } from '../nouns/finding';
import type { IndexFix } from '../nouns/fix';
import type { TextRange } from '../nouns/text-range';

/** All that the checks may look at. Plain JSON; what is absent was not asked or cannot be known. */
export interface GuideFacts {
  /** Of this machine's clock, ISO 8601. */
  readonly now: string;
  /** Absent: no database is chosen, or it could not be reached. */
  readonly health?: Health;
  /** Read some time before `health`, of the same server without a reset between: what happened between both is a rate. */
  readonly earlier?: Health;
  /** Why there is no `health`, a sentence. */
  readonly whyNoHealth?: string;
  readonly machine?: MachineFacts;
  readonly workspace?: WorkspaceFacts;
  readonly advice?: IndexAdvice;
}

/** The machine on which the server runs. */
export interface MachineFacts {
  readonly memoryBytes?: number;
  readonly cores?: number;
  readonly storage?: 'ssd' | 'disk';
  /** `planlight.server.memory`, `resources.limits of k8s/postgres.yaml`, `this machine` */
  readonly source: string;
}

/** What the workspace's files say. */
export interface WorkspaceFacts {
  readonly queries: readonly WorkspaceQuery[];
  /** Findings about the program (queries per row and their relatives) with the file that each is in. */
  readonly findings: readonly { readonly path: string; readonly finding: Finding }[];
}

/** One statement that the workspace's code sends. */
export interface WorkspaceQuery {
  /** Of the file, as everywhere in the program: a path. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly range: TextRange;
  readonly library: string;
  /** `listPosts`, the function that it stands in. */
  readonly inFunction?: string;
  readonly sql: string;
  /** Of libpg-query; equal to that of a statement of pg_stat_statements which it is. */
  readonly fingerprint?: string;
  readonly readsOnly: boolean;
  /** Of the path or schema-less where the text has no schema: `posts`, `audit.events`. */
  readonly tables: readonly string[];
}

/** Of the advisor over the workload. */
export interface IndexAdvice {
  readonly missing: readonly IndexFix[];
  readonly removable: readonly {
    readonly schema: string;
    readonly table: string;
    readonly index: string;
    readonly reason: string;
    readonly bytes: number;
    readonly sql: string;
  }[];
}
