import { LOG_CHUNK_LINES, type LogChunk, type LogSummary } from '@flightdeck/api-client/model';
import { act, renderHook } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { parseHash } from './address.ts';
import { LogBook } from './log-book.ts';
import { useTarget } from './use-target.ts';

const TOTAL = 5_000;
const summary = (lines: number): LogSummary => ({
  ...{ state: 'complete', generation: 1, lines, bytes: 0, firstPos: 0, lastPos: lines - 1 },
  ...{ gaps: [], limitBytes: null, widest: 9, indexed: lines === TOTAL },
});

/** What the console answers, as long as it has only so many lines. */
const chunkAt = (pos: number, lines: number): LogChunk => {
  const from = Math.floor(Math.min(pos, lines - 1) / LOG_CHUNK_LINES) * LOG_CHUNK_LINES;
  const made = Array.from({ length: Math.min(LOG_CHUNK_LINES, lines - from) }, (_, at) => from + at);
  return {
    ...{ generation: 1, from, carry: made.map(() => '') },
    lines: made.map((index) => ({ pos: index, at: 0, text: `line ${index}` })),
  };
};

async function opened(hash: string, opensAt: 'start' | 'end' = 'start') {
  let lines = LOG_CHUNK_LINES;
  const book = new LogBook(async (_, from) => chunkAt(from, lines));
  const went = { show: vi.fn<(line: number) => void>(), toEnd: vi.fn<() => void>() };
  const place = { atEnd: true, top: 0 };
  const around = vi.fn(async (_: number, pos: number) => chunkAt(pos, lines));
  book.setSummary(summary(lines));
  const given = { book, feed: { around } as never, named: parseHash(hash), opensAt, growing: false, ...went };
  const { result, rerender } = renderHook(() =>
    useTarget({ ...given, atEnd: () => place.atEnd, top: () => place.top }),
  );
  await act(async () => {});
  const read = async (count: number) => {
    lines = count;
    book.setSummary(summary(count));
    await act(async () => rerender());
  };
  return { ...went, result, read, around, place };
}

describe('a log that is still being read', () => {
  it.each(['#L4000', '#p3999'])('is gone to where %s is once that line is there', async (hash) => {
    const { show, read, result, around } = await opened(hash);
    await read(3_999);
    expect(show).not.toHaveBeenCalled();
    expect(result.current.lines).toBeNull();
    expect(around).not.toHaveBeenCalled();
    await read(4_000);
    expect(show.mock.calls).toEqual([[3_999]]);
    expect(result.current.lines).toEqual({ from: 3_999, to: 3_999 });
    await read(TOTAL);
    expect(show).toHaveBeenCalledTimes(1);
  });

  it('is gone to at its last line when the named one is not in it', async () => {
    const { show, read } = await opened('#L6000');
    await read(4_999);
    expect(show).not.toHaveBeenCalled();
    await read(TOTAL);
    expect(show.mock.calls).toEqual([[TOTAL - 1]]);
  });

  it('is left where somebody scrolled to meanwhile, with the line marked once it is there', async () => {
    const { show, read, result, place } = await opened('#p3999');
    place.top = 200;
    await read(TOTAL);
    expect(result.current.lines).toEqual({ from: 3_999, to: 3_999 });
    expect(show).not.toHaveBeenCalled();
  });

  it('opens at its end so far and goes on to its end, unless somebody has scrolled', async () => {
    const { toEnd, read } = await opened('', 'end');
    expect(toEnd).toHaveBeenCalledTimes(1);
    await read(4_000);
    expect(toEnd).toHaveBeenCalledTimes(1);
    await read(TOTAL);
    expect(toEnd).toHaveBeenCalledTimes(2);
    const other = await opened('', 'end');
    other.place.atEnd = false;
    await other.read(TOTAL);
    expect(other.toEnd).toHaveBeenCalledTimes(1);
  });
});
