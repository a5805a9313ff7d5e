import { indexStatements } from '../../advisor/index-statements';
import { describeIndex } from '../../advisor/query/index-fix';
import { indexRemovals } from '../../advisor/removals/removals';
import type { QueryOutcome, WorkloadAdvice, WorkloadIndex } from '../../advisor/workload/advise-workload';
import type { Snapshot } from '../../database/snapshot';
import type { WhatIfPlanner } from '../../database/what-if/planner';
import type { GuideFacts, IndexAdvice } from '../../guide/facts';
import type { IndexFix } from '../../nouns/fix';
import type { SqlParser } from '../../sql/parser';
import { adviseStatements } from '../workload/advise-statements';
import { foreignKeyAdvice } from './foreign-key-advice';
import { knownStatements } from './known-statements';

export interface IndexAdviceOptions {
  readonly snapshot: Snapshot;
  readonly whatIf: WhatIfPlanner;
  readonly parser: SqlParser;
  readonly signal: AbortSignal;
}

/** Of the workload's cost; what saves less is not worth its upkeep and a person's time. A choice, not a measurement. */
const leastGain = 0.01;

/** A query of less is quick enough, in the planner's units: the default --min-cost of Dexter, https://github.com/ankane/dexter */
const leastCost = 100;

/** Time for the search, in ms: a person waits for the checklist. */
const searchMs = 15_000;

/** The advisor over what the server counted; where it counts nothing, over the workspace's queries, each as often. */
export async function indexAdvice(facts: GuideFacts, options: IndexAdviceOptions): Promise<IndexAdvice> {
  const { snapshot, whatIf, parser, signal } = options;
  const { isCounted, ...found } = knownStatements(facts, parser);
  const { advice } = await adviseStatements(found, {
    snapshot,
    whatIf,
    parser,
    isCounted,
    signal,
    limits: { budgetBytes: Number.POSITIVE_INFINITY, maxWidth: 6, timeLimitMs: searchMs },
    onProgress: () => undefined,
  });
  const foreignKeys = await foreignKeyAdvice({
    snapshot,
    planner: await whatIf.open(snapshot, signal),
    parser,
    queries: facts.workspace?.queries ?? [],
    signal,
  });
  return {
    missing: advice.indexes
      .filter(({ gain }) => gain >= advice.before * leastGain)
      .flatMap((one) => fixOf(one, advice, options) ?? []),
    removable: indexRemovals(snapshot).map(({ schema, table, index, kind, reason, sizeBytes, dropSql }) => ({
      kind,
      schema,
      table,
      index,
      reason,
      bytes: sizeBytes,
      sql: dropSql,
    })),
    foreignKeys,
    ...(isCounted && { weighted: true }),
  };
}

/**
 * Proved by the plans of the query that gains most, of those that no other of the indexes helps: what several do together proves
 * none of them. Undefined when none is known.
 */
function fixOf(
  { index, sizeBytes, queries, replaces, guessed }: WorkloadIndex,
  { queries: outcomes }: WorkloadAdvice,
  { snapshot }: IndexAdviceOptions,
): IndexFix | undefined {
  const { isPartitioned: _, ...statements } = indexStatements(index, snapshot);
  const saved = ({ before = 0, after = 0, query }: QueryOutcome): number => (before - after) * query.weight;
  const alone = ({ indexes }: QueryOutcome): number => (indexes.length === 1 ? 0 : 1);
  const [best] = queries.flatMap((at) => outcomes[at] ?? []).sort((a, b) => alone(a) - alone(b) || saved(b) - saved(a));
  if (!best?.plans) return undefined;
  const { before, after } = best.plans;
  if (before.root.totalCost < leastCost) return undefined;
  return {
    kind: 'index',
    title: `Create ${describeIndex(index)}`,
    index,
    ...statements,
    ...(replaces.length > 0 && { replaces }),
    proof: {
      by: 'what-if',
      before,
      after,
      sql: best.query.statement.text,
      costBefore: before.root.totalCost,
      costAfter: after.root.totalCost,
      sizeBytes,
      assumed: snapshot.assumed,
      ...(guessed !== undefined && { guessed }),
    },
  };
}
