import { eachSize, type KeysOf, keyGroups } from './index-groups';

/** Tuples for which a bucket is planned: 75 % of a page (HASH_DEFAULT_FILLFACTOR) over 16 bytes and a line pointer (_hash_init). */
const tuplesPerBucket = Math.floor((8192 * 0.75) / 20);
/** Tuples that a page holds. */
const tuplesPerPage = Math.floor((8192 - 24 - 16) / 20);

/**
 * Pages of a hash index as hashbuild makes it: a metapage, a bitmap page, as many buckets as the rows of the whole table
 * ask for (a partial index too), and overflow pages where a bucket gets more than fit. NULLs are not stored.
 */
export function hashPages(shape: KeysOf): number {
  const buckets = totalBuckets(Math.max(2, shape.rows / tuplesPerBucket));
  let small = 0;
  let squares = 0;
  const large: { rows: number; keys: number }[] = [];
  for (const group of keyGroups(shape)) {
    if (group.nulls !== 0) continue;
    eachSize(group, (rows, keys) => {
      if (rows > tuplesPerPage / 4) large.push({ rows, keys });
      else {
        small += rows * keys;
        squares += rows * rows * keys;
      }
    });
  }
  const mean = small / buckets;
  const deviation = Math.sqrt(squares / buckets);
  let overflow = 0;
  let ownBuckets = 0;
  for (const { rows, keys } of large) {
    ownBuckets += keys;
    overflow += keys * (Math.ceil((rows + mean) / tuplesPerPage) - 1);
  }
  // The load of the other buckets is normally distributed.
  const others = Math.max(0, buckets - ownBuckets);
  for (let page = 1; page <= 20; page++) {
    overflow += others * above((page * tuplesPerPage + 0.5 - mean) / Math.max(1e-9, deviation));
  }
  return 2 + buckets + Math.round(overflow);
}

/** Powers of two up to 512, then four steps to each doubling (_hash_spareindex, _hash_get_totalbuckets). */
function totalBuckets(wanted: number): number {
  const doubled = 2 ** Math.ceil(Math.log2(wanted));
  if (doubled <= 512) return doubled;
  const step = doubled / 8;
  return doubled / 2 + Math.ceil((wanted - doubled / 2) / step) * step;
}

/** Share of a normal distribution above z standard deviations (Abramowitz and Stegun 26.2.17). */
function above(z: number): number {
  if (z < 0) return 1 - above(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const sum = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}
