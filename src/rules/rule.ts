import type { ExplainResult } from '../database/planner';
import type { Snapshot } from '../database/snapshot';
import type { Finding } from '../nouns/finding';
import type { IndexFix } from '../nouns/fix';
import type { QuerySite } from '../nouns/query-site';
import type { Statement } from '../nouns/statement';
import type { ExpressionReader } from '../plan/expressions';

/** Judges by the text alone. `id` is the name of its page, docs/rules/<id>.md. */
export interface TextRule {
  readonly id: string;
  readonly title: string;
  /** A page for people about the matter, such as PostgreSQL's manual. */
  readonly reference: string;
  check(site: QuerySite, statement: Statement, document?: TextContext): Finding[];
}

/** What the document and its other queries say about this one. */
export interface TextContext {
  /** Where the loops begin (offset in the document) that begin or end a transaction on every turn. */
  readonly transactionLoops: ReadonlySet<number>;
  readonly isInTest: boolean;
}

/** Judges by the plan, with what the catalog and the planner say. Says nothing about a statement that is cheap anyway. */
export interface PlanRule {
  readonly id: string;
  readonly title: string;
  /** A page for people about the matter, such as PostgreSQL's manual. */
  readonly reference: string;
  check(context: PlanContext): Finding[];
}

export interface PlanContext {
  readonly site: QuerySite;
  readonly statement: Statement;
  readonly explained: ExplainResult;
  readonly snapshot?: Snapshot;
  /** Indexes that the planner was asked about and chose. */
  readonly indexes: readonly IndexFix[];
  /** Without it a rule does without the columns of a condition. */
  readonly expressions?: ExpressionReader;
}
