import { describe, expect, it } from 'vitest';
import type { LogRecord } from '../ports/ci-server.ts';
import { LiveText } from './live-text.ts';
import { SHOWN_CHARACTERS } from './log-chunk.ts';
import type { LogText } from './log-text.ts';
import { recorded, recordedLogs, recordedTail } from './testing/recorded.ts';
import { naiveLines } from './testing/reference-lines.ts';
import { textOf } from './testing/stores.ts';

function read(records: readonly LogRecord[], batch = 1_000): LiveText<LogText> {
  const live = new LiveText(textOf(1));
  for (let from = 0; from < records.length; from += batch)
    live.take(records.slice(from, from + batch), 'head', 'slow');
  return live;
}

async function linesOf(live: LiveText<LogText>): Promise<{ pos: number; text: string }[]> {
  const read = await live.text.read(0, live.text.lines);
  return read.map(({ line: { pos, text } }) => ({ pos, text }));
}

/** A very long line is shown in part. */
const asShown = (records: readonly LogRecord[]) =>
  naiveLines(records).map(({ pos, text }) => ({ pos, text: text.slice(0, SHOWN_CHARACTERS) }));

const tails = [
  '02-log-compile',
  '02-log-compile-second-viewer',
  '04-log-live-odd',
  '09-log-server-restart',
  '09-log-runner-killed',
  '12-log-cancelled-step',
  '12-log-private-as-linus',
  '13-log-late-viewer',
];
const files = ['02-push-and-live-log', '04-failures-and-odd-logs', '09-faults', '12-approval-and-edges'];

describe('recorded live logs', () => {
  it.each(tails)('%s gives lines, whatever the batches', async (name) => {
    const { records } = recordedTail(name);
    expect(records.length).toBeGreaterThan(0);
    const lines = await linesOf(read(records));
    expect(lines).toEqual(asShown(records));
    expect(await linesOf(read(records, 1))).toEqual(lines);
  });

  it('one push: the compile step, line by line', async () => {
    const { records, eof } = recordedTail('02-log-compile');
    expect(eof).toBe(true);
    expect((await linesOf(read(records))).map(({ text }) => text)).toEqual([
      '+ echo compiling',
      'compiling',
      expect.stringMatching(/^\+ for i in/),
      ...[1, 2, 3, 4, 5, 6].map((unit) => `unit ${unit} of 6`),
    ]);
  });

  it('a server restart breaks the stream without an end; the stored log has what was never sent', async () => {
    const { records, eof } = recordedTail('09-log-server-restart');
    expect(eof).toBe(false);
    expect(recordedTail('09-log-after-restart')).toEqual({ records: [], eof: true });
    const stored = recordedLogs('09-faults').get('/api/repos/acme/checkout/builds/14/logs/1/2') ?? [];
    expect(stored.slice(0, records.length).map(({ out }) => out)).toEqual(records.map(({ out }) => out));
    expect(stored.length - records.length).toBe(3);
    const live = await linesOf(read(records));
    expect((await linesOf(read(stored))).slice(0, live.length)).toEqual(live);
  });

  it('a viewer who comes after 12,000 lines is told what is missing', async () => {
    const { records } = recordedTail('13-log-late-viewer');
    const live = new LiveText(textOf(1));
    live.take(records, 'history', 'slow');
    expect(live.gaps[0]).toEqual({ beforeLine: 0, after: -1, before: 7004, reason: 'history' });
    expect(live.lastPos).toBe(12_505);
  });
});

describe('recorded stored logs', () => {
  it.each(files)('all of %s', async (name) => {
    const logs = recordedLogs(name);
    expect(logs.size).toBeGreaterThan(0);
    for (const records of logs.values()) {
      const live = read(records, 7);
      expect(await linesOf(live)).toEqual(asShown(records));
      const printed: Buffer[] = [];
      for await (const part of live.text.printed()) printed.push(part);
      expect(Buffer.concat(printed).toString()).toBe(records.map(({ out }) => out).join(''));
    }
  });

  it('a record is not a line: 700 records of a burst', async () => {
    const { records } = recorded('08-log-split-records') as { records: LogRecord[] };
    const lines = await linesOf(read(records));
    const numbered = lines.slice(1).map(({ text }) => Number(text.slice(0, 6)));
    // The generator numbers its lines: none is torn, doubled or missing although records are.
    expect(numbered).toEqual(numbered.map((_, index) => index + 1));
    expect(lines.length).toBeLessThan(records.length);
    expect(
      lines.some(({ text }, index) => index > 0 && index < lines.length - 1 && !text.endsWith('-O2 -g')),
    ).toBe(false);
    const coloured = /\u001b\[32mok\u001b\[0m compile/;
    expect(lines.slice(1, -1).every(({ text }) => coloured.test(text))).toBe(true);
  });

  it('what is left at the size limit: the head is a gap, and its position is the first record kept', async () => {
    const { first, last } = recorded('08-log-cut-at-5-mib') as { first: LogRecord[]; last: LogRecord[] };
    const live = read(first);
    expect(live.gaps).toEqual([{ beforeLine: 0, after: -1, before: 15_720, reason: 'head' }]);
    const lines = await linesOf(live);
    expect(lines[0]).toMatchObject({ pos: 15_720, text: expect.stringMatching(/^015609 /) });
    expect(lines).toHaveLength(first.filter(({ out }) => out.includes('\n')).length);
    expect(last.at(-1)).toEqual({ pos: 100_728, out: '', time: 0 });
    expect((await linesOf(read(last))).at(-1)).toMatchObject({
      pos: 100_727,
      text: expect.stringMatching(/^100000 /),
    });
  });

  it('control characters, invalid bytes and a very long line come through', async () => {
    const logs = recordedLogs('04-failures-and-odd-logs');
    const texts: string[] = [];
    for (const records of logs.values())
      for (const { line } of await read(records).text.read(0, 100_000)) texts.push(line.text);
    const long = recordedTail('04-log-live-odd');
    const shown = await read(long.records).text.read(2, 3);
    expect(shown[0]?.line).toMatchObject({ pos: 2, more: 300_000 - SHOWN_CHARACTERS });
    expect(texts).toContain('one');
    expect(texts.some((text) => text.includes('\ufffd'))).toBe(true);
  });
});
