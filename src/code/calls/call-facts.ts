import { callbackCheckoutsIn } from '../pools/callback-checkouts';
import { type Checkout, checkoutsIn } from '../pools/checkouts';
import { distinctPools, poolsInFile } from '../pools/find-pools';
import { type HeldCall, heldCallsIn } from '../pools/held-calls';
import type { PoolUse } from '../pools/pool-use';
import { threadCheckoutsIn } from '../pools/threads';
import { type JoinedCollections, joinedCollections } from './joined-collections';
import type { Repetition } from './repetition';
import { RepetitionFinder } from './repetitions';
import { type ResultUses, resultUses } from './result-uses';
import { type SameQuery, sameQueries } from './same-queries';
import { type Sequence, sequences } from './sequences';
import { type CallSources, Queries } from './sources';
import { type SplitWrites, splitWrites } from './split-writes';

/** What is known of how a program sends its queries: facts only, rules judge. */
export interface CallFacts {
  readonly repetitions: readonly Repetition[];
  readonly sameQueries: readonly SameQuery[];
  readonly sequences: readonly Sequence[];
  readonly joinedCollections: readonly JoinedCollections[];
  /** Of every query whose rows the function itself uses. */
  readonly results: readonly ResultUses[];
  readonly splitWrites: readonly SplitWrites[];
  readonly pools: readonly PoolUse[];
  /** Connections and transactions that functions take and have to give back. */
  readonly checkouts: readonly Checkout[];
  readonly heldCalls: readonly HeldCall[];
}

/** Reads all files at once; for quiet times, not while somebody types. */
export function readCallFacts(sources: CallSources): CallFacts {
  const steps = callFactsInSteps(sources);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The same in steps of some ms, so that other work gets its turn between them. */
export function* callFactsInSteps(sources: CallSources): Generator<undefined, CallFacts> {
  const queries = new Queries(sources);
  const finder = yield* RepetitionFinder.inSteps(queries);
  const repetitions: Repetition[] = [];
  const results: ResultUses[] = [];
  const pools: PoolUse[] = [];
  const checkouts: Checkout[] = [];
  const heldCalls: HeldCall[] = [];
  for (const file of queries.files) {
    repetitions.push(...finder.inFile(file));
    results.push(...queries.places(file).all.flatMap((place) => resultUses(place) ?? []));
    const taken = [checkoutsIn, callbackCheckoutsIn, threadCheckoutsIn].flatMap((read) => read(file, sources.tracer));
    pools.push(...poolsInFile(file, sources.tracer));
    checkouts.push(...taken);
    heldCalls.push(...heldCallsIn(file, taken, sources.tracer));
    yield;
  }
  return {
    repetitions,
    sameQueries: sameQueries(queries, finder.graph),
    sequences: sequences(queries),
    joinedCollections: joinedCollections(queries),
    results,
    splitWrites: splitWrites(repetitions, queries),
    pools: distinctPools(pools),
    checkouts,
    heldCalls,
  };
}
