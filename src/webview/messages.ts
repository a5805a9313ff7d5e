import type { LiveSample, LiveView } from '../nouns/live';
import type { ProblemReason } from '../nouns/problem';

/** What the pages and the extension say to each other. Plain JSON: a plan also is its page's saved state. */

export interface PlanPage {
  /** `posts.ts:12` */
  readonly place: string;
  readonly uri: string;
  /** A place inside the query, in UTF-16 units. */
  readonly offset: number;
  readonly sql: string;
  /** `blog@localhost:5432` */
  readonly target: string;
  /** One sentence. */
  readonly verdict: string;
  /** `author_id = 17 (most common value)` */
  readonly values: readonly string[];
  readonly notices: readonly string[];
  readonly findings: readonly PageFinding[];
  readonly plan: PagePlan;
  /** The plan after a fix, beside `plan` as it was before. */
  readonly after?: PagePlan;
  /** The plans without and with this fix are shown first, instead of `plan`. */
  readonly tried?: PageFix;
}

export interface PagePlan {
  /** 'Plan', 'Before', 'After', 'With the index' */
  readonly title: string;
  /** `412 ms, cost 5,013` */
  readonly summary: string;
  /** EXPLAIN's JSON as text. */
  readonly json: string;
}

export interface PageFinding {
  readonly severity: 'error' | 'warning' | 'info' | 'hint';
  readonly rule: string;
  readonly message: string;
  readonly confidence: string;
  /** UTF-16 offset in the document. */
  readonly offset: number;
  /** Number of the plan's node in pre-order, from 0. */
  readonly nodeId?: number;
  readonly fixes: readonly PageFix[];
}

export interface PageFix {
  readonly title: string;
  readonly sql?: string;
  /** `Proved by the planner in memory, about 4.5 MB.`, what it does to other queries, and to writes; one sentence each. */
  readonly facts?: readonly string[];
  /** The plan with the fix, if the planner was asked. */
  readonly before?: PagePlan;
  readonly after?: PagePlan;
}

export type ToPage = { readonly kind: 'show'; readonly page: PlanPage };

export type FromPage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'reveal'; readonly uri: string; readonly offset: number }
  | { readonly kind: 'explain'; readonly uri: string; readonly offset: number; readonly analyze: boolean }
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'failed'; readonly message: string };

export function isPlanPage(value: unknown): value is PlanPage {
  const page = value as Partial<PlanPage> | null | undefined;
  return (
    typeof page?.place === 'string' &&
    typeof page.uri === 'string' &&
    typeof page.plan?.json === 'string' &&
    Array.isArray(page.findings)
  );
}

export type ToDashboard =
  | { readonly kind: 'view'; readonly view: LiveView }
  /** What changed since the last message: samples are added, those before `from` (ms) are forgotten. */
  | {
      readonly kind: 'step';
      readonly view: Omit<LiveView, 'samples'>;
      readonly samples: readonly LiveSample[];
      readonly from: number;
    };

export type FromDashboard =
  | { readonly kind: 'ready' }
  /** Try again to reach a server that was lost. */
  | { readonly kind: 'retry' }
  | { readonly kind: 'diagnose'; readonly reason: ProblemReason }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'export'; readonly format: 'html' | 'json' }
  | { readonly kind: 'failed'; readonly message: string };
