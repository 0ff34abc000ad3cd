import type { SearchHits } from '@flightdeck/api-client/contract';
import { LOG_CHUNK_LINES } from '@flightdeck/api-client/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addAnswer, type Found, hitsBefore, hitsWithin, placeOf } from './found.ts';

const NAMED = 5;

/** What a console says of the hits in one part: counts of all, and the first few by line. */
function answer(hits: readonly number[], from: number, scanned: number, complete: boolean): SearchHits {
  const here = hits.filter((line) => line >= from && line < scanned);
  const counts = new Map<number, number>();
  for (const line of here) {
    const chunk = Math.floor(line / LOG_CHUNK_LINES);
    counts.set(chunk, (counts.get(chunk) ?? 0) + 1);
  }
  return {
    generation: 1,
    from,
    scanned,
    total: here.length,
    lines: here.slice(0, NAMED),
    counts: [...counts],
    hits: [],
    complete,
  };
}

describe('features/logs/search/found', () => {
  it('finds each hit of any number by its place, from answers cut anywhere', async () => {
    const lines = fc.uniqueArray(fc.nat(4_999), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(lines, fc.uniqueArray(fc.nat(4_999), { maxLength: 6 }), async (wild, cuts) => {
        const hits = wild.sort((a, b) => a - b);
        const of = async (chunk: number) =>
          hits.filter((line) => Math.floor(line / LOG_CHUNK_LINES) === chunk);
        let found: Found | null = null;
        let from = 0;
        for (const cut of [...cuts.filter((at) => at > 0).sort((a, b) => a - b), 5_000]) {
          found = addAnswer(found, answer(hits, from, cut, cut === 5_000));
          from = cut;
        }
        expect(found).toMatchObject({ total: hits.length, scanned: 5_000, complete: true });
        if (!found) return;
        for (const [at, line] of hits.entries()) {
          const place = placeOf(found, at);
          expect(place && ('line' in place ? place.line : (await of(place.chunk))[place.within])).toBe(line);
          expect(await hitsBefore(found, line, of)).toBe(at);
          expect(await hitsBefore(found, line + 1, of)).toBe(at + 1);
        }
        expect(placeOf(found, hits.length)).toBeNull();
        const inside = hitsWithin(found, 100, 3_000);
        if (inside !== null) expect(inside).toBe(hits.filter((l) => l >= 100 && l <= 3_000).length);
      }),
      { numRuns: 200 },
    );
  });

  it('refuses an answer that does not go on where the last one ended', () => {
    const found = addAnswer(null, answer([1], 0, 10, false));
    expect(addAnswer(found, { ...answer([12], 11, 20, true) })).toBeNull();
    expect(addAnswer(found, { ...answer([12], 10, 20, true), generation: 2 })).toBeNull();
  });
});
