import type { IndexDefinition } from '../nouns/fix';
import type { Plan } from '../nouns/plan';
import type { Parameter } from '../nouns/query-site';
import type { Statement } from '../nouns/statement';
import type { Snapshot } from './snapshot';

/** Text of the value for each `$n` (null is SQL's NULL); undefined means "none: plan it generically". */
export type ParameterValues = readonly (string | null)[];

export interface ExplainRequest {
  readonly statement: Statement;
  readonly parameters: readonly Parameter[];
  readonly mode: 'estimate' | 'analyze';
  /** The person said yes to running this data-changing statement (it is rolled back). */
  readonly confirmed?: boolean;
  readonly signal?: AbortSignal;
}

export interface ExplainResult {
  /** The worst plan of those tried. */
  readonly plan: Plan;
  /** The values that gave it; undefined: a generic plan, or no parameters. */
  readonly values?: ParameterValues;
  /** Values for which the plan was made: the worst, a middling and the best, by cost; the first is `values`. */
  readonly valueSets?: readonly ParameterValues[];
  /** Where each value came from, for people: `author_id = 17 (most common value)`. */
  readonly valuesSaid?: readonly string[];
  /** The server's notices and what we could not do ("statistics cannot be read: generic plan"). */
  readonly notices: readonly string[];
}

/** A thing that can be asked how a statement would run: a server, or the planner in memory. */
export interface Target {
  /** For people: `blog@localhost:5432`, or `in memory: schema of 3 files`. */
  readonly label: string;
  /** Tells targets apart whose answers may differ: each user of a server has rights, policies and settings of their own. */
  readonly key: string;
  readonly kind: 'server' | 'embedded';
  /** Grows whenever earlier answers may no longer hold (an index was created, the schema was reloaded). */
  readonly generation: number;
  explain(request: ExplainRequest): Promise<ExplainResult>;
  /** Schema and statistics; read once per generation, then kept. */
  snapshot(signal?: AbortSignal): Promise<Snapshot>;
  /** The server's own hypothetical indexes (HypoPG), where it has them. */
  hypotheticalPlanner?(signal?: AbortSignal): Promise<HypotheticalPlanner | undefined>;
}

/** A planner that can be asked with indexes that do not exist. Statement text uses `$n`. */
export interface HypotheticalPlanner {
  readonly by: 'what-if' | 'hypopg';
  plan(request: HypotheticalRequest): Promise<HypotheticalPlan>;
}

export interface HypotheticalRequest {
  readonly sql: string;
  readonly values?: ParameterValues;
  readonly indexes: readonly IndexDefinition[];
  readonly signal?: AbortSignal;
}

export interface HypotheticalPlan {
  readonly plan: Plan;
  /** One for each of the request's indexes. */
  readonly indexes: readonly HypotheticalIndex[];
}

export interface HypotheticalIndex {
  readonly sizeBytes: number;
  /** Whether the plan uses it. */
  readonly used: boolean;
  /** What its plans rest on where nothing certain is known, for people: `nothing is known of (data ->> 'x'): …`. */
  readonly guessed?: string;
}
