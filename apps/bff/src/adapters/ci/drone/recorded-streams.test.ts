import { describe, expect, test } from 'vitest';
import type { CiBuildEvent, LogRecord, TailEvent } from '../../../ports/ci-server.ts';
import { doubleForAll, framesIn, type Heard, hear, optionsFor, recordsOf, sendStream } from '../testing.ts';
import { createDrone } from './adapter.ts';
import { exchanges, type RecordedStream, streams } from './recorded/read.ts';

const double = doubleForAll();
const drone = () => createDrone(optionsFor(double.current.url));

const recorded = streams();
const named = (file: string) => recorded.find((stream) => stream.file === file) as RecordedStream;

/** Plays a recording to whoever asks for exactly its address. */
async function heard<T>(...[stream, open, enough]: Parameters<typeof hear<T>>): Promise<Heard<T>> {
  double.current.answer = (_, response) => void sendStream(stream, response);
  double.current.seen.length = 0;
  const result = await hear(stream, open, enough);
  expect(double.current.seen[0]?.url).toBe(stream.path);
  return result;
}

function hearBuilds(stream: RecordedStream) {
  return heard<CiBuildEvent | { type: 'open' }>(
    stream,
    (signal) => drone().as('made-up').events(null, signal),
    (events) => events.length === 1 + framesIn(stream),
  );
}

function hearLog(stream: RecordedStream) {
  const [, , , owner, name, number, stage, step] = stream.path.split('/');
  const at = { number: Number(number), stage: Number(stage), step: Number(step) };
  return heard<TailEvent>(
    stream,
    (signal) => drone().as('made-up').tail(`${owner}/${name}`, at, signal),
    (events) => recordsOf(events).length === framesIn(stream),
  );
}

const buildStreams = recorded.filter((stream) => stream.path === '/api/stream');
const logStreams = recorded.filter((stream) => stream.path !== '/api/stream');
test('every recorded stream is one of builds or of a log', () => {
  expect(buildStreams.map((stream) => stream.file)).toHaveLength(8);
  expect(logStreams.map((stream) => stream.file)).toHaveLength(12);
});

describe('streams of builds', () => {
  test.each(buildStreams.map((stream) => [stream.file, stream] as const))(
    '%s: every frame becomes an event',
    async (_, stream) => {
      const { events, end } = await hearBuilds(stream);
      expect(events[0]).toEqual({ type: 'open' });
      expect(events).toHaveLength(1 + framesIn(stream));
      if (stream.end === null) expect(end).toBe('stopped by us');
      else expect(end).toMatchObject({ code: 'ci_unreachable' });
    },
  );

  test('how many each person was told of', async () => {
    const told = async (file: string) => (await hearBuilds(named(file))).events.length - 1;
    expect(await told('12-events-ada')).toBe(78);
    expect(await told('12-events-linus')).toBe(78);
    expect(await told('12-events-grace')).toBe(74);
    expect(await told('02-events-anonymous')).toBe(11);
  });

  test('the whole life of a build of two stages', async () => {
    const { events } = await hearBuilds(named('02-events-ada'));
    const lines = events.flatMap((event) => {
      if ('type' in event) return [];
      const stages = event.build.stages.map((stage) => {
        const steps = stage.steps.map((step) => `${step.name} ${step.status}`);
        return `${stage.name} ${stage.status} [${steps.join(', ')}]`;
      });
      return [
        `${event.path}=${event.forgeRepoId} #${event.build.number} ${event.build.status}: ${stages.join('; ')}`,
      ];
    });
    const line = (status: string, build: string, rest: string) =>
      `acme/checkout=1 #1 ${status}: build ${build}; package ${rest}`;
    expect(lines).toEqual([
      line('running', 'running [clone waiting, compile waiting, test waiting]', 'waiting []'),
      line('running', 'running [clone running, compile waiting, test waiting]', 'waiting []'),
      line('running', 'running [clone success, compile waiting, test waiting]', 'waiting []'),
      line('running', 'running [clone success, compile running, test waiting]', 'waiting []'),
      line('running', 'running [clone success, compile success, test waiting]', 'waiting []'),
      line('running', 'running [clone success, compile success, test running]', 'waiting []'),
      line('running', 'running [clone success, compile success, test success]', 'waiting []'),
      line('running', 'success [clone success, compile success, test success]', 'running [archive waiting]'),
      line('running', 'success [clone success, compile success, test success]', 'running [archive running]'),
      line('running', 'success [clone success, compile success, test success]', 'running [archive success]'),
      line('success', 'success [clone success, compile success, test success]', 'success [archive success]'),
    ]);
  });

  test("a build's own version goes back while its stages go on", async () => {
    const { events } = await hearBuilds(named('03-events-ada'));
    const third = events.flatMap((event) =>
      'type' in event || event.build.number !== 3 ? [] : [event.build],
    );
    expect(
      third.slice(0, 3).map((build) => [build.version, ...build.stages.map((stage) => stage.version)]),
    ).toEqual([
      [2, 2, 3],
      [1, 3, 3],
      [2, 3, 3],
    ]);
  });
});

