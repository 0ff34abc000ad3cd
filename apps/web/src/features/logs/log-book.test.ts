import { LOG_CHUNK_LINES, type LogChunk, type LogSummary } from '@flightdeck/api-client/model';
import { describe, expect, it, vi } from 'vitest';
import { parseHash, toHash } from './address.ts';
import { LogBook } from './log-book.ts';

const summary = (lines: number, generation = 1): LogSummary => ({
  state: 'live',
  generation,
  lines,
  bytes: 0,
  firstPos: 0,
  lastPos: null,
  gaps: [],
  limitBytes: null,
  widest: 0,
  indexed: false,
});
const lines = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ pos: (from + i) * 2, at: 0, text: `line ${from + i}` }));
const chunk = (from: number, count: number, generation = 1): LogChunk => ({
  generation,
  from,
  lines: lines(from, count),
  carry: Array.from({ length: count }, () => ''),
});
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('features/logs/log-book', () => {
  it('fetches the chunk of a line that is looked at, once', async () => {
    const load = vi.fn(async (_: number, from: number) => chunk(from, LOG_CHUNK_LINES));
    const book = new LogBook(load);
    book.setSummary(summary(5_000));
    expect(book.line(1_000)).toBeUndefined();
    book.line(1_001);
    await settle();
    expect(load).toHaveBeenCalledTimes(1);
    expect(book.line(1_000)?.text).toBe('line 1000');
  });
  it('appends live lines and lets an open line grow', () => {
    const book = new LogBook(async () => chunk(0, 0));
    book.setSummary(summary(0));
    book.append(1, 0, lines(0, 3));
    book.append(1, 2, [{ pos: 4, at: 0, text: 'line 2 and more' }]);
    expect(book.count).toBe(3);
    expect(book.line(2)?.text).toBe('line 2 and more');
    expect(book.cursor).toEqual({ generation: 1, after: 4 });
  });
  it('carries colour over live lines', () => {
    const book = new LogBook(async () => chunk(0, 0));
    book.setSummary(summary(0));
    book.append(1, 0, [{ pos: 0, at: 0, text: '\u001b[31mred' }]);
    book.append(1, 1, [{ pos: 1, at: 0, text: 'still' }]);
    expect(book.line(1)?.carry).toBe('38;5;1');
  });
  it('drops everything of an old generation, also what arrives late', async () => {
    let answer: (c: LogChunk) => void = () => {};
    const book = new LogBook(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    book.setSummary(summary(600));
    book.append(1, 0, lines(0, 10));
    book.line(599);
    book.setSummary(summary(20, 2));
    answer(chunk(512, 88, 1));
    await settle();
    expect(book.line(3)).toBeUndefined();
    book.append(1, 0, lines(0, 5));
    expect(book.line(3)).toBeUndefined();
  });
  it('keeps live lines that came while their chunk was under way', async () => {
    let answer: (c: LogChunk) => void = () => {};
    const book = new LogBook(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    book.setSummary(summary(514));
    book.line(513);
    book.append(1, 512, lines(512, 4));
    answer(chunk(512, 2));
    await settle();
    expect(book.line(512)?.text).toBe('line 512');
    expect(book.count).toBe(516);
  });
  it('asks again for a chunk that failed, not at once', async () => {
    let time = 0;
    const load = vi.fn(async (): Promise<LogChunk> => {
      throw new Error('cut');
    });
    const book = new LogBook(load, () => time);
    book.setSummary(summary(10));
    book.line(0);
    await settle();
    book.line(0);
    expect(load).toHaveBeenCalledTimes(1);
    time = 3_000;
    book.line(0);
    expect(load).toHaveBeenCalledTimes(2);
  });
  it('finds a line by the position of its first record', async () => {
    const book = new LogBook(async () => chunk(0, 0));
    book.setSummary(summary(1_000));
    expect(await book.indexOf(async () => chunk(512, 400), 1_101)).toBe(550);
  });
});

describe('features/logs/address', () => {
  it.each([
    ['#p120', 'pos', 120, 120],
    ['p120-p140', 'pos', 120, 140],
    ['#p140-p120', 'pos', 120, 140],
    ['#L7', 'line', 7, 7],
    ['#p1-5', 'pos', 1, 5],
  ])('%s', (hash, by, from, to) => {
    expect(parseHash(hash)).toEqual({ by, range: { from, to } });
  });
  it.each(['', '#x', '#p', '#p1-', '#p99999999999', '#p1<script>'])('%j is no range', (hash) =>
    expect(parseHash(hash)).toBeNull(),
  );
  it('writes what it reads', () =>
    expect(parseHash(toHash({ from: 3, to: 9 }))?.range).toEqual({ from: 3, to: 9 }));
});
