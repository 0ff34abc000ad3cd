import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playList, summary } from './play.ts';
import { startRecordedDrone08 } from './recorded-drone-0.8.ts';
import type { RecordedWorld } from './recorded-world.ts';
import { drone08Scripts } from './script-drone-0.8.ts';

let world: RecordedWorld;
beforeAll(async () => {
  world = await startRecordedDrone08();
});
afterAll(() => world.stop());

describe.sequential('the recorded day', () => {
  for (const script of drone08Scripts) {
    it(`answers ${script.file} as the real server did`, { timeout: 60_000 }, async () => {
      const played = await playList(world.stage, script);
      expect(summary(played, (line) => process.stdout.write(`${line}\n`))).toEqual([]);
    });
  }
});
