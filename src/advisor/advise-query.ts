import type { HypotheticalPlanner, ParameterValues } from '../database/planner';
import type { Snapshot } from '../database/snapshot';
import type { IndexDefinition, IndexFix } from '../nouns/fix';
import type { Statement } from '../nouns/statement';
import { createIndexSql, indexColumnsSql } from '../sql/create-index';
import { qualifiedName } from '../sql/identifiers';
import type { SqlParser } from '../sql/parser';
import { candidates, takenNames } from './candidates';
import { chooseIndexes } from './choose-indexes';
import type { ChosenStep } from './chosen-steps';
import { tableUses } from './table-uses';
import { Views } from './views';

export interface AdviceRequest {
  readonly statement: Statement;
  /** An index that helps one author and hurts the others is no advice: all of them are planned. Empty: generic plans. */
  readonly valueSets: readonly ParameterValues[];
  readonly snapshot: Snapshot;
  /** Reads the queries behind views; without it these are passed over. */
  readonly parser?: SqlParser;
  readonly planner: HypotheticalPlanner;
  readonly signal?: AbortSignal;
  /** Share of the cost that the indexes must save together; 0.1 is a tenth. */
  readonly minimumGain?: number;
  /** After so long, in ms, the best that was found until then is the answer. A search takes less than a second mostly. */
  readonly budgetMs?: number;
}

const usualBudgetMs = 10_000;

/**
 * The smallest set of indexes that makes the statement clearly cheaper, each with the planner's proof; empty when the
 * plan is fine. Several are meant to be created in this order: each proof starts where the one before ends. Rejects
 * with the planner's Problem, or 'cancelled'.
 */
export async function adviseQuery(request: AdviceRequest): Promise<IndexFix[]> {
  const {
    statement,
    valueSets,
    snapshot,
    parser,
    planner,
    signal,
    minimumGain = 0.1,
    budgetMs = usualBudgetMs,
  } = request;
  const views = parser && new Views(snapshot, parser);
  const found = candidates(tableUses(statement.ast, snapshot, views), snapshot);
  if (found.length === 0) return [];
  const sql = statement.text;
  const steps = await chooseIndexes({
    sql,
    valueSets,
    candidates: found,
    takenNames: takenNames(snapshot),
    planner,
    signal,
    minimumGain,
    budgetMs,
  });
  return steps.flatMap((step) => step.added.map((index, i) => fix(index, step, step.sizes[i] ?? 0, request)));
}

function fix(index: IndexDefinition, step: ChosenStep, sizeBytes: number, request: AdviceRequest): IndexFix {
  const costBefore = step.before.plan.root.totalCost;
  const costAfter = step.after.plan.root.totalCost;
  const what = index.method === 'btree' ? 'index' : `${index.method.toUpperCase()} index`;
  const where = `${qualifiedName(index.schema, index.table)} (${indexColumnsSql(index)})`;
  const isPartitioned = request.snapshot.tables.some(
    ({ schema, name, kind }) => schema === index.schema && name === index.table && kind === 'partitioned table',
  );
  const needsTrigrams = index.method === 'gin' && !('pg_trgm' in request.snapshot.extensions);
  return {
    kind: 'index',
    title:
      `Create ${what} on ${where}: cost ${costText(costBefore)} → ${costText(costAfter)}` +
      (isPartitioned ? ' (partitioned: not CONCURRENTLY, writes wait meanwhile)' : ''),
    index,
    sql: createIndexSql(index),
    // PostgreSQL refuses CONCURRENTLY on a partitioned table.
    concurrently: createIndexSql(index, { concurrently: !isPartitioned }),
    ...(needsTrigrams && { needs: 'CREATE EXTENSION IF NOT EXISTS pg_trgm' }),
    proof: {
      by: request.planner.by,
      before: step.before.plan,
      after: step.after.plan,
      costBefore,
      costAfter,
      sizeBytes,
      values: step.values,
      assumed: request.snapshot.assumed,
    },
  };
}

/** 5013.4 → `5,013`; 8.43 → `8.4` */
function costText(cost: number): string {
  return cost.toLocaleString('en-US', { maximumFractionDigits: cost < 10 ? 1 : 0 });
}
