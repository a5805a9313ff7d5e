import type { CallFacts } from '../code/calls/call-facts';
import type { Repetition } from '../code/calls/repetition';
import type { ResultUses } from '../code/calls/result-uses';
import type { SameQuery } from '../code/calls/same-queries';
import type { Sequence } from '../code/calls/sequences';
import type { SplitWrites } from '../code/calls/split-writes';
import type { Checkout } from '../code/pools/checkouts';
import type { PoolUse } from '../code/pools/pool-use';
import type { Finding } from '../nouns/finding';
import type { QuerySite } from '../nouns/query-site';

/** Judges what the program does with its queries, over functions and files. `id` is the name of its page, docs/rules/<id>.md. */
export interface CodeRule {
  readonly id: string;
  readonly title: string;
  /** A page for people about the matter. */
  readonly reference: string;
  /** In tests, seeds, scripts and migrations it is not worth a word. */
  readonly isMinor?: true;
  check(context: CodeContext): LocatedFinding[];
}

export interface LocatedFinding {
  /** The document that `finding.range` is of. */
  readonly uri: string;
  readonly finding: Finding;
  /** What is repeated, for the fixes. */
  readonly repetition?: Repetition;
  /** Independent queries that wait for each other, for the fixes. */
  readonly sequence?: Sequence;
  /** The same query twice, for the fixes. */
  readonly same?: SameQuery;
  /** What is done with a whole result, for the fixes. */
  readonly result?: ResultUses;
  /** Writes that are committed one by one, for the fixes. */
  readonly split?: SplitWrites;
  /** What is taken and not given back, for the fixes. */
  readonly checkout?: Checkout;
  /** A pool that is made for each request, for the fixes. */
  readonly pool?: PoolUse;
  /** Greater is more worth fixing: the estimated ms a call, or how sure and how near it is. For ranking only. */
  readonly weight: number;
}

export interface CodeContext {
  readonly facts: CallFacts;
  readonly numbers?: QueryNumbers;
  /** Whether the text rules tell of this SQL text in a loop already; without it that is taken for granted. */
  isTold?(site: QuerySite): boolean;
  /** Files of which people want to hear little: tests, seeds, scripts. */
  isQuiet(uri: string): boolean;
  /** Work for which nobody waits: jobs, workers. */
  isBackground(uri: string): boolean;
}

/** What plans and statistics say of a statement; undefined: not known. */
export interface QueryNumbers {
  /** Rows that the statement gives. */
  rowsOf(sql: string): number | undefined;
  /** ms on the server. */
  timeOf(sql: string): number | undefined;
  /** The planner's cost. */
  costOf(sql: string): number | undefined;
  /** Rows of a table. */
  rowsIn(table: { readonly schema?: string; readonly table: string }): number | undefined;
}
