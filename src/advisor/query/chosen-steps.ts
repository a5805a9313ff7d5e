import type { HypotheticalIndex, HypotheticalPlan, ParameterValues } from '../../database/planner';
import type { IndexDefinition } from '../../nouns/fix';
import type { Candidate } from '../candidates';
import { cost, costOf, indexesOf, type Planned, type Trials } from './trials';

/** One step of the choice: what is added to the indexes before it, and the plan with all of them. */
export interface ChosenStep {
  readonly added: readonly IndexDefinition[];
  /** Both with the same values: those for which the whole choice saves most. */
  readonly before: HypotheticalPlan;
  readonly after: HypotheticalPlan;
  readonly values?: ParameterValues;
  /** Of each added index. */
  readonly facts: readonly HypotheticalIndex[];
}

interface Step {
  readonly added: readonly Candidate[];
  readonly after: Planned;
}

/**
 * The order in which the chosen candidates are proposed: the one that saves most first. What saves more only after
 * another is there, or is used only then, is one step with it: neither is worth much alone.
 */
export async function chosenSteps(
  trials: Trials,
  kept: readonly Candidate[],
  ends: { readonly base: Planned; readonly last: Planned; readonly valueSets: readonly ParameterValues[] },
): Promise<ChosenStep[]> {
  const { base, last } = ends;
  const shown = greatestGain(base, last);
  const shownCost = (planned: Planned): number => costOf(planned.plans[shown] ?? planned.plans[0]);
  const steps: Step[] = [];
  let before = base;
  for (const step of await bestFirst(trials, kept, last)) {
    const previous = steps.at(-1);
    const isMisplaced =
      previous !== undefined &&
      (shownCost(previous.after) - shownCost(step.after) > shownCost(before) - shownCost(previous.after) ||
        !ownIndexes(previous).every(({ used }) => used));
    if (isMisplaced) {
      steps[steps.length - 1] = { added: [...previous.added, ...step.added], after: step.after };
    } else {
      if (previous) before = previous.after;
      steps.push(step);
    }
  }
  return steps.map((step, i) => ({
    added: step.added.flatMap(({ indexes }) => indexes),
    before: at(steps[i - 1]?.after ?? base, shown),
    after: at(step.after, shown),
    values: ends.valueSets[shown],
    facts: ownIndexes(step),
  }));
}

/** What cannot be planned alone (the time is over) comes with what follows it. */
async function bestFirst(trials: Trials, kept: readonly Candidate[], last: Planned): Promise<Step[]> {
  const steps: Step[] = [];
  let rest = [...kept];
  while (rest.length > 1) {
    const before = steps.flatMap(({ added }) => added);
    const reached: Step[] = [];
    for (const candidate of rest) {
      const after = await trials.plan([...before, candidate]);
      if (after) reached.push({ added: [candidate], after });
    }
    const best = reached.sort((a, b) => cost(a.after) - cost(b.after))[0];
    if (!best) break;
    steps.push(best);
    rest = rest.filter((one) => !best.added.includes(one));
  }
  const before = steps.flatMap(({ added }) => added);
  // The indexes' order decides which of the last plan's numbers belong to which.
  const whole = (await trials.plan([...before, ...rest])) ?? reordered(last, kept, [...before, ...rest]);
  return [...steps, { added: rest, after: whole }];
}

/** The same plans, whose facts about the indexes are in another order. */
function reordered(planned: Planned, from: readonly Candidate[], to: readonly Candidate[]): Planned {
  const positions = new Map<Candidate, number[]>();
  let next = 0;
  for (const candidate of from)
    positions.set(
      candidate,
      candidate.indexes.map(() => next++),
    );
  const order = to.flatMap((candidate) => positions.get(candidate) ?? []);
  const [first, ...others] = planned.plans.map((one) => ({
    plan: one.plan,
    indexes: order.flatMap((position) => one.indexes[position] ?? []),
  }));
  return first ? { plans: [first, ...others] } : planned;
}

/** The facts of the indexes that came last. */
function ownIndexes({ added, after }: Step): HypotheticalIndex[] {
  return indexesOf(after).slice(-added.reduce((sum, { indexes }) => sum + indexes.length, 0));
}

const at = ({ plans }: Planned, position: number): HypotheticalPlan => plans[position] ?? plans[0];

/** Position of the set of values that gains most; the first of equals. */
function greatestGain(before: Planned, after: Planned): number {
  const gains = before.plans.map((planned, i) => costOf(planned) - costOf(after.plans[i] ?? planned));
  return gains.indexOf(Math.max(...gains));
}
