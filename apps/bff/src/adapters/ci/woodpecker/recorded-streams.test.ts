import { type Build, isFinished } from '@flightdeck/api-client/model';
import { describe, expect, test } from 'vitest';
import { mergeBuild } from '../../../domain/merge-build.ts';
import type { CiBuildEvent, TailEvent } from '../../../ports/ci-server.ts';
import { sendJson } from '../../../testing/http-double.ts';
import type { RecordedStream } from '../../../testing/recordings.ts';
import { buildsOf, doubleForAll, framesIn, type Heard, hear, recordsOf, sendStream } from '../testing.ts';
import { asRecord } from './record.ts';
import { exchanges, pathOf, streams } from './recorded/read.ts';
import { sentPipeline, sentRepository, woodpeckerAt } from './testing.ts';
import { buildOf } from './translate.ts';
import { pipelineWire } from './wire.ts';

const double = doubleForAll();

const recorded = streams();
const named = (file: string) => recorded.find((stream) => stream.file === file) as RecordedStream;

/** Plays a recording, and answers what the adapter asks beside it. */
function heard<T>(...[stream, open, enough]: Parameters<typeof hear<T>>): Promise<Heard<T>> {
  const [id, number, step] = stream.path.split('/').slice(4);
  double.current.answer = ({ url }, response) => {
    if (url === stream.path) return void sendStream(stream, response);
    if (url === '/api/user') return sendJson(response, 200, { login: 'ada' });
    if (url.endsWith('/config')) return sendJson(response, 200, null);
    const looked = url.startsWith('/api/repos/lookup/');
    if (looked)
      return sendJson(response, 200, sentRepository({ id: Number(id), full_name: pathOf(id ?? '') }));
    const children = [{ id: Number(step), pid: 2, name: 'step', state: 'running' }];
    const workflows = [{ pid: 1, name: 'build', state: 'running', children }];
    return sendJson(response, 200, sentPipeline({ number: Number(number), workflows }));
  };
  return hear(stream, open, enough);
}

const client = () => woodpeckerAt(double.current.url).as('made-up');

function hearBuilds(stream: RecordedStream) {
  return heard<CiBuildEvent | { type: 'open' }>(
    stream,
    (signal) => client().events(null, signal),
    (events) => events.length === 1 + framesIn(stream),
  );
}

function hearLog(stream: RecordedStream) {
  const [id, number] = stream.path.split('/').slice(4);
  const at = { number: Number(number), stage: 1, step: 2 };
  return heard<TailEvent>(
    stream,
    (signal) => client().tail(pathOf(id ?? ''), at, signal),
    (events) => recordsOf(events).length === framesIn(stream),
  );
}
const buildStreams = recorded.filter((stream) => stream.path === '/api/stream/events');
const logStreams = recorded.filter((stream) => stream.path !== '/api/stream/events');
test('every recorded stream is one of builds or of a log', () => {
  expect(buildStreams).toHaveLength(7);
  expect(logStreams).toHaveLength(8);
});

