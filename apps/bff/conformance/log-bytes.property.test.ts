import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { LogRecord } from '../src/ports/ci-server.ts';
import { playStory, type Story, storyArbitrary } from '../src/testing/log-story.ts';
import { throughBytes, wires } from './log-wire.ts';

const bytes = fc.record({
  piece: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 4_000 })),
  cuts: fc.array(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 6_000 })), {
    maxLength: 20,
  }),
});

/** Every entry is a line, and of what ran there is at least the command. */
function linesOf(records: readonly LogRecord[]): LogRecord[] {
  const text = Buffer.from(`+ make\n${records.map(({ out }) => out).join('')}`).toString();
  return text
    .split('\n')
    .slice(0, 200)
    .map((line, pos) => ({ pos, out: `${line}\n`, time: Math.floor(pos / 10) }));
}

/** What of a story each server can do. */
const fitted: Record<keyof typeof wires, (story: Story) => Story> = {
  drone: (story) => ({ ...story, storesEarly: false }),
  'drone-0.8': (story) => ({ ...story, storesEarly: false, history: 1_000_000 }),
  woodpecker: (story) => ({
    ...story,
    ...{ records: linesOf(story.records), storesEarly: true, history: 1_000_000, keepStored: 1_000_000 },
  }),
};

describe('a log through the bytes of a CI server', () => {
  it.each(Object.keys(wires) as (keyof typeof wires)[])(
    '%s: any cut at any byte, any order of connections, any size of pieces',
    async (vendor) => {
      await fc.assert(
        fc.asyncProperty(storyArbitrary, bytes, (story, how) =>
          playStory(fitted[vendor](story), throughBytes(wires[vendor], how)),
        ),
        { numRuns: Number(process.env.FLIGHTDECK_PROPERTY_RUNS ?? 40) },
      );
    },
    240_000,
  );
});