describe('streams of a log', () => {
  const refused = logStreams.filter((stream) => stream.status !== 200);
  const served = logStreams.filter((stream) => stream.status === 200);

  test.each(served.map((stream) => [stream.file, stream] as const))('%s', async (_, stream) => {
    const { events, end } = await hearLog(stream);
    expect(events[0]).toEqual({ type: 'open' });
    const records = recordsOf(events);
    expect(records).toHaveLength(framesIn(stream));
    const jumps = records.filter((record, i) => i > 0 && record.pos !== (records[i - 1]?.pos ?? 0) + 1);
    // The recording itself leaves out consecutive frames in its middle.
    expect(jumps.map((record) => record.pos)).toEqual(stream.file === '13-log-late-viewer' ? [11_907] : []);
    if (stream.end === 'closed by server') {
      expect([end, events.at(-1)]).toEqual(['over', { type: 'end' }]);
    } else if (stream.end === null) expect(end).toBe('stopped by us');
    else {
      expect(end).toMatchObject({ code: 'ci_unreachable' });
      expect(events.some((event) => event.type === 'end')).toBe(false);
    }
  });

  test('who may not hear it is told so', async () => {
    expect(refused.map((stream) => stream.file)).toEqual([
      '12-log-private-as-anonymous',
      '12-log-private-as-grace',
    ]);
    const anonymous = await hearLog(refused[0] as RecordedStream);
    const grace = await hearLog(refused[1] as RecordedStream);
    expect(anonymous).toMatchObject({ events: [], end: { code: 'ci_token_refused' } });
    expect(grace).toMatchObject({ events: [], end: { code: 'not_found' } });
  });

  test('a step that is over ends at once, with nothing', async () => {
    const { events } = await hearLog(named('02-log-of-a-finished-step'));
    expect(events).toEqual([{ type: 'open' }, { type: 'end' }]);
  });

  test('live and stored records are the same', async () => {
    const stored = async (path: string) => {
      const exchange = exchanges().find((one) => one.path === path && one.status === 200);
      return JSON.parse(exchange?.text ?? '[]') as LogRecord[];
    };
    for (const [file, path] of [
      ['02-log-compile', '/api/repos/acme/checkout/builds/1/logs/1/2'],
      ['02-log-compile-second-viewer', '/api/repos/acme/checkout/builds/1/logs/1/2'],
      ['04-log-live-odd', '/api/repos/acme/big/builds/3/logs/1/3'],
      ['12-log-cancelled-step', '/api/repos/acme/checkout/builds/19/logs/1/2'],
    ] as const) {
      const live = recordsOf((await hearLog(named(file))).events);
      expect(live.length).toBeGreaterThan(5);
      expect(live).toEqual(await stored(path));
    }
  });

  test('a late viewer of 12,000 lines starts 5,000 records back', async () => {
    const records = recordsOf((await hearLog(named('13-log-late-viewer'))).events);
    expect([records[0]?.pos, records.at(-1)?.pos]).toEqual([7004, 12505]);
  });
});