describe('streams of builds', () => {
  test.each(buildStreams.map((stream) => [stream.file, stream] as const))(
    '%s: every frame becomes an event',
    async (_, stream) => {
      if (framesIn(stream) === 0) return expect(stream.chunks).toEqual([': ping\n\n']);
      const { events, end } = await hearBuilds(stream);
      expect(events[0]).toEqual({ type: 'open' });
      expect(events).toHaveLength(1 + framesIn(stream));
      expect(end).toBe('stopped by us');
    },
  );

  test('how many there are', async () => {
    const told = async (file: string) => (await hearBuilds(named(file))).events.length - 1;
    expect(await told('02-events-ada')).toBe(await told('02-events-anonymous'));
    expect(await told('10-events-ada')).toBe(113);
    expect(await told('10-events-grace')).toBe(113);
  });

  test('the whole life of a build of two stages', async () => {
    const { events } = await hearBuilds(named('02-events-ada'));
    const lines = buildsOf(events).map(({ path, forgeRepoId, build }) => {
      const stages = build.stages.map((stage) => {
        const steps = stage.steps.map((step) => `${step.name} ${step.status}`);
        return `${stage.name} ${stage.status} [${steps.join(', ')}]`;
      });
      return `${path}=${forgeRepoId} #${build.number} ${build.status}: ${stages.join('; ')}`;
    });
    const line = (status: string, build: string, [clone, compile, unit]: string[], rest: string) =>
      `acme/checkout=1 #1 ${status}: build ${build} [clone ${clone}, compile ${compile}, test ${unit}]; package ${rest}`;
    const none = ['waiting', 'waiting', 'waiting'];
    const all = ['success', 'success', 'success'];
    const untouched = 'waiting [archive waiting]';
    expect(lines).toEqual([
      line('waiting', 'waiting', none, untouched),
      line('waiting', 'waiting', none, untouched),
      line('waiting', 'waiting', none, untouched),
      line('running', 'running', none, untouched),
      line('running', 'running', ['running', 'waiting', 'waiting'], untouched),
      line('running', 'running', ['success', 'waiting', 'waiting'], untouched),
      line('running', 'running', ['success', 'running', 'waiting'], untouched),
      line('running', 'running', ['success', 'success', 'waiting'], untouched),
      line('running', 'running', ['success', 'success', 'running'], untouched),
      line('running', 'running', all, untouched),
      line('running', 'success', all, untouched),
      line('running', 'success', all, 'running [archive waiting]'),
      line('running', 'success', all, 'running [archive running]'),
      line('running', 'success', all, 'running [archive success]'),
      line('success', 'success', all, 'success [archive success]'),
    ]);
  });
});

/** What `03` and `10` ask for each build at the end of its life. */
function answersOf(...files: string[]): Map<string, Build> {
  const answers = new Map<string, Build>();
  for (const { file, method, path, status, text } of exchanges()) {
    const [, id = '', number] = /^\/api\/repos\/(\d+)\/pipelines\/(\d+)$/.exec(path) ?? [];
    if (!files.includes(file) || method !== 'GET' || status !== 200 || !number) continue;
    answers.set(`${pathOf(id)}#${number}`, buildOf(pipelineWire.parse(JSON.parse(text))));
  }
  return answers;
}

const rank = (status: Build['status']) => (isFinished(status) ? 2 : status === 'running' ? 1 : 0);

function play(events: readonly CiBuildEvent[]): Map<string, Build> {
  const known = new Map<string, Build>();
  for (const { path, build } of events) {
    const key = `${path}#${build.number}`;
    const before = known.get(key);
    const after = mergeBuild(before ?? build, build);
    known.set(key, after);
    if (!before) continue;
    expect(rank(after.status), key).toBeGreaterThanOrEqual(rank(before.status));
    for (const stage of before.stages) {
      const now = after.stages.find((one) => one.number === stage.number);
      expect(rank(now?.status ?? 'unknown'), key).toBeGreaterThanOrEqual(rank(stage.status));
      for (const step of stage.steps) {
        const later = now?.steps.find((one) => one.number === step.number);
        expect(rank(later?.status ?? 'unknown'), key).toBeGreaterThanOrEqual(rank(step.status));
      }
    }
  }
  return known;
}

