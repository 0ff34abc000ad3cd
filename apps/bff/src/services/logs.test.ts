import { beforeEach, describe, expect, it } from 'vitest';
import { createInProcessBus } from '../adapters/bus/in-process.ts';
import { Failure } from '../domain/failure.ts';
import { createLogStore } from '../live/create-log-store.ts';
import { silentMeter } from '../live/live-meter.ts';
import { LogHub } from '../live/log-hub.ts';
import { STORED_GENERATION } from '../live/log-store.ts';
import { ScriptedStep } from '../live/testing/scripted-step.ts';
import { memoryStore, patterns } from '../live/testing/stores.ts';
import { VirtualClock } from '../live/testing/virtual-clock.ts';
import type { CiClient } from '../ports/ci-server.ts';
import type { GatedRepo } from './context.ts';
import { createLogsService, type LogsService } from './logs.ts';

const ref = { number: 7, stage: 1, step: 2 };
const query = (q: string) => ({ q, matchCase: false, word: false, regex: false });
const record = (pos: number, out: string) => ({ pos, out, time: 0 });

let clock: VirtualClock;
let step: ScriptedStep;
let hub: LogHub;
let logs: LogsService;
let repo: GatedRepo;

beforeEach(() => {
  clock = new VirtualClock();
  step = new ScriptedStep();
  hub = new LogHub({
    bus: createInProcessBus(),
    clock,
    random: () => 0.5,
    store: memoryStore(() => clock.now()),
    meter: silentMeter,
    cacheBytes: 64_000_000,
    graceMs: 30_000,
  });
  logs = createLogsService({ hub, clock });
  repo = {
    caller: { person: { forge: 'git', forgeUserId: '1' } },
    server: { id: 'ci', declaration: { logLimitBytes: null } },
    path: 'acme/check out"\r\n',
    forgeRepoId: '1',
    speaker: { client: step.client },
  } as unknown as GatedRepo;
});

/** Lets time pass until the answer is there. */
async function during<T>(work: Promise<T>): Promise<T> {
  let over = false;
  const end = () => {
    over = true;
  };
  work.then(end, end);
  for (let turn = 0; turn < 1_000 && !over; turn++) await clock.advance(100);
  return work;
}

function finished(lines: number): void {
  step.print(
    Array.from({ length: lines }, (_, index) => record(index * 2, `\u001b[3${index % 8}mline ${index}\n`)),
  );
  step.finish('success', clock.now() - 3_600_000);
  step.storedBatch = 100;
}

