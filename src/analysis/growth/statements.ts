import type { Target } from '../../database/planner';
import type { WhatIfDatabase, WhatIfPlanner } from '../../database/what-if/planner';
import { Problem } from '../../nouns/problem';
import type { Parameter } from '../../nouns/query-site';
import type { Statement } from '../../nouns/statement';
import { type GrowthRequest, growQuery, type QueryGrowth } from './growth';
import type { GrownStatement } from './text';

export interface StatementToGrow {
  /** `src/posts.ts:12` */
  readonly label: string;
  readonly statement: Statement;
  readonly parameters: readonly Parameter[];
}

export interface GrowingOptions
  extends Pick<GrowthRequest, 'factors' | 'tables' | 'alone' | 'limit' | 'snapshot' | 'signal'> {
  /** The planner in memory with the snapshot: it chooses the values of parameters. */
  readonly target: Target;
}

/** Each statement by itself: one without a plan is passed over, and why is said. Rejects with 'cancelled' only. */
export async function growStatements(
  found: readonly StatementToGrow[],
  options: GrowingOptions & {
    readonly whatIf: WhatIfPlanner;
    readonly onProgress?: (done: number, all: number) => void;
  },
): Promise<{ statements: GrownStatement[]; passedOver: { label: string; why: string }[] }> {
  const { whatIf, snapshot, signal, onProgress } = options;
  const planner = await whatIf.open(snapshot, signal);
  const statements: GrownStatement[] = [];
  const passedOver: { label: string; why: string }[] = [];
  const known = new Map<string, QueryGrowth>();
  for (const [done, one] of found.entries()) {
    onProgress?.(done, found.length);
    const sql = one.statement.text;
    try {
      const growth = known.get(sql) ?? (await growStatement(one, planner, options));
      known.set(sql, growth);
      statements.push({ label: one.label, sql, growth });
    } catch (error) {
      if (!(error instanceof Problem) || error.kind === 'cancelled') throw error;
      passedOver.push({ label: one.label, why: error.message });
    }
  }
  return { statements, passedOver };
}

/** Rejects with the planner's Problem, or 'cancelled'. */
export async function growStatement(
  { statement, parameters }: Pick<StatementToGrow, 'statement' | 'parameters'>,
  planner: WhatIfDatabase,
  options: GrowingOptions,
): Promise<QueryGrowth> {
  const { target, signal } = options;
  const { values } = await target.explain({ statement, parameters, mode: 'estimate', signal });
  return growQuery({ ...options, sql: statement.text, values, planner });
}
