const RUNS = 5;

/**
 * How many times as long `work` takes with `large` as with `small`. The best of several runs of each, by turns: what
 * else the machine does slows both, and no limit in milliseconds has to fit every machine.
 */
export function growth<T>(work: (input: T) => unknown, small: T, large: T): number {
  const best = { small: Number.POSITIVE_INFINITY, large: Number.POSITIVE_INFINITY };
  for (let run = 0; run < RUNS; run += 1) {
    best.small = Math.min(best.small, took(work, small));
    best.large = Math.min(best.large, took(work, large));
  }
  return best.large / best.small;
}

function took<T>(work: (input: T) => unknown, input: T): number {
  const began = performance.now();
  work(input);
  return performance.now() - began;
}
