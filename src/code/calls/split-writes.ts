import type { QueryPlace, RepeatedLoop, Repetition } from './repetition';
import type { Queries } from './sources';
import { isInTransaction, runsInTransaction } from './transactions';

/** Writes that belong together and are committed one by one: a failure halfway leaves a part. */
export interface SplitWrites {
  readonly loop: RepeatedLoop;
  /** In the loop, and before it in the same function; at least two. */
  readonly writes: readonly QueryPlace[];
}

const isWrite = ({ operation }: QueryPlace) => /^(?:insert|update|delete|upsert)$/.test(operation);

/** Sent once, whatever happens. */
function isPlain({ at, use }: QueryPlace): boolean {
  const facts = use === undefined ? undefined : at.file.functions[at.function]?.uses[use];
  return facts !== undefined && facts.loop === undefined && facts.branch === undefined && facts.within !== 'try';
}

/** Loops with several writes a turn, or one after another write of the same function, without a transaction around. */
export function splitWrites(repetitions: readonly Repetition[], queries: Queries): SplitWrites[] {
  const loops = new Map<string, { loop: RepeatedLoop; writes: Map<string, QueryPlace> }>();
  for (const { kind, loop, inner, depth, reason, waitsForOther } of repetitions) {
    // A transaction is not kept open while a file or another service answers.
    if (waitsForOther) continue;
    const use = inner.use === undefined ? undefined : inner.at.file.functions[inner.at.function]?.uses[inner.use];
    // One that may fail without the others.
    if (use?.within === 'try' || use?.branch) continue;
    if (kind !== 'write' || depth > 0 || reason || isInTransaction(inner) || runsInTransaction(loop.at)) continue;
    const key = `${loop.uri} ${loop.headRange.start}`;
    const known = loops.get(key) ?? { loop, writes: new Map() };
    known.writes.set(String(inner.range.start), inner);
    loops.set(key, known);
  }
  return [...loops.values()].flatMap(({ loop, writes }): SplitWrites[] => {
    const before = queries
      .places(loop.at.file)
      .all.filter(
        (place) =>
          isWrite(place) &&
          isPlain(place) &&
          place.at.function === loop.at.function &&
          place.range.end <= loop.headRange.start,
      );
    const all = [...before, ...writes.values()];
    return all.length > 1 ? [{ loop, writes: all }] : [];
  });
}
