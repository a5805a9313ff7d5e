import type { Candidate } from '../candidates';
import { indexName } from '../index-name';
import { type ChosenStep, chosenSteps } from './chosen-steps';
import { columnCount } from './preference';
import { simplified } from './simplify';
import { cost, costOf, indexesOf, type Planned, type TrialRequest, Trials } from './trials';

export interface ChooseRequest extends TrialRequest {
  /** Asked for only when the plan without any of them is not fine. */
  readonly candidates: readonly Candidate[] | ((base: Planned) => readonly Candidate[]);
  /** Share of the cost that must go for anything to be proposed. */
  readonly minimumGain: number;
  /** Whether a plan reads a good part of a table's rows by one of the indexes: instead of the table, the whole index. */
  readonly readsWhole?: (planned: Planned) => boolean;
  /** Names that are in use already. */
  readonly takenNames?: ReadonlySet<string>;
}

/** Below this cost the plan is fine: about 100 pages read in order. */
const fineCost = 100;
/** Of a plan a little above that, less than this is not worth an index. */
const leastSaving = fineCost / 2;
/** Less than this share of the first cost is not felt. */
const feltShare = 0.01;
/** An index that is read as a whole is only a narrower copy of the table: it has to make the plan twice as cheap. */
const wholeIndexGain = 0.5;
const maxSteps = 4;

/** Candidates and the plan with them. */
export interface Chosen {
  readonly candidates: readonly Candidate[];
  readonly planned: Planned;
}

/**
 * Shows the planner all candidates at once: what it costs then no choice can beat, and an index that it does not use
 * then is not needed by the best one. From there it goes down: each index that was used makes way for the smallest and
 * most general one that serves as well, and what does not pay goes. The step that saves most comes first.
 */
export async function chooseIndexes(request: ChooseRequest): Promise<ChosenStep[]> {
  const { minimumGain, valueSets, takenNames = new Set<string>() } = request;
  const trials = new Trials(request);
  const base = await trials.plan([]);
  if (!base || isFine(base)) return [];
  const { candidates } = request;
  const whole = await buildable(trials, typeof candidates === 'function' ? candidates(base) : candidates);
  const saves = (withIt: Planned, without: Planned): boolean => {
    const share = request.readsWhole?.(withIt) ? Math.max(minimumGain, wholeIndexGain) : minimumGain;
    return cost(withIt) <= cost(without) * (1 - share);
  };
  const gains = (planned: Planned): boolean => saves(planned, base) && cost(base) - cost(planned) >= leastSaving;
  if (!whole?.planned || cost(whole.planned) > cost(base) * (1 - minimumGain)) return [];

  const all = sized(whole.candidates, whole.planned);
  const isFelt = (withIt: Planned, without: Planned, share = feltShare): boolean =>
    cost(without) - cost(withIt) >= cost(base) * share;
  const paysForItself: PaysForItself = (withIt, without) =>
    !isFine(without) && isFelt(withIt, without) && saves(withIt, without);
  let chosen = withUsedOnly(all, whole.planned);
  chosen = await minimal(trials, chosen, paysForItself);
  chosen = await simplified(chosen, { trials, base, all, paysForItself, isFine, isFelt });
  chosen = await minimal(trials, chosen, paysForItself);
  chosen = await withOwnNames(trials, chosen, takenNames);
  if (!indexesOf(chosen.planned).every((index) => index.used) || !gains(chosen.planned)) return [];
  return chosenSteps(trials, chosen.candidates, { base, last: chosen.planned, valueSets });
}

/**
 * A further index is written and kept for ever: it has to earn what the first one has to, what it saves has to be felt
 * beside the cost that the person started from, and a plan that is fine needs no more.
 */
export type PaysForItself = (withIt: Planned, without: Planned) => boolean;

