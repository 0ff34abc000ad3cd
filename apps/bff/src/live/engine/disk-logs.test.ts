import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogRecord } from '../../ports/ci-server.ts';
import type { LogFiles } from '../../ports/log-files.ts';
import { fullAfter, LogFolder } from '../../testing/log-folder.ts';
import { type LogReader, NoRoom, type StoredReading, type StoredSource } from '../log-store.ts';
import { recordsArbitrary } from '../testing/log-arbitraries.ts';
import { naiveLines } from '../testing/reference-lines.ts';
import { ScriptedStep } from '../testing/scripted-step.ts';
import { memoryStore } from '../testing/stores.ts';
import type { DiskLogs } from './disk-logs.ts';

const address = { server: 'ci', forgeRepoId: '1', path: 'a/b', ref: { number: 1, stage: 1, step: 1 } };
const source: StoredSource = { address, format: 'plain', startedAt: 1, finishedAt: 2 };
const { signal } = new AbortController();

let folder: LogFolder;
beforeEach(() => {
  folder = new LogFolder();
});
const readings: StoredReading[] = [];
afterEach(() => {
  for (const reading of readings.splice(0)) reading.drop();
  folder.end();
});

function stepOf(records: LogRecord[]): ScriptedStep {
  const step = new ScriptedStep();
  step.print(records);
  step.finish('success', 1);
  return step;
}

const linesOf = (count: number, width = 20): LogRecord[] =>
  Array.from({ length: count }, (_, pos) => ({
    pos,
    out: `\u001b[3${pos % 8}mline ${pos} ${'x'.repeat(width)}\n`,
    time: Math.floor(pos / 10),
  }));

/** Reads a log into files: all of it, whatever breaks off in between. */
async function keep(engine: DiskLogs, step: ScriptedStep, of = source, damaged = () => {}) {
  const reading = await engine.begin(of, damaged);
  for (let tries = 0; ; tries += 1) {
    try {
      await reading.take(step.client, signal, () => {});
      break;
    } catch (error) {
      if (error instanceof NoRoom || tries > 5) throw error;
    }
  }
  await reading.finish(false);
  readings.push(reading);
  return reading;
}

/** Half of a pair that lost its other half with the head is no character in a file. */
const whole = (text: string): string => Buffer.from(text).toString();

async function all(text: LogReader) {
  const read = await text.read(0, text.lines);
  return read.map(({ line, carry }) => ({ pos: line.pos, text: whole(line.text), at: line.at, carry }));
}

async function printed(text: LogReader): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of text.printed()) parts.push(part);
  return Buffer.concat(parts).toString();
}

const files = () => readdirSync(folder.folder).map((name) => join(folder.folder, name));

describe('a stored log in files', () => {
  it('is line by line what memory would hold, however it was cut and whatever broke off, also after a restart', async () => {
    const memory = memoryStore().memory;
    let number = 0;
    await fc.assert(
      fc.asyncProperty(
        recordsArbitrary,
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.nat({ max: 60 }), { maxLength: 3 }),
        fc.integer({ min: 1, max: 50 }),
        fc.nat({ max: 40 }),
        async (records, byteCut, storedCuts, storedBatch, dropped) => {
          number += 1;
          const of = { ...source, startedAt: number };
          // As a server that has dropped the oldest ones.
          const kept = records.slice(Math.min(dropped, records.length));
          const step = stepOf(kept);
          Object.assign(step, { byteCut, storedBatch, storedCuts: [...storedCuts] });
          const reading = await keep(folder.engine(), step, of);
          const expected = await memory.begin(of, () => {});
          await expected.take(stepOf(kept).client, signal, () => {});
          const found = await folder.engine().find(of, () => {});
          expect(found?.text.lines).toBe(reading.text.lines);
          for (const text of [reading.text, found?.text ?? reading.text]) {
            expect(await all(text)).toEqual(await all(expected.text));
            expect((await all(text)).map(({ pos, text: words }) => ({ pos, text: words }))).toEqual(
              naiveLines(kept).map((line) => ({ ...line, text: whole(line.text) })),
            );
            expect(await printed(text)).toBe(await printed(expected.text));
            for (const key of ['bytes', 'firstPos', 'lastPos', 'lines', 'generation'] as const)
              expect([key, text[key]]).toEqual([key, expected.text[key]]);
            for (const pos of [0, 3, 17, 1_000]) {
              expect(await text.indexFrom(pos)).toBe(await expected.text.indexFrom(pos));
              expect(await text.indexAround(pos)).toBe(await expected.text.indexAround(pos));
            }
          }
          expect(reading.gaps).toEqual(expected.gaps);
          reading.drop();
          found?.drop();
        },
      ),
      { numRuns: Number(process.env.FLIGHTDECK_PROPERTY_RUNS ?? 60) },
    );
  }, 120_000);

  it('gives any lines of many blocks, each with the colours carried into it', async () => {
    const reading = await keep(folder.engine(), stepOf(linesOf(5_000)));
    expect(reading.text.lines).toBe(5_000);
    for (const [from, to] of [
      [0, 3],
      [510, 515],
      [1_023, 2_049],
      [4_990, 9_999],
    ] as const) {
      const read = await reading.text.read(from, to);
      expect(read.map(({ line }) => line.pos)).toEqual(
        Array.from({ length: Math.min(to, 5_000) - from }, (_, index) => from + index),
      );
      for (const { line, carry } of read)
        expect(carry).toBe(line.pos === 0 ? '' : String(30 + ((line.pos - 1) % 8)));
    }
    expect(await reading.text.indexAround(4_321)).toBe(4_321);
  });

  it('a line of 10 MB is kept whole and shown in part; lines around it are where they belong', async () => {
    const long = 'y'.repeat(10_000_000);
    const records = [
      { pos: 0, out: 'before\n', time: 0 },
      { pos: 1, out: `${long}\n`, time: 1 },
      { pos: 2, out: 'after', time: 2 },
    ];
    const { text } = await keep(folder.engine(), stepOf(records));
    expect((await text.read(1, 3)).map(({ line }) => [line.text.length, line.more])).toEqual([
      [65_536, 10_000_000 - 65_536],
      [5, undefined],
    ]);
    expect((await printed(text)).length).toBe(10_000_000 + 13);
  });

  it('is kept over a restart, and is another one when the step ran at another time', async () => {
    const step = stepOf(linesOf(2_000));
    await keep(folder.engine(), step);
    const again = folder.engine();
    expect(await again.find({ ...source, startedAt: 5 }, () => {})).toBeNull();
    const kept = await again.find(source, () => {});
    expect(kept?.text.lines).toBe(2_000);
    expect(step.calls.stored).toBe(1);
    kept?.text.forget?.();
    expect(await again.find(source, () => {})).toBeNull();
    await expect.poll(files).toEqual([]);
  });

  it('that was never read to its end is not one', async () => {
    const step = stepOf(linesOf(3_000));
    Object.assign(step, { storedCuts: [1_500], storedBatch: 100 });
    const engine = folder.engine();
    const reading = await engine.begin(source, () => {});
    await expect(reading.take(step.client, signal, () => {})).rejects.toThrow('broke off');
    expect(await folder.engine().find(source, () => {})).toBeNull();
    reading.drop();
    await expect.poll(files).toEqual([]);
  });

  it('with any byte changed or missing is read anew, and never shown otherwise', async () => {
    const records = linesOf(1_500);
    await keep(folder.engine(), stepOf(records));
    const [path = ''] = files();
    const whole = readFileSync(path);
    const expected = (await printed((await folder.engine().find(source, () => {}))?.text as LogReader))
      .length;
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, change, cut) => {
          const other = new LogFolder();
          const copy = join(other.folder, basename(path));
          const bytes = Buffer.from(whole);
          bytes[at] = (bytes[at] as number) ^ change;
          writeFileSync(copy, bytes);
          if (cut) truncateSync(copy, at);
          let damaged = false;
          const kept = await other.engine().find(source, () => {
            damaged = true;
          });
          if (kept) {
            // What is read is right, or it is said that it is not.
            const text = await printed(kept.text).catch(() => null);
            if (text !== null) expect(text.length).toBe(expected);
            else expect(damaged).toBe(true);
            const request = {
              query: { q: 'line 7', matchCase: true, word: false, regex: false },
              from: 0,
              to: 9_999,
              budget: 9_999,
            };
            const found = await kept.text
              .search({ ...request, most: { lines: 0, hits: 0, hitText: 0 } })
              .catch(() => null);
            if (found) expect(found.total).toBe(111);
            else expect(damaged).toBe(true);
            kept.drop();
          }
          other.end();
        },
      ),
      { numRuns: 80 },
    );
  }, 60_000);
});

