/** A seeded generator of numbers in [0, 1): mulberry32, the same on every machine. */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Zipf's law: the weight of rank k is 1 / k^exponent. */
export function zipfWeights(count, exponent) {
  return Float64Array.from({ length: count }, (_, index) => (index + 1) ** -exponent);
}

/** Draws an index with the probability of its weight. */
export function weightedSampler(weights, random) {
  const cumulative = new Float64Array(weights.length);
  let total = 0;
  for (let index = 0; index < weights.length; index++) {
    total += weights[index];
    cumulative[index] = total;
  }
  return () => {
    const wanted = random() * total;
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (cumulative[middle] > wanted) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  };
}

/** The numbers 0 … count - 1 in random order (Fisher and Yates). */
export function shuffled(count, random) {
  const numbers = Int32Array.from({ length: count }, (_, index) => index);
  for (let index = count - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [numbers[index], numbers[other]] = [numbers[other], numbers[index]];
  }
  return numbers;
}