/** The candidates that the planner can build, and the plan with all of them. */
async function buildable(
  trials: Trials,
  candidates: readonly Candidate[],
): Promise<{ candidates: readonly Candidate[]; planned?: Planned } | undefined> {
  if (candidates.length === 0) return { candidates };
  const planned = await trials.plan(candidates);
  if (planned) return { candidates, planned };
  if (trials.isOver) return undefined;
  if (candidates.length === 1) return { candidates: [] };
  const middle = Math.ceil(candidates.length / 2);
  const halves = [
    await buildable(trials, candidates.slice(0, middle)),
    await buildable(trials, candidates.slice(middle)),
  ];
  const rest = halves.flatMap((half) => half?.candidates ?? []);
  return { candidates: rest, planned: rest.length > 0 ? await trials.plan(rest) : undefined };
}

/** A candidate with the bytes that it takes. */
export interface Sized {
  readonly candidate: Candidate;
  readonly sizeBytes: number;
  readonly used: boolean;
  /** Where its indexes begin in the plan with all of them. */
  readonly position: number;
}

function sized(candidates: readonly Candidate[], planned: Planned): Sized[] {
  const facts = indexesOf(planned);
  let next = 0;
  return candidates.map((candidate) => {
    const position = next;
    next += candidate.indexes.length;
    const own = facts.slice(position, next);
    return {
      candidate,
      sizeBytes: own.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      used: own.every((index) => index.used),
      position,
    };
  });
}

/**
 * Those whose indexes the plan uses; of an index that stands alone and in a pair, the one that stands alone. Without the
 * others the planner makes the same plan.
 */
function withUsedOnly(all: readonly Sized[], planned: Planned): Chosen {
  const seen = new Set<string>();
  const kept = all
    .filter(({ used }) => used)
    .sort(
      (a, b) =>
        a.candidate.indexes.length - b.candidate.indexes.length || columnCount(a.candidate) - columnCount(b.candidate),
    )
    .filter(({ candidate }) => {
      const keys = candidate.indexes.map((index) => JSON.stringify({ ...index, name: '' }));
      const isNew = keys.some((key) => !seen.has(key));
      for (const key of keys) seen.add(key);
      return isNew;
    });
  const [first, ...others] = planned.plans.map(({ plan, indexes }) => ({
    plan,
    indexes: kept.flatMap(({ candidate, position }) => indexes.slice(position, position + candidate.indexes.length)),
  }));
  return {
    candidates: kept.map(({ candidate }) => candidate),
    planned: first ? { plans: [first, ...others] } : planned,
  };
}

/** Without what saves too little beside the others, the one that matters least first; never more than a few. */
async function minimal(trials: Trials, chosen: Chosen, paysForItself: PaysForItself): Promise<Chosen> {
  let kept = chosen;
  while (kept.candidates.length > 1) {
    let smaller: Chosen | undefined;
    for (const candidate of kept.candidates) {
      const candidates = kept.candidates.filter((one) => one !== candidate);
      const planned = await trials.plan(candidates);
      if (!planned || (kept.candidates.length <= maxSteps && paysForItself(kept.planned, planned))) continue;
      if (!smaller || cost(planned) < cost(smaller.planned)) smaller = { candidates, planned };
    }
    if (!smaller) break;
    kept = smaller;
  }
  return kept;
}

/** `(a, b)` and `(a, b DESC)` would be called the same; the second one chosen gets a number. */
async function withOwnNames(trials: Trials, chosen: Chosen, takenNames: ReadonlySet<string>): Promise<Chosen> {
  const used = new Set<string>();
  let isChanged = false;
  const candidates = chosen.candidates.map((candidate): Candidate => {
    const indexes = candidate.indexes.map((index) => {
      const isTaken = used.has(index.name);
      const name = isTaken ? indexName(index.table, index.columns, new Set([...takenNames, ...used])) : index.name;
      used.add(name);
      isChanged ||= isTaken;
      return isTaken ? { ...index, name } : index;
    });
    return isChanged ? { indexes } : candidate;
  });
  const planned = isChanged ? await trials.plan(candidates) : undefined;
  return planned ? { candidates, planned } : chosen;
}

const isFine = ({ plans }: Planned): boolean => plans.every((planned) => costOf(planned) < fineCost);
