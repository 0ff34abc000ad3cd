/** How the runner's reads cut what a program writes through a buffer of its own (4 KiB pages, 32 KiB per read). */
export const page = 4096;
export const readLimit = 32 * 1024;

/** Pages per read, in order. Repeats from its start when it is too short. */
export type ReadPattern = readonly number[];

/** What most programs show: two pages at a time, sometimes one or three. */
export const usualReads: ReadPattern = [2, 3, 2, 1, 1, 1, 2, 1, 2, 2, 1, 2];

/** `count` reads over `pages` pages, spread evenly in reads of the two nearest sizes. */
export function spreadReads(pages: number, count: number): number[] {
  const reads: number[] = [];
  for (let i = 0; i < count; i++) {
    reads.push(Math.floor(((i + 1) * pages) / count) - Math.floor((i * pages) / count));
  }
  return reads;
}

/**
 * The reads behind two recorded logs of one generator ("NNNNNN ok compile src/module_M.c …"), at the places where
 * the recordings show them and even elsewhere: 10,000 lines gave 10,102 records, 100,000 lines 100,729.
 */
export function compileReads(lines: number): ReadPattern {
  if (lines === 10_000) return [2, 3, 2, 1, 1, 1, ...spreadReads(142, 95)];
  if (lines === 100_000) return [...spreadReads(235, 111), 1, 1, 1, ...spreadReads(1268, 613), 5];
  return usualReads;
}

/** Cuts a program's whole output as the pattern says. */
export function* cutByReads(output: Uint8Array, pattern: ReadPattern): Generator<Uint8Array> {
  let at = 0;
  for (let i = 0; at < output.length; i++) {
    const size = Math.min((pattern[i % pattern.length] ?? 1) * page, readLimit);
    yield output.subarray(at, at + size);
    at += size;
  }
}