describe('the folder', () => {
  it('keeps to its size: logs used longest ago go, those in use stay', async () => {
    const engine = folder.engine({ cap: 400_000 });
    const kept = [];
    for (let number = 0; number < 6; number += 1) {
      const reading = await keep(engine, stepOf(linesOf(1_000, 60)), { ...source, startedAt: number });
      kept.push(reading);
      if (number !== 1) reading.drop();
    }
    expect(engine.bytes).toBeLessThanOrEqual(400_000);
    await expect
      .poll(() => files().reduce((sum, path) => sum + statSync(path).size, 0))
      .toBeLessThanOrEqual(420_000);
    expect(await engine.find({ ...source, startedAt: 0 }, () => {})).toBeNull();
    expect((await engine.find({ ...source, startedAt: 1 }, () => {}))?.text.lines).toBe(1_000);
    expect((await engine.find({ ...source, startedAt: 5 }, () => {}))?.text.lines).toBe(1_000);
  });

  it('says that there is no room when one log alone is too large, or the disk is full, or the folder cannot be used', async () => {
    const step = () => stepOf(linesOf(20_000));
    await expect(keep(folder.engine({ cap: 100_000 }), step())).rejects.toBeInstanceOf(NoRoom);
    for (const after of [0, 100, 50_000]) {
      const engine = folder.engine({ files: fullAfter(folder.disk, after) });
      await expect(keep(engine, step())).rejects.toBeInstanceOf(NoRoom);
    }
    const gone: LogFiles = { ...folder.disk, list: () => Promise.reject(new Error('EACCES')) };
    await expect(keep(folder.engine({ files: gone }), step())).rejects.toBeInstanceOf(NoRoom);
    expect(await folder.engine({ files: gone }).find(source, () => {})).toBeNull();
  });

  it('a thread that dies takes its reading with it, and the next one gets another thread', async () => {
    let ends: (() => void)[] = [];
    const { startInThread } = await import('../../testing/log-folder.ts');
    const { DiskLogs } = await import('./disk-logs.ts');
    const { systemClock } = await import('../../ports/clock.ts');
    const engine = new DiskLogs({
      ...{ files: folder.disk, clock: systemClock, cap: 1e9, search: { sliceMs: 1_000, atOnce: 1 } },
      start: () => {
        const thread = startInThread(folder.disk);
        ends.push(() => thread.end());
        return thread;
      },
    });
    const reading = await engine.begin(source, () => {});
    const taking = reading.take(stepOf(linesOf(20_000)).client, signal, () => {
      for (const end of ends) end();
      ends = [];
    });
    await expect(taking).rejects.toBeInstanceOf(NoRoom);
    reading.drop();
    expect((await keep(engine, stepOf(linesOf(10)))).text.lines).toBe(10);
    engine.close();
  });
});
