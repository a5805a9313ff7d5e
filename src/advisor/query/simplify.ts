import type { Candidate } from '../candidates';
import type { Chosen, PaysForItself, Sized } from './choose-indexes';
import { asGoodAs, columnCount, sizeRules, specialFelt, specialGain, specialityOf } from './preference';
import { cost, indexesOf, type Planned, type Trials } from './trials';

export interface Simplifying {
  readonly trials: Trials;
  /** The plan without any of them. */
  readonly base: Planned;
  /** Everything that the planner can build. */
  readonly all: readonly Sized[];
  readonly paysForItself: PaysForItself;
  readonly isFine: (planned: Planned) => boolean;
  /** Whether the person who started from the first cost feels the difference. */
  readonly isFelt: (withIt: Planned, without: Planned, share?: number) => boolean;
}

/** The chosen set, each index in it replaced by the smallest and most general one that serves as well. */
export async function simplified(chosen: Chosen, context: Simplifying): Promise<Chosen> {
  let current = chosen;
  for (const table of new Set(chosen.candidates.map(tableOf))) {
    current = await withOneIndex(current, table, context);
    for (const member of current.candidates.filter((one) => tableOf(one) === table)) {
      current = await withSimpler(current, member, context);
    }
  }
  return current;
}

/** Two indexes on one table (for a BitmapAnd, say) give way to one that serves nearly as well. */
async function withOneIndex(current: Chosen, table: string, context: Simplifying): Promise<Chosen> {
  if (current.candidates.filter((one) => tableOf(one) === table).length < 2) return current;
  const others = current.candidates.filter((one) => tableOf(one) !== table);
  const best = (await tried(others, generalOf(table, context), cost(current.planned), context)).at(0);
  return best && !context.paysForItself(current.planned, best.planned) ? best : current;
}

async function withSimpler(current: Chosen, member: Candidate, context: Simplifying): Promise<Chosen> {
  const others = current.candidates.filter((one) => one !== member);
  const target = cost(current.planned);
  const [general] = await tried(others, generalOf(tableOf(member), context), target, context);
  // A plan that is fine with a general index needs none that costs less, but maybe a smaller one.
  if (general && (cost(general.planned) <= asGoodAs(target) || context.isFine(general.planned))) {
    return (await smallerSpecial(general, context)) ?? general;
  }
  const specials = context.all.filter(
    ({ candidate }) => tableOf(candidate) === tableOf(member) && specialityOf(candidate) !== 'none',
  );
  for (const special of await tried(others, specials, target, context)) {
    const speciality = specialityOf(special.candidates.at(-1) as Candidate);
    if (speciality === 'none') continue;
    // Where no general one helps, the special one is measured against none.
    const without = general?.planned ?? (await context.trials.plan(others));
    if (!without) continue;
    const isCheaper = cost(special.planned) <= cost(without) * (1 - specialGain[speciality]);
    if (isCheaper && context.isFelt(special.planned, without, specialFelt)) return special;
  }
  if (specialityOf(member) === 'none') return current;
  if (general) return general;
  const without = await context.trials.plan(others);
  return without ? { candidates: others, planned: without } : current;
}

/** A special index that does what the general one does, and is clearly smaller. */
async function smallerSpecial(general: Chosen, context: Simplifying): Promise<Chosen | undefined> {
  const { trials, all, base, isFine, isFelt } = context;
  const own = general.candidates.at(-1) as Candidate;
  const size = all.find(({ candidate }) => candidate === own)?.sizeBytes ?? 0;
  const specials = all
    .filter(({ candidate }) => tableOf(candidate) === tableOf(own) && !general.candidates.includes(candidate))
    .sort((a, b) => a.sizeBytes - b.sizeBytes);
  for (const { candidate, sizeBytes } of specials) {
    const rule = sizeRules[specialityOf(candidate)];
    if (!rule || sizeBytes * rule.times > size || size - sizeBytes < rule.bytes) continue;
    const candidates = [...general.candidates.slice(0, -1), candidate];
    const planned = await trials.plan(candidates);
    if (!planned || !isUsed(candidate, planned)) continue;
    if (rule.leastGain !== undefined && !isFelt(planned, base, rule.leastGain)) continue;
    const isAsGood = cost(planned) <= asGoodAs(cost(general.planned), rule.dearer);
    if (isAsGood || (isFine(planned) && !isFelt(general.planned, planned))) return { candidates, planned };
  }
  return undefined;
}

/**
 * Each of the candidates beside the others (it comes last), the preferred first: of those that are as good as the best,
 * the one with the fewest columns, then the smallest. Stops at the first that reaches the target, which none can beat.
 */
async function tried(
  others: readonly Candidate[],
  candidates: readonly Sized[],
  target: number,
  { trials }: Simplifying,
): Promise<Chosen[]> {
  const ordered = [...candidates].sort(
    (a, b) => columnCount(a.candidate) - columnCount(b.candidate) || a.sizeBytes - b.sizeBytes,
  );
  const reached: Chosen[] = [];
  for (const { candidate } of ordered) {
    if (others.includes(candidate)) continue;
    const chosen = [...others, candidate];
    const planned = await trials.plan(chosen);
    if (!planned || !isUsed(candidate, planned)) continue;
    if (cost(planned) <= asGoodAs(target)) return [{ candidates: chosen, planned }];
    reached.push({ candidates: chosen, planned });
  }
  const lowest = Math.min(...reached.map(({ planned }) => cost(planned)));
  const good = reached.filter(({ planned }) => cost(planned) <= asGoodAs(lowest));
  return [...good, ...reached.filter((one) => !good.includes(one))];
}

function generalOf(table: string, { all }: Simplifying): Sized[] {
  return all.filter(({ candidate }) => tableOf(candidate) === table && specialityOf(candidate) === 'none');
}

/** The candidate comes last in the plan's request. */
function isUsed(candidate: Candidate, planned: Planned): boolean {
  return indexesOf(planned)
    .slice(-candidate.indexes.length)
    .every(({ used }) => used);
}

/** All indexes of a candidate are on one table. */
function tableOf({ indexes: [first] }: Candidate): string {
  return JSON.stringify([first?.schema, first?.table]);
}
