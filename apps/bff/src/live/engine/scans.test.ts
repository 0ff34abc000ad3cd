import { randomUUID } from 'node:crypto';
import type { LogQuery } from '@flightdeck/api-client/model';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLogWorker } from '../../compose-logs.ts';
import { systemClock } from '../../ports/clock.ts';
import { LogFolder } from '../../testing/log-folder.ts';
import type { LogReader, SearchRequest, StoredReading } from '../log-store.ts';
import { ScriptedStep } from '../testing/scripted-step.ts';
import { memoryStore } from '../testing/stores.ts';
import { DiskLogs } from './disk-logs.ts';

const address = { server: 'ci', forgeRepoId: '1', path: 'a/b', ref: { number: 1, stage: 1, step: 1 } };
const { signal } = new AbortController();
const query = (q: string, more: Partial<LogQuery> = {}): LogQuery => ({
  ...{ q, matchCase: false, word: false, regex: false },
  ...more,
});
const most = { lines: 10_000, hits: 5, hitText: 30 };
const request = (what: LogQuery, more: Partial<SearchRequest> = {}): SearchRequest => ({
  ...{ query: what, from: 0, to: Number.MAX_SAFE_INTEGER, budget: 60_000, most },
  ...more,
});

let folder: LogFolder;
let shared: DiskLogs;
beforeAll(() => {
  folder = new LogFolder();
  shared = folder.engine();
});
const readings: StoredReading[] = [];
afterAll(() => {
  for (const reading of readings) reading.drop();
  folder.end();
});

/** The same log in a file and in memory. */
async function both(texts: readonly string[], engine = shared): Promise<[LogReader, LogReader]> {
  const step = new ScriptedStep();
  step.print(texts.map((out, pos) => ({ pos: pos * 3, out: `${out}\n`, time: pos })));
  step.finish('success', 1);
  step.storedBatch = 1_000;
  const source = {
    address: { ...address, path: randomUUID() },
    format: 'plain',
    startedAt: 1,
    finishedAt: 2,
  };
  const made: LogReader[] = [];
  for (const place of [engine, memoryStore().memory]) {
    const reading = await place.begin(source, () => {});
    await reading.take(step.client, signal, () => {});
    await reading.finish(false);
    made.push(reading.text);
    readings.push(reading);
  }
  return made as [LogReader, LogReader];
}

const lines = Array.from({ length: 3_000 }, (_, index) =>
  index % 7 === 0 ? `\u001b[31mErr\u001b[0mor ${index} in 模块 ünit\r` : `line ${index} is plain`,
);

describe('searching a log in files', () => {
  it.each([
    ['any case', query('error')],
    ['this case', query('Error', { matchCase: true })],
    ['a whole word', query('is', { word: true })],
    ['a part of a word', query('err', { word: true })],
    ['no letters', query('模块')],
    ['letters with another case beyond ASCII', query('ÜNIT')],
    ['what only looks like a pattern', query('.*')],
    ['a pattern', query('e.*or [0-9]*5 ', { regex: true })],
    ['a pattern at the end', query('ünit$', { regex: true })],
    ['every line', query('i')],
    ['across a line end', query('plain\nline')],
    ['nothing', query('zzz')],
  ])('%s: the same as in memory', async (_, what) => {
    const [file, memory] = await both(lines);
    expect(await file.search(request(what))).toEqual(await memory.search(request(what)));
    const range = request(what, { from: 1_000, to: 1_600 });
    expect(await file.search(range)).toEqual(await memory.search(range));
  });

  it('what is asked line by line is what is found, in any text', async () => {
    const piece = fc.constantFrom(
      'a',
      'A',
      'ab',
      ' ',
      '_',
      'ß',
      'K',
      '\u212a',
      'İ',
      'ı',
      'ſ',
      'I',
      's',
      '汉',
      '😀',
      '\u001b[1m',
      '.',
      '\r',
      'é',
    );
    const text = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''));
    const term = fc.array(fc.constantFrom('a', 'B', 'ß', '汉', '.', 'k', '_', 'i', 'S', 'ſ', 'É'), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { maxLength: 20 }),
        term,
        fc.boolean(),
        fc.boolean(),
        async (some, q, matchCase, word) => {
          const what = request(query(q.join(''), { matchCase, word }));
          const [file, memory] = await both(some);
          expect(await file.search(what)).toEqual(await memory.search(what));
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);

  it('goes on where its time was up: parts add up to the whole', async () => {
    const [file] = await both(lines);
    const parts = [];
    for (let from = 0; from < file.lines; from = parts.at(-1)?.scanned ?? from)
      parts.push(await file.search(request(query('error'), { from, budget: 0 })));
    expect(parts.length).toBeGreaterThan(3);
    const whole = await file.search(request(query('error')));
    expect(parts.reduce((sum, { total }) => sum + total, 0)).toBe(whole.total);
    expect(parts.flatMap(({ counts }) => counts)).toEqual(whole.counts);
    expect(parts.flatMap((part) => part.lines)).toEqual(whole.lines);
  });

  it('marks are the same too: commands, groups, and what looks wrong', async () => {
    const marked = [
      ...lines.slice(0, 600),
      '+ make all',
      '::group::Tests',
      '0 errors',
      'x: error: no',
      '::endgroup::',
      '##[group]Two',
      'a + b',
      'Terror',
    ];
    const [file, memory] = await both(marked);
    const { marks, scanned } = await file.marks(0, 60_000);
    expect(scanned).toBe(marked.length);
    expect({ marks, scanned }).toEqual(await memory.marks(0, 60_000));
    const last = marks.slice(-5);
    expect(last.map(({ index, kind, title }) => [index, kind, title])).toEqual([
      [600, 'command', 'make all'],
      [601, 'group', 'Tests'],
      [603, 'error', 'x: error: no'],
      [604, 'endgroup', ''],
      [605, 'group', 'Two'],
    ]);
    const shown = await file.read(600, 606);
    expect(last.map(({ at }) => at)).toEqual([0, 1, 3, 4, 5].map((place) => shown[place]?.line.at));
    expect(new Set(last.map(({ at }) => at)).size).toBeGreaterThan(1);
  });
});

describe('in threads of their own', () => {
  it('a log is read and searched; a pattern that never ends is ended, and nobody waits for it', async () => {
    const engine = new DiskLogs({
      ...{ files: folder.disk, clock: systemClock, cap: 1e9, search: { sliceMs: 60, atOnce: 1 } },
      start: () => startLogWorker(folder.folder),
    });
    const [file, memory] = await both([...lines, `${'a'.repeat(60)}!`], engine);
    expect(await file.search(request(query('error')))).toEqual(await memory.search(request(query('error'))));
    let turns = 0;
    const beat = setInterval(() => {
      turns += 1;
    }, 10);
    const evil = file.search(request(query('^(a+)+$', { regex: true })));
    const other = file.search(request(query('x', { regex: true })));
    await expect(other).rejects.toMatchObject({ code: 'overloaded' });
    expect((await file.search(request(query('plain')))).total).toBeGreaterThan(2_000);
    await expect(evil).rejects.toMatchObject({ code: 'pattern_too_slow' });
    clearInterval(beat);
    expect(turns).toBeGreaterThan(10);
    expect((await file.search(request(query('^line 1$|^line 1 ', { regex: true })))).total).toBe(1);
    await expect(file.search(request(query('(', { regex: true })))).rejects.toMatchObject({
      code: 'pattern_invalid',
    });
    engine.close();
  }, 60_000);
});