async function read(bytes: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe('logs by REST', () => {
  it('a finished log: summary, chunks from multiples of 512 with their colours, the chunk of a position', async () => {
    finished(1_200);
    const summary = await during(logs.summary(repo, ref));
    expect(summary).toMatchObject({ state: 'complete', generation: STORED_GENERATION });
    const { generation } = summary;
    const first = await during(logs.lines(repo, ref, { generation }));
    expect(first).toMatchObject({ from: 0 });
    expect(first.lines).toHaveLength(512);
    expect(first.carry.slice(0, 3)).toEqual(['', '30', '31']);
    const last = await during(logs.lines(repo, ref, { generation, from: 1_100 }));
    expect(last.from).toBe(1_024);
    expect(last.lines.map(({ pos }) => pos)).toEqual(
      Array.from({ length: 176 }, (_, index) => (1_024 + index) * 2),
    );
    expect(last.carry[0]).toBe('37');
    expect(await during(logs.lines(repo, ref, { generation, around: 1_601 }))).toMatchObject({ from: 512 });
    expect(await during(logs.lines(repo, ref, { generation, around: 999_999 }))).toMatchObject({
      from: 1_024,
    });
    expect(await during(logs.lines(repo, ref, { generation, from: 5_000 }))).toMatchObject({
      from: 4_608,
      lines: [],
    });
    expect(step.calls.stored).toBe(1);
  });

  it('a chunk of another generation is refused', async () => {
    finished(3);
    await expect(during(logs.lines(repo, ref, { generation: 5 }))).rejects.toMatchObject({
      code: 'log_generation',
    });
  });

  it('a chunk that is still being read is waited for', async () => {
    finished(2_000);
    step.storedCuts = [600];
    const { lines } = await during(logs.lines(repo, ref, { generation: STORED_GENERATION, from: 1_536 }));
    expect(lines).toHaveLength(464);
  });

  it('a position that has not been read in time is said to be so: no other line is given for it', async () => {
    finished(2_000);
    step.storedCuts = Array.from({ length: 1_000 }, () => 1_100);
    const around = (pos: number) =>
      during(logs.lines(repo, ref, { generation: STORED_GENERATION, around: pos }));
    expect(await around(800)).toMatchObject({ from: 0 });
    await expect(around(3_000)).rejects.toMatchObject({ code: 'ci_timeout' });
  });

  it('a running step: what there is, held once for many requests', async () => {
    step.print([record(0, 'one\n'), record(1, 'tw')]);
    const [summary] = await during(Promise.all([logs.summary(repo, ref), logs.summary(repo, ref)]));
    expect(summary).toMatchObject({ state: 'live', lines: 2 });
    const chunk = await during(logs.lines(repo, ref, { generation: summary?.generation ?? -1 }));
    expect(chunk.lines.map(({ text }) => text)).toEqual(['one', 'tw']);
    expect(await during(logs.search(repo, ref, query('TW'), 0))).toMatchObject({
      total: 1,
      lines: [1],
      complete: true,
    });
    expect(step.calls.tail).toBe(1);
    await clock.advance(31_000);
    expect(step.openTails).toBe(0);
  });

  it('a search begins while the log is being read, goes on where it was, and counts exactly', async () => {
    finished(3_000);
    step.storedCuts = [700, 1_500];
    let total = 0;
    let answers = 0;
    for (let from = 0, complete = false; !complete; answers += 1) {
      const hits = await during(logs.search(repo, ref, query('line 29'), from));
      expect(hits.from).toBe(from);
      total += hits.total;
      from = hits.scanned;
      complete = hits.complete;
    }
    expect([total, answers > 1]).toEqual([111, true]);
  });

  it('the download is what was printed, byte for byte; plain without escapes; its name is harmless', async () => {
    finished(600);
    const whole = await during(logs.download(repo, ref, 'text'));
    expect(whole.name).toBe('acme-check_out___-7-1-2.log');
    expect(await read(whole.bytes)).toBe(step.printed.map(({ out }) => out).join(''));
    const plain = await during(logs.download(repo, ref, 'plain'));
    expect((await read(plain.bytes)).split('\n').slice(0, 2)).toEqual(['line 0', 'line 1']);
  });

  it('a search of a whole build: step by step, with the lines themselves, to its end', async () => {
    finished(3_000);
    const found: { stage: number; step: number; total: number }[] = [];
    let texts: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const answer = await during(logs.searchBuild(repo, 7, query('line 299'), cursor));
      found.push(...answer.steps);
      texts = texts.concat(answer.steps.flatMap(({ hits }) => hits.map(({ text }) => text)));
      cursor = answer.next;
    }
    expect(found.reduce((sum, { total }) => sum + total, 0)).toBe(11);
    expect(new Set(found.map(({ stage, step: number }) => `${stage}/${number}`))).toEqual(new Set(['1/2']));
    expect(texts).toContain('line 2999');
    await expect(during(logs.searchBuild(repo, 7, query('x'), '9.9.0'))).rejects.toMatchObject({
      code: 'invalid',
    });
    await expect(during(logs.searchBuild(repo, 7, { ...query('('), regex: true }))).rejects.toMatchObject({
      code: 'pattern_invalid',
    });
  });

  it('marks and the places in a range', async () => {
    step.print([
      record(0, '+ make\n'),
      record(1, 'all good\n'),
      { ...record(2, '\u001b[31merror\u001b[0m: no\n'), time: 2 },
    ]);
    step.finish('failure', clock.now() - 3_600_000);
    const { marks, complete } = await during(logs.marks(repo, ref, 0));
    expect([complete, marks]).toEqual([
      true,
      [
        { index: 0, pos: 0, at: 0, kind: 'command', title: 'make' },
        { index: 2, pos: 2, at: 2, kind: 'error', title: 'error: no' },
      ],
    ]);
    const range = { generation: STORED_GENERATION, from: 1, to: 3 };
    expect(await during(logs.matches(repo, ref, query('o'), range))).toEqual({
      generation: STORED_GENERATION,
      hits: [
        {
          index: 1,
          pos: 1,
          ranges: [
            [5, 6],
            [6, 7],
          ],
        },
        {
          index: 2,
          pos: 2,
          ranges: [
            [3, 4],
            [8, 9],
          ],
        },
      ],
    });
    await expect(
      during(logs.matches(repo, ref, query('o'), { ...range, generation: 1 })),
    ).rejects.toMatchObject({ code: 'log_generation' });
  });

  it('a file in the archive has a name that any system takes', async () => {
    finished(1);
    const names = [
      '../../etc/passwd',
      'CON',
      'nul.',
      '\u202egnp.exe',
      `${'汉'.repeat(200)}. `,
      '',
      'a\\b:c*?"<>|',
    ];
    const hostile = names.map((name, at) => ({ number: at + 1, name, status: 'success', stage: 1 }));
    const build = { number: 7, stages: [{ number: 1, name: ' ..', steps: hostile }] };
    const client = { ...step.client, build: async () => build } as unknown as CiClient;
    const asked = { ...repo, speaker: { ...repo.speaker, client } } as GatedRepo;
    const { entries } = await during(logs.archive(asked, 7, 'text'));
    const list = (async () => {
      const found: string[] = [];
      for await (const { name, bytes } of entries) found.push(name, await read(bytes));
      return found.filter((_, at) => at % 2 === 0);
    })();
    const found = await during(list);
    expect(new Set(found).size).toBe(found.length);
    for (const name of found) {
      expect(name).toMatch(/^(?:01-_\/\d\d-[^/\\:*?"<>|\p{C}]+\.log|NO-LOG\.txt)$/u);
      expect(name).not.toMatch(/(?:^|\/)\.|[. ](?:\/|$)|[. ]\.log$/);
      expect(Math.max(...name.split('/').map((part) => Buffer.byteLength(part)))).toBeLessThanOrEqual(255);
    }
  });

  it('all logs of a build in one archive; what has none is named', async () => {
    finished(600);
    const { name, entries } = await during(logs.archive(repo, 7, 'plain'));
    expect(name).toBe('acme-check_out___-7-logs.zip');
    const files: [string, number][] = [];
    for await (const entry of entries) files.push([entry.name, (await read(entry.bytes)).length]);
    expect(files).toEqual([['01-default/02-test.log', expect.any(Number)]]);
    step.storedAbsent = 1_000;
    const absent = await during(logs.archive({ ...repo, forgeRepoId: '2' }, 7, 'text'));
    const listing = (async () => {
      const all: [string, string][] = [];
      for await (const entry of absent.entries) all.push([entry.name, await read(entry.bytes)]);
      return all;
    })();
    expect(await during(listing)).toEqual([['NO-LOG.txt', '01-default/02-test\n']]);
  });

  it('a log of which a part found no room is read, and is not handed out as if it were all', async () => {
    const store = createLogStore({ now: clock.now, patterns, memoryBytes: 300_000 });
    const bus = createInProcessBus();
    const facts = { cacheBytes: 300_000, graceMs: 30_000, random: () => 0.5 };
    const small = new LogHub({ ...facts, bus, clock, store, meter: silentMeter });
    logs = createLogsService({ hub: small, clock });
    step.print(Array.from({ length: 20_000 }, (_, pos) => record(pos, `line ${pos}\n`)));
    step.finish('success', clock.now() - 3_600_000);
    step.storedBatch = 100;
    await expect(during(logs.download(repo, ref, 'text'))).rejects.toMatchObject({ code: 'overloaded' });
    const { lines, gaps, state } = await during(logs.summary(repo, ref));
    expect({ state, gaps }).toMatchObject({ state: 'truncated', gaps: [{ before: null, reason: 'room' }] });
    const { lines: first } = await during(logs.lines(repo, ref, { generation: STORED_GENERATION }));
    expect([first.length, lines > 512, lines < 20_000]).toEqual([512, true, true]);
    small.close();
  });

  it('the download of a running step is what there is so far', async () => {
    step.print([record(0, 'one\r\n'), record(1, 'half')]);
    expect(await read((await during(logs.download(repo, ref, 'text'))).bytes)).toBe('one\r\nhalf');
  });

  it('says why there is nothing', async () => {
    step.down = true;
    await expect(during(logs.summary(repo, ref))).rejects.toMatchObject({ code: 'ci_unreachable' });
    step.down = false;
    Object.assign(step, { status: 'skipped' });
    step.finish('skipped', clock.now());
    const other = { ...ref, number: 8 };
    expect(await during(logs.summary(repo, other))).toMatchObject({ state: 'absent' });
    await expect(during(logs.download(repo, other, 'text'))).rejects.toMatchObject({ code: 'log_absent' });
    await expect(during(logs.lines(repo, other, { generation: 0 }))).rejects.toBeInstanceOf(Failure);
    await expect(during(logs.summary(repo, { ...ref, step: 99 }))).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
