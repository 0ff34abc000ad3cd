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
/** A live message: lines with the colours carried into them. */
const live = (from: number, count: number, generation = 1, carry = ''): LogChunk => ({
  ...chunk(from, count, generation),
  carry: Array.from({ length: count }, () => carry),
});
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('features/logs/log-book', () => {
  it('fetches the chunk of a line that is looked at, once', async () => {
    const load = vi.fn(async (_: number, from: number) => chunk(from, LOG_CHUNK_LINES));
    const book = new LogBook(load);
    book.setSummary(summary(5_000));
    expect(book.line(200)).toBeUndefined();
    book.line(201);
    await settle();
    expect(load.mock.calls.filter(([, from]) => from === 0)).toHaveLength(1);
    expect(book.line(200)?.text).toBe('line 200');
  });
  it.each([
    [100, [0, 512]],
    [600, [512, 0, 1_024]],
    [1_000, [512, 1_024, 0]],
    [4_999, [4_608, 4_096]],
  ])('looking at line %i fetches %j: who scrolls on finds lines there', async (index, asked) => {
    const load = vi.fn(async (_: number, from: number) =>
      chunk(from, Math.min(LOG_CHUNK_LINES, 5_000 - from)),
    );
    const book = new LogBook(load);
    book.setSummary(summary(5_000));
    for (let looks = 0; looks < 3; looks += 1) {
      book.line(index);
      await settle();
    }
    expect(load.mock.calls.map(([, from]) => from)).toEqual(asked);
  });
  it('appends live lines and lets an open line grow', () => {
    const book = new LogBook(async () => chunk(0, 0));
    book.setSummary(summary(0));
    book.append(live(0, 3));
    book.append({ ...live(2, 1), lines: [{ pos: 4, at: 0, text: 'line 2 and more' }] });
    expect(book.count).toBe(3);
    expect(book.line(2)?.text).toBe('line 2 and more');
    expect(book.cursor).toEqual({ generation: 1, after: 4 });
  });
  it('takes the colours that live lines are told to begin with', () => {
    const book = new LogBook(async () => chunk(0, 0));
    book.setSummary(summary(0));
    book.append(live(0, 1));
    book.append(live(1, 1, 1, '38;5;1'));
    expect(book.line(1)?.carry).toBe('38;5;1');
  });
  it('shows who comes late the live end at once, and fetches what was skipped when it is looked at', async () => {
    const load = vi.fn(async (_: number, from: number) => ({
      ...chunk(from, LOG_CHUNK_LINES),
      carry: Array.from({ length: LOG_CHUNK_LINES }, () => '38;5;2'),
    }));
    const book = new LogBook(load);
    book.setSummary(summary(5_000));
    book.append(live(4_096, 300, 1, '38;5;3'));
    book.append(live(4_396, 604, 1, '38;5;3'));
    expect(book.count).toBe(5_000);
    expect(book.line(4_999)).toMatchObject({ text: 'line 4999', carry: '38;5;3' });
    expect(book.cursor).toEqual({ generation: 1, after: 9_998 });
    expect(load).not.toHaveBeenCalled();
    book.line(2_000);
    await settle();
    expect(load.mock.calls[0]).toEqual([1, 1_536]);
    expect(book.line(2_000)).toMatchObject({ text: 'line 2000', carry: '38;5;2' });
  });
  it('asks once more for a chunk that live lines have passed while it was under way', async () => {
    const answers: ((c: LogChunk) => void)[] = [];
    const load = vi.fn(() => new Promise<LogChunk>((resolve) => answers.push(resolve)));
    const book = new LogBook(load);
    book.setSummary(summary(18));
    book.line(8);
    book.append(live(13, 10));
    answers[0]?.(chunk(0, 14));
    await settle();
    expect(book.line(13)?.text).toBe('line 13');
    expect(load).toHaveBeenCalledTimes(2);
    answers[1]?.(chunk(0, 23));
    await settle();
    expect(book.line(22)?.text).toBe('line 22');
    expect(load).toHaveBeenCalledTimes(2);
  });
  it('keeps the longer form of a line that was still open when its chunk was read', async () => {
    let answer: (c: LogChunk) => void = () => {};
    const book = new LogBook(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    book.setSummary(summary(1));
    book.line(0);
    book.append({ ...live(0, 1), lines: [{ pos: 0, at: 0, text: 'begun and ended' }] });
    answer({ ...chunk(0, 1), lines: [{ pos: 0, at: 0, text: 'begun' }] });
    await settle();
    expect(book.line(0)?.text).toBe('begun and ended');
  });
  it('copies a range over chunks, each fetched once', async () => {
    const load = vi.fn(async (_: number, from: number) => chunk(from, LOG_CHUNK_LINES));
    const book = new LogBook(load);
    book.setSummary(summary(2_000));
    const range = await book.range(500, 1_100);
    expect(range.map((line) => line.text)).toEqual(lines(500, 601).map((line) => line.text));
    expect(load.mock.calls.map(([, from]) => from)).toEqual([0, 512, 1_024]);
  });
  it('knows the link that is open where a line begins, also over chunks, and not for ever', async () => {
    const opens = '\u001b]8;;https://a.test\u001b\\see';
    const load = async (_: number, from: number) => {
      const whole = chunk(from, LOG_CHUNK_LINES);
      const texts = new Map([
        [510, opens],
        [513, 'here\u001b]8;;\u001b\\ and on'],
        [600, opens],
      ]);
      return {
        ...whole,
        lines: whole.lines.map((line, i) => ({ ...line, text: texts.get(from + i) ?? line.text })),
      };
    };
    const book = new LogBook(load);
    book.setSummary(summary(2_000));
    await book.range(0, 1_000);
    expect([510, 511, 512, 513, 514].map((index) => book.linkInto(index))).toEqual([
      null,
      'https://a.test/',
      'https://a.test/',
      'https://a.test/',
      null,
    ]);
    expect([620, 621].map((index) => book.linkInto(index))).toEqual(['https://a.test/', null]);
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
    book.append(live(0, 10));
    book.line(599);
    book.setSummary(summary(20, 2));
    answer(chunk(512, 88, 1));
    await settle();
    expect(book.line(3)).toBeUndefined();
    book.append(live(0, 5));
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
    book.setSummary(summary(2));
    book.line(1);
    book.append(live(0, 4));
    answer(chunk(0, 2));
    await settle();
    expect(book.line(2)?.text).toBe('line 2');
    expect(book.count).toBe(4);
  });
  it('asks again for a chunk that failed, not at once', async () => {
    const due: (() => void)[] = [];
    const load = vi.fn(async (): Promise<LogChunk> => {
      throw new Error('cut');
    });
    const book = new LogBook(load, (task) => due.push(task));
    const seen = vi.fn();
    book.setSummary(summary(10));
    book.subscribe(seen);
    book.line(0);
    await settle();
    book.line(0);
    expect(load).toHaveBeenCalledTimes(1);
    seen.mockClear();
    due[0]?.();
    expect(seen).toHaveBeenCalledTimes(1);
    book.line(0);
    expect(load).toHaveBeenCalledTimes(2);
  });
  it.each([
    ['of another generation', chunk(0, 10, 2)],
    ['without lines', chunk(0, 0)],
    ['shorter than was counted', chunk(0, 4)],
  ])('does not ask in a circle for a chunk %s', async (_, answer) => {
    const load = vi.fn(async () => answer);
    const book = new LogBook(load, () => {});
    book.setSummary(summary(10));
    book.subscribe(() => book.line(9));
    book.line(9);
    await settle();
    await settle();
    expect(load).toHaveBeenCalledTimes(1);
  });
  it.each([
    ['32 chunks', 40, 10, 32],
    ['16 million characters, but never fewer than 4 chunks', 12, 3_000, 10],
    ['4 chunks of very long lines', 12, 60_000, 4],
  ])('keeps %s: what was looked at last', async (_, looked, long, kept) => {
    const load = vi.fn(async (_: number, from: number) => ({
      ...chunk(from, LOG_CHUNK_LINES),
      lines: lines(from, LOG_CHUNK_LINES).map((line) => ({ ...line, text: 'x'.repeat(long) })),
    }));
    const book = new LogBook(load);
    const total = looked * LOG_CHUNK_LINES;
    book.setSummary(summary(total));
    await book.range(0, total - 1);
    expect(load).toHaveBeenCalledTimes(looked);
    load.mockClear();
    await book.range(total - kept * LOG_CHUNK_LINES, total - 1);
    expect(load).not.toHaveBeenCalled();
    await book.range(total - (kept + 1) * LOG_CHUNK_LINES, total - kept * LOG_CHUNK_LINES - 1);
    expect(load).toHaveBeenCalledTimes(1);
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
