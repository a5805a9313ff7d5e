import type { Target } from '../database/planner';
import type { WhatIfPlanner } from '../database/what-if-planner';
import { Problem } from '../nouns/problem';
import type { Parameter } from '../nouns/query-site';
import type { Statement } from '../nouns/statement';
import { type GrowthRequest, growQuery } from './growth';
import type { GrownStatement } from './growth-text';

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
  readonly whatIf: WhatIfPlanner;
  readonly onProgress?: (done: number, all: number) => void;
}

/** Each statement by itself: one without a plan is passed over, and why is said. Rejects with 'cancelled' only. */
export async function growStatements(
  found: readonly StatementToGrow[],
  options: GrowingOptions,
): Promise<{ statements: GrownStatement[]; passedOver: { label: string; why: string }[] }> {
  const { target, whatIf, snapshot, signal, onProgress } = options;
  const planner = await whatIf.open(snapshot, signal);
  const statements: GrownStatement[] = [];
  const passedOver: { label: string; why: string }[] = [];
  const known = new Map<string, GrownStatement['growth']>();
  for (const [done, { label, statement, parameters }] of found.entries()) {
    onProgress?.(done, found.length);
    const sql = statement.text;
    try {
      let growth = known.get(sql);
      if (!growth) {
        const { values } = await target.explain({ statement, parameters, mode: 'estimate', signal });
        growth = await growQuery({ ...options, sql, values, planner });
        known.set(sql, growth);
      }
      statements.push({ label, sql, growth });
    } catch (error) {
      if (!(error instanceof Problem) || error.kind === 'cancelled') throw error;
      passedOver.push({ label, why: error.message });
    }
  }
  return { statements, passedOver };
}