describe('events out of order', () => {
  const files = ['02-events-ada', '03-events-ada', '10-events-ada', '10-events-grace'];

  test('without a rule, builds, stages and steps would go back', async () => {
    const back = { builds: 0, parts: 0, last: 0 };
    for (const file of files.slice(1, 3)) {
      const last = new Map<string, Build>();
      for (const { path, build } of buildsOf((await hearBuilds(named(file))).events)) {
        const before = last.get(`${path}#${build.number}`);
        if (before && isFinished(before.status) && !isFinished(build.status)) back.builds += 1;
        const parts = (one: Build | undefined) =>
          one?.stages.flatMap((stage) => [stage, ...stage.steps]) ?? [];
        const isBack = (part: { number: number; status: Build['status'] }) =>
          parts(before).some((one) => one.number === part.number && rank(one.status) > rank(part.status));
        if (parts(build).some(isBack)) back.parts += 1;
        last.set(`${path}#${build.number}`, build);
      }
      const stale = [...last.values()].filter(
        (build) => build.startedAt !== null && !isFinished(build.status),
      );
      back.last += stale.length;
    }
    expect(back.builds).toBeGreaterThanOrEqual(4);
    expect(back.parts).toBeGreaterThanOrEqual(3);
    // The last word of the stream about these is that they run.
    expect(back.last).toBeGreaterThanOrEqual(3);
  });

  test.each(files)('%s: merged, nothing goes back, and each order ends the same', async (file) => {
    const events = buildsOf((await hearBuilds(named(file))).events);
    const straight = play(events);
    expect(play([...events].reverse())).toEqual(straight);
    for (const build of straight.values()) {
      if (build.status !== 'waiting') expect(isFinished(build.status), `#${build.number}`).toBe(true);
    }
  });

  test('what has ended is what the server answers later', async () => {
    const merged = play(buildsOf((await hearBuilds(named('03-events-ada'))).events));
    const answers = [...answersOf('03-actions', '05-later-looks')].filter(([key]) => merged.has(key));
    expect(answers.length).toBeGreaterThanOrEqual(5);
    for (const [key, build] of answers) {
      if (isFinished(merged.get(key)?.status ?? 'waiting')) expect(merged.get(key), key).toEqual(build);
    }
  });

  test('a cancel that is killed, running and killed again stays cancelled', async () => {
    const events = buildsOf((await hearBuilds(named('03-events-ada'))).events);
    const sixth = events.filter(({ build }) => build.number === 6).map(({ build }) => build);
    expect(sixth.map((build) => build.status).join(' ')).toMatch(/cancelled running cancelled/);
    let known = sixth[0] as Build;
    let over = false;
    for (const build of sixth) {
      known = mergeBuild(known, build);
      over ||= build.status === 'cancelled';
      expect(known.status === 'cancelled').toBe(over);
    }
    expect(known.stages.every((stage) => isFinished(stage.status))).toBe(true);
  });
});

describe('streams of a log', () => {
  test.each(logStreams.map((stream) => [stream.file, stream] as const))('%s', async (_, stream) => {
    const { events, end } = await hearLog(stream);
    expect(events[0]).toEqual({ type: 'open' });
    const records = recordsOf(events);
    expect(records).toHaveLength(framesIn(stream));
    const jumps = records.filter((record, i) => i > 0 && record.pos !== (records[i - 1]?.pos ?? 0) + 1);
    // The recording itself leaves out consecutive frames in its middle.
    expect(jumps.map((record) => record.pos)).toEqual(stream.file === '11-log-late-viewer' ? [11_904] : []);
    if (stream.end === 'closed by server') expect([end, events.at(-1)]).toEqual(['over', { type: 'end' }]);
    else expect(end).toBe('stopped by us');
  });

  test('a step that is over ends at once, with nothing', async () => {
    const { events } = await hearLog(named('02-log-of-a-finished-step'));
    expect(events).toEqual([{ type: 'open' }, { type: 'end' }]);
  });

  test('after a restart of the server nothing of a running step is replayed', async () => {
    const { events } = await hearLog(named('08-log-after-restart'));
    expect(events).toEqual([{ type: 'open' }, { type: 'end' }]);
  });

  test('live and stored records are the same', async () => {
    for (const [file, path] of [
      ['02-log-compile', '/api/repos/1/logs/1/2'],
      ['02-log-compile-second-viewer', '/api/repos/1/logs/1/2'],
      ['10-log-tail', '/api/repos/2/logs/13/64'],
    ] as const) {
      const live = recordsOf((await hearLog(named(file))).events);
      expect(live.length).toBeGreaterThan(4);
      const stored = exchanges().findLast((one) => one.path === path && one.text !== 'null');
      expect(live).toEqual((JSON.parse(stored?.text ?? '[]') as unknown[]).map(asRecord));
    }
  });

  test('a late viewer gets the first line and the last of 12,000', async () => {
    const records = recordsOf((await hearLog(named('11-log-late-viewer'))).events);
    expect([records[0]?.pos, records.at(-1)?.pos]).toEqual([0, 12_502]);
  });
});
