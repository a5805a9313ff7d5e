import type { Candidate } from './candidates';
import { type ChosenStep, chosenSteps } from './chosen-steps';
import { indexName } from './index-name';
import { cost, costOf, indexesOf, type Planned, type TrialRequest, Trials } from './trials';

export interface ChooseRequest extends TrialRequest {
  readonly candidates: readonly Candidate[];
  /** Share of the cost that must go for anything to be proposed. */
  readonly minimumGain: number;
  /** Names that are in use already. */
  readonly takenNames?: ReadonlySet<string>;
}

/** Below this cost the plan is fine: about 100 pages read in order. */
const fineCost = 100;
/** Every further column must take away this share of the cost; within it the smaller set wins. */
const worthwhile = 0.03;
/** Less than this share of the first cost is not felt. */
const feltShare = 0.01;
const maxSteps = 4;

/**
 * Takes the best candidate, then the best to go with it, as long as each pays; then takes away again what the later
 * ones made superfluous. The step that saves most comes first.
 */
export async function chooseIndexes(request: ChooseRequest): Promise<ChosenStep[]> {
  const trials = new Trials(request);
  const base = await trials.plan([]);
  if (!base) return [];
  const search: Search = {
    trials,
    base,
    minimumGain: request.minimumGain,
    takenNames: request.takenNames ?? new Set(),
  };
  let chosen: Chosen = { candidates: [], planned: base };
  while (chosen.candidates.length < maxSteps && !isFine(chosen.planned)) {
    const best = await bestAddition(search, request.candidates, chosen);
    if (!best || (chosen.candidates.length > 0 && !paysForItself(best.planned, chosen.planned, search))) break;
    chosen = best;
  }
  if (chosen.candidates.length === 0) return [];
  const kept = await minimal(search, chosen);
  if (!indexesOf(kept.planned).every((index) => index.used)) return [];
  if (cost(kept.planned) > cost(base) * (1 - request.minimumGain)) return [];
  return chosenSteps(trials, kept.candidates, { base, last: kept.planned, valueSets: request.valueSets });
}

interface Search {
  readonly trials: Trials;
  readonly base: Planned;
  readonly minimumGain: number;
  readonly takenNames: ReadonlySet<string>;
}

interface Chosen {
  readonly candidates: readonly Candidate[];
  readonly planned: Planned;
}

/**
 * A further index is written and kept for ever: it has to earn what the first one has to, and what it saves has to be
 * felt beside the cost that the person started from.
 */
function paysForItself(withIt: Planned, without: Planned, { base, minimumGain }: Search): boolean {
  const saved = cost(without) - cost(withIt);
  return saved >= cost(without) * minimumGain && saved >= cost(base) * feltShare;
}

async function bestAddition(
  { trials, takenNames }: Search,
  candidates: readonly Candidate[],
  chosen: Chosen,
): Promise<Chosen | undefined> {
  const tried: (Chosen & { columns: number; size: number })[] = [];
  for (const one of candidates) {
    if (chosen.candidates.some(({ indexes }) => indexes === one.indexes)) continue;
    const candidate = withOwnNames(one, chosen.candidates, takenNames);
    const planned = await trials.plan([...chosen.candidates, candidate]);
    if (!planned || cost(planned) > cost(chosen.planned) * (1 - worthwhile)) continue;
    const own = indexesOf(planned).slice(-candidate.indexes.length);
    if (!own.every((index) => index.used)) continue;
    tried.push({
      candidates: [...chosen.candidates, candidate],
      planned,
      columns: candidate.indexes.reduce((sum, index) => sum + index.columns.length, 0),
      size: own.reduce((sum, index) => sum + index.sizeBytes, 0),
    });
  }
  const lowest = Math.min(...tried.map((one) => cost(one.planned)));
  // Costs below 1 differ by more than that without meaning it.
  const good = tried.filter((one) => cost(one.planned) <= Math.max(lowest * (1 + worthwhile), lowest + 0.1));
  good.sort((a, b) => a.columns - b.columns || a.size - b.size || cost(a.planned) - cost(b.planned));
  return good[0];
}

/** `(a, b)` and `(a, b DESC)` would be called the same; the second one chosen gets a number. */
function withOwnNames(candidate: Candidate, chosen: readonly Candidate[], takenNames: ReadonlySet<string>): Candidate {
  const used = new Set(chosen.flatMap(({ indexes }) => indexes.map(({ name }) => name)));
  if (!candidate.indexes.some(({ name }) => used.has(name))) return candidate;
  return {
    indexes: candidate.indexes.map((index) => {
      if (!used.has(index.name)) return index;
      return { ...index, name: indexName(index.table, index.columns, new Set([...takenNames, ...used])) };
    }),
  };
}

/** Without what saves too little beside the others, the one that matters least first. */
async function minimal(search: Search, chosen: Chosen): Promise<Chosen> {
  let kept = chosen;
  while (kept.candidates.length > 1) {
    let smaller: Chosen | undefined;
    for (const candidate of kept.candidates) {
      const candidates = kept.candidates.filter((one) => one !== candidate);
      const planned = await search.trials.plan(candidates);
      if (!planned || paysForItself(kept.planned, planned, search)) continue;
      if (!smaller || cost(planned) < cost(smaller.planned)) smaller = { candidates, planned };
    }
    if (!smaller) break;
    kept = smaller;
  }
  return kept;
}

const isFine = ({ plans }: Planned): boolean => plans.every((planned) => costOf(planned) < fineCost);
