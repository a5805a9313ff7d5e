import type { HypotheticalPlanner, ParameterValues } from '../../database/planner';
import type { Snapshot } from '../../database/snapshot';
import type { IndexFix } from '../../nouns/fix';
import type { Parameter } from '../../nouns/query-site';
import type { Statement } from '../../nouns/statement';
import type { SqlParser } from '../../sql/parser';
import { type Candidate, candidates, takenNames } from '../candidates';
import { foreignKeyQueries } from '../foreign-keys';
import { planUses } from '../uses/plan-uses';
import { emptyUse } from '../uses/table-use';
import { tableUses } from '../uses/table-uses';
import { Views } from '../uses/views';
import { withWrittenPatterns } from '../uses/written-patterns';
import { chooseIndexes } from './choose-indexes';
import { fixesOf } from './index-fix';
import { readsWhole } from './reads-whole';
import type { Planned } from './trials';

export interface AdviceRequest {
  readonly statement: Statement;
  /** An index that helps one author and hurts the others is no advice: all of them are planned. Empty: generic plans. */
  readonly valueSets: readonly ParameterValues[];
  /** What the program puts around values: a pattern that surely starts with letters is found by a B-tree. */
  readonly parameters?: readonly Pick<Parameter, 'index' | 'wildcards'>[];
  readonly snapshot: Snapshot;
  /** Reads the queries behind views, conditions of plans and foreign keys; without it these are passed over. */
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
 * plan is fine. Several are meant to be created in this order: each proof starts where the one before ends. Those for
 * foreign keys come last, each with the proof of the query that checks it. Rejects with the planner's Problem, or
 * 'cancelled'.
 */
export async function adviseQuery(request: AdviceRequest): Promise<IndexFix[]> {
  const { snapshot, planner, signal, minimumGain = 0.1, budgetMs = usualBudgetMs } = request;
  const common = {
    takenNames: takenNames(snapshot),
    readsWhole: (planned: Planned) => readsWhole(planned, snapshot),
    planner,
    signal,
    minimumGain,
    budgetMs,
  };
  const { statement, valueSets } = request;
  const steps = await chooseIndexes({
    ...common,
    sql: statement.text,
    valueSets,
    candidates: (base) => candidatesOf(request, base),
  });
  const fixes = steps.flatMap((step) => fixesOf(step, { snapshot, planner }));
  for (const query of request.parser ? foreignKeyQueries(statement, snapshot, request.parser) : []) {
    const { table, ...foreignKey } = query;
    const equal = new Set(foreignKey.columns);
    const checked = await chooseIndexes({
      ...common,
      sql: foreignKey.sql,
      // The trigger's query is prepared once and planned for every key alike.
      valueSets: [],
      candidates: () => candidates([{ ...emptyUse(table, 'x'), equal, reads: undefined }], snapshot),
    });
    const isNew = (fix: IndexFix): boolean => !fixes.some(({ index }) => index.name === fix.index.name);
    fixes.push(...checked.flatMap((step) => fixesOf(step, { snapshot, planner, foreignKey })).filter(isNew));
  }
  return fixes;
}

/** What the text asks, then what the planner made of it. */
function candidatesOf(
  { statement, valueSets, parameters = [], snapshot, parser }: AdviceRequest,
  base: Planned,
): Candidate[] {
  const uses = tableUses(
    withWrittenPatterns(statement.ast, parameters),
    snapshot,
    parser && new Views(snapshot, parser),
  );
  const [first] = base.plans;
  const hasValues = valueSets.length > 0;
  const made = parser ? planUses(first.plan, snapshot, parser, { hasValues }) : [];
  return candidates([...uses, ...made], snapshot);
}
