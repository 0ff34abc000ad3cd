import type { WoodpeckerInstance } from '../servers/woodpecker.ts';
import type { Race } from '../woodpecker/races.ts';

/** Two workflows of a matrix side by side: the second was ahead of the first until its long step. */
const secondAhead = (id: number): Record<string, Race> => ({
  [`${id}/1/start`]: { wait: 4, tell: 6 },
  [`${id}/2/start`]: { tell: 2 },
  [`${id}/1/0+`]: { wait: 4 },
});

/** … or the first ahead of the second. */
const firstAhead = (id: number): Record<string, Race> => ({
  [`${id}/1/start`]: { tell: 2 },
  [`${id}/2/start`]: { wait: -2, tell: 6 },
});

/**
 * In which order the reports of workflows that ran side by side came in, and which message was overtaken by another, is a
 * race of the recorded day. These give the recorded ones, by pipeline id.
 */
const races: Record<string, Race> = {
  ...secondAhead(34),
  '34/2/end': { wait: 10 },
  ...secondAhead(35),
  '35/2/1+': { tell: 2 },
  '35/1/0-': { tell: 2 },
  '35/1/2-': { wait: 40 },
  '35/2/end': { late: 10 },
  ...secondAhead(36),
  // One that was looked at between the pipeline's row and its workflows'.
  '36/1/row': { wait: -47 },
  '36/1/start': { wait: 34, tell: 6 },
  '36/2/start': { wait: 30, tell: 2 },
  '36/2/2-': { wait: 10 },
  '36/1/end': { wait: 10 },
  ...firstAhead(37),
  '37/2/start': { wait: -2, late: 6 },
  '37/2/0+': { wait: 4 },
  '37/1/end': { wait: 10 },
  ...firstAhead(39),
  '39/2/start': { wait: -2, tell: 16 },
  '39/2/0+': { wait: 12 },
  '39/2/stop': { wait: -27, fresh: true },
  '39/2/killed': { wait: -54, late: 40 },
  '39/1/stop': { wait: -15 },
  '39/1/killed': { wait: -10 },
  ...firstAhead(40),
  // The first had its place sooner than the second.
  '40/1/start': { wait: 70, tell: 2 },
  '40/2/0+': { wait: 2 },
  '40/2/1-': { wait: 2 },
};

export function playWoodpeckerRaces({ agents }: WoodpeckerInstance): void {
  for (const [report, race] of Object.entries(races)) agents.races.set(report, race);
}
