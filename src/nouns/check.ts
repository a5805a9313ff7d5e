import type { Json, RelatedPlace } from './finding';
import type { EditFix, IndexFix, StatementFix } from './fix';

/**
 * 'attention': it costs something, or will soon; 'failed': it is the reason of slowness or of errors now;
 * 'not applicable': the question does not arise here; 'unknown': what must be known could not be seen.
 */
export type CheckState = 'passed' | 'attention' | 'failed' | 'not applicable' | 'unknown';

/** What one check found. Plain JSON, as it goes to webviews, reports and the history. */
export interface CheckResult {
  readonly state: CheckState;
  /** One sentence with the numbers that decided: `97 of 100 connections are taken, 61 of them idle in transaction.` */
  readonly says: string;
  /** What could not be seen and what would show it, a sentence each; of 'unknown' at least one. */
  readonly missing?: readonly string[];
  readonly evidence?: readonly Evidence[];
  /** Places in the workspace that it is about. */
  readonly places?: readonly RelatedPlace[];
  /** The best first. */
  readonly fixes?: readonly GuideFix[];
}

export type Evidence = FactEvidence | TableEvidence;

export interface FactEvidence {
  readonly kind: 'fact';
  /** `Cache hit ratio of tables` */
  readonly label: string;
  /** As a person reads it: `97.3 %` */
  readonly value: string;
  /** The number itself, for JSON: 0.973 */
  readonly raw?: Json;
  /** The formula or where the threshold comes from. */
  readonly source?: string;
}

export interface TableEvidence {
  readonly kind: 'table';
  readonly title: string;
  readonly columns: readonly { readonly title: string; readonly isNumber?: boolean }[];
  /** As a person reads them, the most telling rows first; at most 50. */
  readonly rows: readonly (readonly string[])[];
  /** Rows that are not listed. */
  readonly more?: number;
}

/** Something that a person can apply, from one edit to a file for the cluster. */
export type GuideFix = EditFix | IndexFix | StatementFix | SettingFix | FileFix | CommandFix | MaintenanceFix;

/** A server's setting. Planlight shows the statement and, when a person says so, runs nothing but that. */
export interface SettingFix {
  readonly kind: 'setting';
  readonly title: string;
  readonly name: string;
  /** As `SHOW` prints them: `128MB`. */
  readonly from: string;
  readonly to: string;
  /** `ALTER SYSTEM SET shared_buffers = '4GB'` */
  readonly sql: string;
  readonly takesEffect: 'at once' | 'after a reload' | 'after a restart';
  /** What it costs, or what a person must know. */
  readonly note?: string;
}

/** New files of the workspace: manifests, configuration, modules. Never overwrites one without asking. */
export interface FileFix {
  readonly kind: 'file';
  readonly title: string;
  readonly files: readonly NewFile[];
  /** What a person has to fill in, a sentence each: `<password>: the password of blog, base64`. */
  readonly placeholders: readonly string[];
  readonly note?: string;
}

export interface NewFile {
  /** Below the workspace's folder, with slashes. */
  readonly path: string;
  /** Which of several folders of the workspace, as the file system names it; absent: the first. */
  readonly folder?: string;
  readonly content: string;
}

/** A command for a shell, which a person runs: `aws rds modify-db-instance …`. */
export interface CommandFix {
  readonly kind: 'command';
  readonly title: string;
  readonly command: string;
  readonly placeholders: readonly string[];
  readonly note?: string;
}

/** A task that Planlight runs on the server after a confirmation, with progress and cancel. */
export interface MaintenanceFix {
  readonly kind: 'maintenance';
  readonly title: string;
  readonly task: MaintenanceTask;
  readonly note?: string;
}

export type MaintenanceTask =
  | { readonly kind: 'vacuum analyze' | 'analyze'; readonly schema: string; readonly table: string }
  /** CONCURRENTLY, always; of one index, or all of a table's. */
  | { readonly kind: 'reindex'; readonly schema: string; readonly table: string; readonly index?: string }
  /** An invalid leftover of a build that failed, or one that nothing needs. */
  | { readonly kind: 'drop index'; readonly schema: string; readonly index: string };
