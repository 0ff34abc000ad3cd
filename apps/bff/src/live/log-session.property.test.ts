import fc from 'fast-check';
import { describe, it } from 'vitest';
import { playStory, storyArbitrary } from '../testing/log-story.ts';

describe('a log while its step runs and after it', () => {
  it('shows a prefix of what was printed with its gaps marked, and at the end exactly the stored log', async () => {
    await fc.assert(
      fc.asyncProperty(storyArbitrary, (story) => playStory(story)),
      { numRuns: Number(process.env.FLIGHTDECK_PROPERTY_RUNS ?? 150) },
    );
  }, 120_000);
});
