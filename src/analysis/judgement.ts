import type { ExplainResult, Target } from '../database/planner';
import type { Finding } from '../nouns/finding';
import type { Problem } from '../nouns/problem';
import type { QuerySite } from '../nouns/query-site';
import type { ParsedSql } from '../nouns/statement';
import type { Planning } from './planning';

/** What a document says without asking any planner. */
export interface DocumentReading {
  readonly uri: string;
  readonly queries: readonly ReadQuery[];
  /** Why none of it was read: `it is too deeply nested to read`. */
  readonly leftAlone?: string;
}

export interface ReadQuery {
  readonly site: QuerySite;
  readonly parsed: ParsedSql;
  /** Findings from the text alone, the syntax error included. */
  readonly findings: readonly Finding[];
}

/** What the planner says of one query. */
export interface Judgement {
  readonly query: ReadQuery;
  readonly explained?: ExplainResult;
  /** The text's findings and the plan's. */
  readonly findings: readonly Finding[];
  /** Why there is no plan (a missing table, a cancelled request); told where the query stands. */
  readonly problem?: Problem;
  /** Who was asked: `blog@localhost:5432`. */
  readonly target?: string;
  readonly targetKind?: Target['kind'];
  /** All that the planners said. */
  readonly planning?: Planning;
}
