import type { Core } from '../core.ts';

/**
 * Whether two writes of a process come to the runner in one read is a race of its machine. These are the ones that the
 * recorded logs show (an empty record more), told by build id, stage and step, and by the number of the write that
 * stayed behind.
 */
const joined: Record<string, number[]> = {
  // checkout: a command's trace with its first output, the output with the next trace.
  '1/2/1': [2],
  '2/1/2': [3],
  '2/1/3': [1, 4],
  '2/2/1': [2],
  '6/1/2': [3],
  '22/1/2': [3],
  '23/1/2': [3],
  '29/1/2': [3],
  // big
  '12/1/2': [6],
  '13/1/2': [2],
  '44/1/1': [3],
  // infra
  '38/1/1': [2],
};

/** The second stage of a build was taken by the runner's next poll only. */
const late: Record<string, number> = { '2/2': 1_500 };

/** Both stages of build 3 were taken at once and the second was the first to start; the first of 5 began late. */
const slow: Record<string, number> = { '3/1': 3, '5/1': 100 };

export function playRaces(core: Core): void {
  for (const [place, ms] of Object.entries(late)) core.pool.late.set(place, ms);
  for (const [place, ms] of Object.entries(slow)) core.pool.slow.set(place, ms);
  for (const [place, writes] of Object.entries(joined)) core.pool.joins.set(place, new Set(writes));
}
