import { specialFelt } from '../query/preference';
import { bit, type IndexPool, type IndexSet, none, positions, width } from './index-pool';
import type { QueryCosts } from './query-costs';
import type { WorkloadCosts } from './workload-costs';

/** An index stays when it makes one of its queries cheaper by this share, … */
const shareOfQuery = 0.1;
/** … of what it costs beside the other new ones (about 100 pages read in order at least), … */
const feltCost = 100;
/** … and by this share of what the query costs today, … */
const feltShare = 0.01;
/** … or saves this share of the whole workload's cost; of a few queries the same as of one. */
const shareOfWorkload = (queries: number): number => Math.max(0.01, shareOfQuery / queries);
/** Within this share of a query's cost the smaller and more general index wins. */
const worthwhile = 0.03;
/** So many simpler indexes are tried in the place of one. */
const mostSimpler = 3;

/** The set that was found, without what nobody would miss, and with plainer indexes where they do as well. */
export async function settle(costs: WorkloadCosts, found: IndexSet, budgetBytes: number): Promise<IndexSet> {
  const simple = await simplify(costs, await worthKeeping(costs, found), budgetBytes);
  return worthKeeping(costs, simple);
}

/** Takes away one after the other, the one that saves least first; each step is checked with the planner. */
async function worthKeeping(costs: WorkloadCosts, found: IndexSet): Promise<IndexSet> {
  const share = costs.atMost(none) * shareOfWorkload(costs.queries.length);
  let kept = found;
  for (let before: IndexSet | undefined; kept !== before; ) {
    before = kept;
    const saved = new Map(positions(kept).map((index) => [index, costs.gain(kept & ~bit(index), bit(index))]));
    for (const [index] of [...saved].sort((a, b) => a[1] - b[1])) {
      const without = kept & ~bit(index);
      await costs.ask(costs.touchedBy(bit(index)).map((query) => ({ query, set: without })));
      const loss = costs.gain(without, bit(index));
      if (loss <= 0 || (loss < share && !isFelt(costs, without, bit(index)))) kept = without;
    }
  }
  return kept;
}

/** Whether one of the queries is clearly cheaper with what is added. */
function isFelt(costs: WorkloadCosts, set: IndexSet, added: IndexSet): boolean {
  return costs.touchedBy(added).some((position) => {
    const query = costs.queries[position];
    if (!query) return false;
    const before = query.atMost(set);
    const saved = before - query.atMost(set | added);
    return before >= feltCost && saved >= before * shareOfQuery && saved >= query.atMost(none) * feltShare;
  });
}

/** Puts an index with fewer columns, or of all rows, in the place of each for which that makes no difference that is felt. */
async function simplify(costs: WorkloadCosts, found: IndexSet, budgetBytes: number): Promise<IndexSet> {
  let kept = found;
  for (const position of positions(found)) {
    for (const simpler of simplerThan(costs, position, kept).slice(0, mostSimpler)) {
      const set = (kept & ~bit(position)) | bit(simpler);
      if (costs.bytes(set) > budgetBytes) continue;
      const touched = costs.touchedBy(bit(position) | bit(simpler));
      await costs.ask(touched.map((query) => ({ query, set })));
      const queries = touched.flatMap((query) => costs.queries[query] ?? []);
      const share = hasSameKeys(costs.pool, simpler, position) ? specialFelt : 0;
      if (!isAsGood(queries, set, kept, share)) continue;
      kept = set;
      break;
    }
  }
  return kept;
}

/** Whether none of the queries gets dearer by more than 3 %, or by more than this share of what it costs today. */
function isAsGood(queries: readonly QueryCosts[], set: IndexSet, than: IndexSet, share: number): boolean {
  return queries.every((query) => {
    const cost = query.atMost(than);
    return query.atMost(set) <= Math.max(cost * (1 + worthwhile), cost + query.atMost(none) * share);
  });
}

/** Then only included columns or a condition make the difference: they serve one query and nothing else. */
function hasSameKeys({ indexes }: IndexPool, one: number, other: number): boolean {
  return JSON.stringify(indexes[one]?.columns) === JSON.stringify(indexes[other]?.columns);
}

/** Indexes of the same table that begin with the same column and hold less, or hold it for all rows; the simplest first. */
function simplerThan({ pool, built }: WorkloadCosts, position: number, kept: IndexSet): number[] {
  const own = pool.indexes[position];
  if (!own) return [];
  return positions(built & ~bit(position))
    .filter((other) => {
      const index = pool.indexes[other];
      return (
        index !== undefined &&
        index.method === 'btree' &&
        pool.startOf(other) === pool.startOf(position) &&
        (index.where === undefined || index.where === own.where) &&
        complexity(pool, other) < complexity(pool, position)
      );
    })
    .sort(
      (a, b) =>
        Number((kept & bit(b)) !== none) - Number((kept & bit(a)) !== none) ||
        complexity(pool, a) - complexity(pool, b),
    );
}

function complexity({ indexes }: IndexPool, position: number): number {
  const index = indexes[position];
  return index ? width(index) + (index.where === undefined ? 0 : 1) : 0;
}
