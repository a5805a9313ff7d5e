import type { ParameterValues } from '../../database/planner';
import type { IndexDefinition } from '../../nouns/fix';
import type { Plan } from '../../nouns/plan';
import type { Parameter } from '../../nouns/query-site';
import type { Statement } from '../../nouns/statement';

/** A statement of a workload, and how much it counts. */
export interface WorkloadQuery {
  /** For people: `src/posts.ts:12`. */
  readonly label: string;
  readonly statement: Statement;
  /** Its cost is the mean of these; empty: the generic plan. */
  readonly valueSets: readonly ParameterValues[];
  /** What the program puts around values. */
  readonly parameters?: readonly Pick<Parameter, 'index' | 'wildcards'>[];
  /** A plan without new indexes, where it is known: it shows what the planner made of the text. */
  readonly plan?: Plan;
  /** Calls, or any other measure that is the same for all queries; 1 where nothing is known. */
  readonly weight: number;
}

/** What is to be optimised. */
export interface WorkloadGoal {
  /** Bytes that the new indexes may take together. */
  readonly budgetBytes: number;
  /** Key and INCLUDE columns of one index at most. */
  readonly maxWidth: number;
  /** The best that was found by then is the answer, in ms. */
  readonly timeLimitMs: number;
  /** Cost of keeping the index up to date for as long as the weights count, in the planner's units. */
  readonly upkeep: (index: IndexDefinition, sizeBytes: number) => number;
}

/** What is said while the search goes on. */
export interface WorkloadProgress {
  readonly phase: 'reading' | 'searching' | 'checking';
  readonly whatIfs: number;
  /** Weighted cost of the workload without new indexes, and with the best that was found so far. */
  readonly before: number;
  readonly best: number;
}
