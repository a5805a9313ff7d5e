/** What is known of how often something is asked for, and how often that is out of date. */
export interface Demand {
  /** Of all keys together, a second. */
  readonly readsPerSecond: number;
  /** Statements that write one of its tables, a second: each makes all of its answers outdated. */
  readonly writesPerSecond: number;
  /** Different answers, at most. */
  readonly keys: number;
}

/** The guide's hour. */
const longest = 3_600;

/**
 * Seconds: as long as there is between two writes on the average, at most the guide's hour and at least a second. What the program
 * writes is invalidated at once; the lifetime bounds how old an answer can be after a write that nobody told of.
 */
export function lifetimeFor({ writesPerSecond }: Demand): number {
  if (writesPerSecond <= 0) return longest;
  const between = 1 / writesPerSecond;
  const rounded = between < 120 ? Math.floor(between) : Math.floor(between / 60) * 60;
  return Math.min(longest, Math.max(1, rounded));
}

export const hitRatioFormula =
  'r·L ÷ (1 + r·L): r reads of one key a second, L = (1 − e^(−w·T)) ÷ w the mean life of an entry under a lifetime T and w writes a second ' +
  '(Jung, Berger, Balakrishnan: Modeling TTL-based Internet Caches, 2003)';

export const lifetimeFormula =
  'The mean time between two writes of its tables; at most the hour of the guide, at least 1 s';

/**
 * Expected share of reads that find an entry, where all keys are asked for equally often and nothing comes in bursts: the least
 * that is to be expected, since popular keys do better. An entry is made by a miss, and then answers r·L reads.
 */
export function hitRatio(demand: Demand, lifetime: number): number {
  const { readsPerSecond, writesPerSecond, keys } = demand;
  const reads = readsPerSecond / Math.max(1, keys);
  const life = writesPerSecond > 0 ? (1 - Math.exp(-writesPerSecond * lifetime)) / writesPerSecond : lifetime;
  const answered = reads * life;
  return answered / (1 + answered);
}
