import { ProblemError, type SearchHits } from '@flightdeck/api-client/contract';
import { act, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { problem } from '../../../testing/fake-api.ts';
import { renderPart } from '../../../testing/render-page.tsx';
import type { LogFeed } from '../feed.ts';
import { HitCount } from './hit-count.tsx';
import { useSearch } from './use-search.ts';

const term = { q: 'total', matchCase: false, word: false, regex: false };
const hits: SearchHits = {
  generation: 1,
  from: 0,
  scanned: 20,
  total: 2,
  lines: [3, 9],
  counts: [[0, 2]],
  hits: [],
  complete: true,
};

function Searched({ feed }: { feed: LogFeed }) {
  const search = useSearch(feed, term, false, 1);
  return <HitCount asked search={search} hit={0} />;
}

/** A log whose search answers one after the other; a fault is thrown. */
async function open(...answers: (SearchHits | ProblemError)[]) {
  const search = vi.fn(async () => {
    const next = answers.shift() ?? hits;
    if (next instanceof ProblemError) throw next;
    return next;
  });
  const feed = { search } as unknown as LogFeed;
  const view = await renderPart(<Searched feed={feed} />);
  const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
  await pass(200);
  return { ...view, search, pass };
}

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the search of a log', () => {
  it('counts its hits', async () => {
    await open(hits);
    expect(screen.getByRole('status').textContent).toBe('1 of 2');
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('goes on where an answer ends, counts meanwhile, and says when all is searched', async () => {
    const { search, pass } = await open(
      { ...hits, complete: false },
      { ...hits, from: 20, scanned: 90, total: 1, lines: [30], counts: [[0, 1]] },
    );
    await pass(50);
    expect(search.mock.calls.map((call) => (call as unknown[])[1])).toEqual([0, 20]);
    expect(screen.getByRole('status').textContent).toBe('1 of 3');
  });

  it('begins anew when the log has become another text meanwhile', async () => {
    const { search, pass } = await open(
      { ...hits, complete: false },
      { ...hits, generation: 2, from: 20, scanned: 90 },
      { ...hits, generation: 2, total: 7 },
    );
    await pass(50);
    expect(search.mock.calls.map((call) => (call as unknown[])[1])).toEqual([0, 20, 0]);
    expect(screen.getByRole('status').textContent).toBe('1 of 7');
  });

  it('says that it was asked too often, and asks again when the time is over', async () => {
    const { search, pass } = await open(new ProblemError(problem('rate_limited', { retryAfter: 4 }).problem));
    expect(screen.getByRole('status').textContent).toBe(
      'Not searched: Too many requests. Wait 4 s and try again.',
    );
    await pass(3_900);
    expect(search).toHaveBeenCalledTimes(1);
    await pass(200);
    expect(screen.getByRole('status').textContent).toBe('1 of 2');
  });

  it('says that the console does not answer, and asks again when told to', async () => {
    const { search, pass, user } = await open(new ProblemError(problem('offline').problem));
    expect(screen.getByRole('status').textContent).toContain('Not searched: The console does not answer.');
    await pass(60_000);
    expect(search).toHaveBeenCalledTimes(1);
    await user.click(screen.getByRole('button', { name: 'Search again' }));
    await pass(200);
    expect(screen.getByRole('status').textContent).toBe('1 of 2');
  });

  it('does not ask again for a pattern that is none', async () => {
    const { search, pass } = await open(new ProblemError(problem('pattern_invalid').problem));
    expect(screen.getByRole('status').textContent).toBe('This is not a valid pattern');
    expect(screen.queryByRole('button')).toBeNull();
    await pass(60_000);
    expect(search).toHaveBeenCalledTimes(1);
  });
});
