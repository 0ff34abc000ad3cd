import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deviation } from './compare.ts';
import { type Played, playList, summary } from './play.ts';
import { startRecordedWoodpecker } from './recorded-woodpecker.ts';
import type { RecordedWorld } from './recorded-world.ts';
import { poll, woodpeckerScripts } from './script-woodpecker.ts';
import { lateViewersLog, longLine } from './special-woodpecker.ts';
import type { Stage } from './stage.ts';

let world: RecordedWorld;
beforeAll(async () => {
  world = await startRecordedWoodpecker();
});
afterAll(() => world.stop());

function judged(all: Played[]): void {
  expect(summary(all, (line) => process.stdout.write(`${line}\n`))).toEqual([]);
}

/** Notes and other forms, looked at when their list is over. */
const afterwards: Record<string, ((stage: Stage) => Promise<Deviation[]> | Deviation[])[]> = {
  'woodpecker-3.17.0/10-edges.json': [() => poll.compare(), longLine],
  'woodpecker-3.17.0/11-late-viewer-and-burst.json': [lateViewersLog],
};

describe.sequential('the recorded day', () => {
  for (const script of woodpeckerScripts) {
    it(`answers ${script.file} as the real server did`, { timeout: 120_000 }, async () => {
      judged(await playList(world.stage, script));
      for (const look of afterwards[script.file] ?? []) expect(await look(world.stage)).toEqual([]);
    });
  }
});
