import { LOG_CHUNK_LINES } from '@flightdeck/api-client/model';
import { describe, expect, it } from 'vitest';
import { Allowance, LogChunk } from './log-chunk.ts';

const colours = ['\u001b[31m', '', '\u001b[1m', '\u001b[0m', '', '\u001b[32m', '\u001b[39m'];
const lineAt = (index: number) => ({
  pos: index,
  at: index / 10,
  text: `${colours[index % 7]}line ${index}`,
});

function chunkOf(lines: number): LogChunk {
  const chunk = new LogChunk(0, '4');
  for (let index = 0; index < lines; index += 1) chunk.add(lineAt(index));
  return chunk;
}

const read = (chunk: LogChunk, from: number, to: number) => {
  const allowance = new Allowance();
  return Array.from({ length: to - from }, (_, index) => chunk.read(from + index, allowance));
};

describe('a chunk of lines', () => {
  it.each([
    ['that grows', LOG_CHUNK_LINES - 1],
    ['that is packed', LOG_CHUNK_LINES],
  ])('%s gives each line the same state, whichever lines are asked for', (_, count) => {
    const chunk = chunkOf(count);
    const all = read(chunk, 0, count);
    expect(all.slice(0, 4).map(({ carry }) => carry)).toEqual(['4', '4;31', '4;31', '1;4;31']);
    expect(all[4]?.carry).toBe('');
    for (const from of [1, 3, 7, 100, count - 1]) expect(read(chunk, from, count)).toEqual(all.slice(from));
  });

  it('gives the same lines before and after it is packed', () => {
    const chunk = chunkOf(LOG_CHUNK_LINES - 1);
    const before = read(chunk, 500, LOG_CHUNK_LINES - 1);
    chunk.add(lineAt(LOG_CHUNK_LINES - 1));
    const after = read(chunk, 500, LOG_CHUNK_LINES - 1);
    expect(after.map(({ line, carry }) => [line.pos, line.text, carry])).toEqual(
      before.map(({ line, carry }) => [line.pos, line.text, carry]),
    );
  });
});

describe('what an answer shows of long lines', () => {
  const shown = (text: string, allowance = new Allowance()) => allowance.toLogLine({ pos: 0, at: 0, text });

  it('is their beginning, without half a character, and the number of the others', () => {
    expect(shown('x'.repeat(65_536))).toEqual({ pos: 0, at: 0, text: 'x'.repeat(65_536) });
    expect(shown(`${'x'.repeat(65_536)}\r`).more).toBeUndefined();
    expect(shown('x'.repeat(70_000))).toMatchObject({ text: 'x'.repeat(65_536), more: 4_464 });
    const paired = shown(`x${'😀'.repeat(40_000)}`);
    expect([paired.text.length, paired.more, /\p{Cs}/u.test(paired.text)]).toEqual([65_535, 14_466, false]);
  });

  it('is little of each when all of them are long: an answer stays some megabytes', () => {
    const allowance = new Allowance();
    const long = Buffer.alloc(1_000_000, 'x').toString();
    const lines = Array.from({ length: LOG_CHUNK_LINES }, () => shown(long, allowance));
    expect(lines.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(2_700_000);
    expect(lines[0]?.text).toHaveLength(65_536);
    expect(lines.at(-1)).toMatchObject({ text: 'x'.repeat(1_024), more: 1_000_000 - 1_024 });
    expect(shown('short', allowance)).toEqual({ pos: 0, at: 0, text: 'short' });
  });
});
