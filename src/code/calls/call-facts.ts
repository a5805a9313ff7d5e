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
}

/** Reads all files; for quiet times, not while somebody types. */
export function readCallFacts(sources: CallSources): CallFacts {
  const queries = new Queries(sources);
  const finder = new RepetitionFinder(queries);
  const repetitions = finder.all();
  return {
    repetitions,
    sameQueries: sameQueries(queries, finder.graph),
    sequences: sequences(queries),
    joinedCollections: joinedCollections(queries),
    results: [...queries.files].flatMap((file) => queries.places(file).all.flatMap((place) => resultUses(place) ?? [])),
    splitWrites: splitWrites(repetitions, queries),
  };
}
