import { EmbeddedTarget } from '../../database/embedded-target';
import type { Snapshot } from '../../database/snapshot';
import type { WhatIfPlanner } from '../../database/what-if/planner';
import type { ChangedPlan, GuideFacts, SettingPlans } from '../../guide/facts';
import type { Plan } from '../../nouns/plan';
import { Problem } from '../../nouns/problem';
import type { SqlParser } from '../../sql/parser';
import { changeOf, formOf, reordered } from '../plan-change';
import type { FoundStatement } from '../workload/workload';
import { knownStatements } from './known-statements';

export interface SettingPlansOptions {
  readonly snapshot: Snapshot;
  readonly whatIf: WhatIfPlanner;
  readonly parser: SqlParser;
  readonly signal: AbortSignal;
  /** For planning, without loading the schema, in ms. */
  readonly timeLimitMs?: number;
}

/** Queries beyond it take little of the time. */
const mostQueries = 60;
/** Of tables; it is loaded twice, which takes 4 s for a thousand. */
const largest = 2_000;

interface Planned {
  readonly found: FoundStatement;
  readonly plan: Plan;
  readonly values: Awaited<ReturnType<EmbeddedTarget['explain']>>['values'];
}

/**
 * The plans of the queries that took most time, and of the workspace's where nothing is counted, under the present settings and
 * under others, with the same values. Rejects with a Problem.
 */
export async function settingPlans(
  facts: GuideFacts,
  settings: Readonly<Record<string, string>>,
  { snapshot, whatIf, parser, signal, timeLimitMs = 10_000 }: SettingPlansOptions,
): Promise<SettingPlans> {
  if (snapshot.tables.length > largest) {
    throw new Problem(
      'unsupported',
      `The database has more than ${largest} tables: its queries are not planned twice.`,
    );
  }
  const { statements, isCounted } = knownStatements(facts, parser);
  const target = new EmbeddedTarget({ label: 'the planner in memory', whatIf, read: async () => snapshot });
  await whatIf.open(snapshot, signal);
  const half = timeLimitMs / 2;
  const before = await withinTime(statements.slice(0, mostQueries), half, async (one): Promise<Planned> => {
    const { statement, parameters } = one;
    const { plan, values } = await target.explain({ statement, parameters, mode: 'estimate', signal });
    return { found: one, plan, values };
  });
  const then: Snapshot = { ...snapshot, settings: { ...snapshot.settings, ...settings } };
  const planner = await whatIf.open(then, signal);
  const after = await withinTime(before.done, half, async ({ found: one, plan, values }) => {
    const { plan: other } = await planner.plan({ sql: one.statement.text, values, indexes: [], signal });
    return { found: one, before: plan, after: other };
  });
  const changes = after.done.filter((one) => formOf(one.before, snapshot) !== formOf(one.after, then));
  return {
    settings,
    planned: after.done.length,
    isPartial: before.isPartial || after.isPartial,
    changes: changes.map(({ found: { statement, weight }, before: now, after: other }): ChangedPlan => {
      const change = changeOf(now, other, then);
      return {
        sql: statement.text,
        ...(isCounted && { calls: weight }),
        change: change === reordered ? 'sorts or hashes fit into memory, or the same steps in another order' : change,
        costBefore: now.root.totalCost,
        costAfter: other.root.totalCost,
      };
    }),
  };
}

/** What cannot be planned (a table that is gone, a function that the planner does not have) is passed over. */
async function withinTime<From, To>(
  items: readonly From[],
  limitMs: number,
  work: (item: From) => Promise<To>,
): Promise<{ readonly done: readonly To[]; readonly isPartial: boolean }> {
  const until = Date.now() + limitMs;
  const done: To[] = [];
  for (const item of items) {
    if (Date.now() > until) return { done, isPartial: true };
    try {
      done.push(await work(item));
    } catch (error) {
      if (!(error instanceof Problem) || error.kind === 'cancelled') throw error;
    }
  }
  return { done, isPartial: false };
}
