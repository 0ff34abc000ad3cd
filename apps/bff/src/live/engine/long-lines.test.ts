import { createHash } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { startLogWorker } from '../../compose-logs.ts';
import type { LogRecord } from '../../ports/ci-server.ts';
import { systemClock } from '../../ports/clock.ts';
import { LogFolder } from '../../testing/log-folder.ts';
import { htmlOf } from '../log-html.ts';
import { ScriptedStep } from '../testing/scripted-step.ts';
import { DiskLogs } from './disk-logs.ts';

const MB = 1_000_000;
const folder = new LogFolder();
const engine = new DiskLogs({
  ...{ files: folder.disk, clock: systemClock, cap: 1e9, search: { sliceMs: 2_000, atOnce: 4 } },
  start: () => startLogWorker(folder.folder),
});
afterAll(() => {
  engine.close();
  folder.end();
});

const { signal } = new AbortController();
const query = (q: string) => ({
  query: { q, matchCase: true, word: false, regex: false },
  ...{ from: 0, to: Number.MAX_SAFE_INTEGER, budget: 60_000 },
  most: { lines: 100, hits: 5, hitText: 30 },
});

/** One line of 10 MB each, of a kind that once was dear: letters, colours, characters of more bytes, overwriting. */
const longLines: Record<string, string> = {
  letters: 'abcdefghij'.repeat(MB),
  colours: '\u001b[1;38;5;208mx'.repeat(MB / 1.5),
  characters: '日志😀'.repeat(MB),
  overwriting: 'progress 10 %\r'.repeat(MB / 1.4),
  sequences: '\u001b['.repeat(5 * MB),
  titles: `\u001b]0;${'t'.repeat(10 * MB)}`,
};

/** In one record, or in as many as a server that cuts would make. */
const recordsOf = (text: string, size: number): LogRecord[] =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, pos) => ({
    ...{ pos, time: 1 },
    out: text.slice(pos * size, (pos + 1) * size),
  }));

/** Bytes and their sum, without holding them. */
async function summed(parts: AsyncIterable<Uint8Array>) {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const part of parts) {
    hash.update(part);
    bytes += part.length;
  }
  return { bytes, sum: hash.digest('hex') };
}

describe('a line of 10 MB, read in a thread whose memory is bounded', () => {
  it.each(
    Object.entries(longLines).flatMap(([kind, line]) => [
      // A runner of Drone keeps no more of a step, hence in a record; written as JSON it can be six times that.
      { kind, line, how: 'in records as long as they get', size: 5 * 1024 * 1024 },
      { kind, line, how: 'in many', size: 65_536 },
    ]),
  )(
    'of $kind, $how: kept to the byte, shown in part, found behind its shown part',
    async ({ kind, line, how, size }) => {
      const text = `before\n${line} and ends\nbehind\n`;
      const step = new ScriptedStep();
      step.print(recordsOf(text, size));
      step.finish('success', 1);
      const ref = { number: 1, stage: 1, step: 1 };
      const address = { server: 'ci', forgeRepoId: '1', path: `${kind}/${how}`, ref };
      const source = { address, format: 'plain', startedAt: 1, finishedAt: 2 };
      const reading = await engine.begin(source, () => {});
      await reading.take(step.client, signal, () => {});
      await reading.finish(false);
      const log = reading.text;

      expect(log.lines).toBe(3);
      const shown = await log.read(0, 3);
      expect([shown[0]?.line.text, shown[2]?.line.text]).toEqual(['before', 'behind']);
      expect(shown[1]?.line.text.length).toBeLessThanOrEqual(65_536);
      expect(shown[1]?.line.more).toBeGreaterThan(0);
      expect((await log.search(query('nd ends'))).total).toBe(1);
      expect((await log.search(query('behind'))).total).toBe(1);
      const { bytes, sum } = await summed(log.printed());
      expect([bytes, sum]).toEqual([
        Buffer.byteLength(text),
        createHash('sha256').update(text).digest('hex'),
      ]);
      expect((await summed(htmlOf(log.printed(), 'x'))).bytes).toBeGreaterThan(0);
      reading.drop();
    },
  );
});
