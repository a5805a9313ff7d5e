import type { FactEvidence, TableEvidence } from './check';
import type { ProblemReason } from './problem';

/** What the dashboard shows of a server over time. Plain JSON, as it goes to the webview and into exports. */
export interface LiveView {
  /** `blog@localhost:5432` */
  readonly database: string;
  /** `PostgreSQL 18.4, started 3 days ago`; absent until it was asked. */
  readonly server?: string;
  readonly status: LiveStatus;
  readonly charts: readonly LiveChart[];
  /** The oldest first; those of the last hour. */
  readonly samples: readonly LiveSample[];
  /** What happened to the samples, the oldest first: why there is a gap. */
  readonly events: readonly LiveEvent[];
  readonly panels: readonly LivePanel[];
}

export type LiveStatus =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'paused' }
  /** Times in ms of this machine's clock. Without `nextTryAt` somebody has to mend it first; `reason`: a diagnosis finds out why. */
  | {
      readonly kind: 'lost';
      readonly since: number;
      readonly says: string;
      readonly nextTryAt?: number;
      readonly reason?: ProblemReason;
    };

export type LiveUnit =
  | 'count'
  | 'per second'
  | 'bytes'
  | 'bytes per second'
  | 'seconds'
  | 'ms'
  /** 0.993 is 99.3 % */
  | 'share';

export interface LiveChart {
  readonly id: string;
  readonly title: string;
  readonly unit: LiveUnit;
  /** One sentence: what is counted, and what is good. */
  readonly about: string;
  readonly series: readonly LiveSeries[];
  /** A line to compare with: `{ value: 0.99, label: '99 %' }`. */
  readonly threshold?: { readonly value: number; readonly label: string };
  /** Sampled less often than the others: its points are joined over the samples between them. */
  readonly isSparse?: boolean;
  /** What cannot be seen, and what would show it. */
  readonly missing?: string;
}

export interface LiveSeries {
  /** Of `LiveSample.values`. */
  readonly key: string;
  readonly title: string;
}

export interface LiveSample {
  /** In ms of this machine's clock: the server's may be set in the middle. */
  readonly at: number;
  /** By series; one that could not be told, such as a rate over a reset, is absent. */
  readonly values: Readonly<Record<string, number>>;
  /** The first after a time without samples. */
  readonly afterGap?: boolean;
}

export interface LiveEvent {
  readonly at: number;
  /** `The statistics were reset: rates begin anew.` */
  readonly says: string;
}

/** What the server says now, beside its charts. */
export interface LivePanel {
  readonly id: string;
  readonly title: string;
  /** In ms of this machine's clock; absent: not read yet. */
  readonly readAt?: number;
  readonly facts?: readonly FactEvidence[];
  readonly tables?: readonly TableEvidence[];
  readonly tree?: readonly BlockNode[];
  /** What is not seen in it, and what it says where there is nothing, a sentence each. */
  readonly notes: readonly string[];
}

/** A session that holds up others; below it those that wait for it. */
export interface BlockNode {
  readonly pid: number;
  /** `pid 4711 · blog · psql` */
  readonly who: string;
  /** `idle in transaction for 12 s, holds up 3` */
  readonly says: string;
  /** Its statement, its values left out. */
  readonly query?: string;
  readonly waiters: readonly BlockNode[];
}
