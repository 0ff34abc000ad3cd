import { readFileSync } from 'node:fs';
import { buildSchema, settingsSchema } from '@flightdeck/api-client/model';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CiServer } from '../../../ports/ci-server.ts';
import { type HttpDouble, httpDouble, sendJson } from '../../../testing/http-double.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import { exchanges } from './recorded/read.ts';
import { sentPipeline, sentRepository, woodpeckerAt } from './testing.ts';

const path = 'acme/shop';
let double: HttpDouble;
let clock: ManualClock;
let server: CiServer;
let answers: Map<string, unknown>;
/** Ms by which the server's clock is ahead of ours. */
let skew: number;
beforeAll(async () => {
  double = await httpDouble();
});
beforeEach(() => {
  clock = new ManualClock();
  server = woodpeckerAt(double.url, { clock });
  double.seen.length = 0;
  answers = new Map<string, unknown>([[`/api/repos/lookup/${path}`, sentRepository()]]);
  skew = 0;
  double.answer = ({ url }, response) => {
    response.setHeader('date', new Date(clock.now() + skew).toUTCString());
    const found = answers.get(url.split('?')[0] ?? '');
    found === undefined ? response.writeHead(404).end() : sendJson(response, 200, found);
  };
});
afterAll(() => double.stop());

const client = () => server.as('made-up');
const told = (pipeline: Record<string, unknown>) => {
  answers.set('/api/repos/7/pipelines/7', sentPipeline(pipeline));
  return client().build(path, 7);
};
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a build', () => {
  test.each([
    ['created', 'waiting'],
    ['pending', 'waiting'],
    ['blocked', 'approval'],
    ['running', 'running'],
    ['success', 'success'],
    ['failure', 'failure'],
    ['error', 'error'],
    ['killed', 'cancelled'],
    ['canceled', 'cancelled'],
    ['declined', 'declined'],
    ['skipped', 'skipped'],
    ['tomorrow', 'unknown'],
    ['constructor', 'unknown'],
  ])('%s is %s', async (status, ours) => {
    await expect(told({ status })).resolves.toMatchObject({ status: ours });
  });

  test.each([
    ['push', [], 'push', ''],
    ['pull_request', null, 'pull_request', ''],
    ['pull_request_closed', null, 'pull_request', 'closed'],
    ['pull_request_metadata', ['edited', 'label_updated'], 'pull_request', 'edited, label_updated'],
    ['tag', null, 'tag', ''],
    ['release', null, 'release', ''],
    ['deployment', null, 'promote', ''],
    ['cron', null, 'cron', ''],
    ['manual', null, 'custom', ''],
    ['merge_queue', null, 'unknown', ''],
  ])('%s %j is %s %j', async (event, reasons, ours, action) => {
    await expect(told({ event, event_reason: reasons })).resolves.toMatchObject({ event: ours, action });
  });

  test('words that event streams leave out are those of the lists', async () => {
    const facts = { message: '', ref: 'refs/tags/v1' };
    await expect(told({ event: 'tag', ...facts })).resolves.toMatchObject({
      title: 'created tag v1',
      tag: 'v1',
    });
    await expect(told({ event: 'release', ...facts })).resolves.toMatchObject({
      title: 'created release v1',
    });
    await expect(told({ event: 'cron', message: '', cron: 'nightly' })).resolves.toMatchObject({
      title: 'nightly',
      cron: 'nightly',
    });
    // Before 3.14 only the message names the job.
    await expect(told({ event: 'cron', message: 'nightly' })).resolves.toMatchObject({ cron: 'nightly' });
  });

  test('who started it is known of manual runs only', async () => {
    await expect(told({ event: 'manual' })).resolves.toMatchObject({ startedBy: 'ada' });
    await expect(told({ event: 'manual', parent: 3 })).resolves.toMatchObject({ startedBy: null, parent: 3 });
    await expect(told({ event: 'deployment', parent: 3 })).resolves.toMatchObject({ startedBy: null });
  });

  test('why it was cancelled counts only where it was: restarts copy it', async () => {
    const info = { cancel_info: { superseded_by: 18 } };
    await expect(told({ status: 'killed', ...info })).resolves.toMatchObject({
      error: null,
      supersededBy: 18,
    });
    expect(await told({ status: 'success', ...info })).not.toHaveProperty('supersededBy');
    const user = { cancel_info: { canceled_by_user: 'wei' } };
    await expect(told({ status: 'canceled', ...user })).resolves.toMatchObject({
      error: null,
      cancelledBy: 'wei',
    });
  });

  describe('that ended by skipping a workflow has no time of its end', () => {
    const at = 1_795_286_200;
    const step = { id: 25, pid: 4, ppid: 2, name: 'unit', state: 'failure', exit_code: 7, type: 'commands' };
    const early = { ...step, id: 24, pid: 3, name: 'prepare', state: 'success', exit_code: 0 };
    const never = { id: 26, pid: 5, ppid: 1, name: 'ship', state: 'killed', exit_code: 0, type: 'commands' };
    const ended = (version: string) => ({
      status: 'failure',
      ...{ created: at, started: at + 2, finished: 0, updated: at + 9, version },
      workflows: [
        { id: 19, pipeline_id: 17, pid: 1, name: 'after', state: 'skipped', agent_id: 1, children: [never] },
        {
          ...{ id: 20, pipeline_id: 17, pid: 2, name: 'test', state: 'failure' },
          ...{ started: at + 2, finished: at + 9, agent_id: 1 },
          children: [
            { ...early, started: at + 2, finished: at + 5 },
            { ...step, started: at + 5, finished: at + 9 },
          ],
        },
      ],
    });

    test('but was changed last when it ended; what it skipped never ran', async () => {
      const build = await told(ended('3.17.0'));
      expect(build).toMatchObject({ startedAt: (at + 2) * 1000, finishedAt: (at + 9) * 1000 });
      expect(build?.stages[0]).toMatchObject({ status: 'skipped', steps: [{ status: 'skipped' }] });
    });

    test.each([
      ['3.17.0', true],
      ['3.14.0', true],
      ['3.13.0', undefined],
      ['', undefined],
    ])('and %s loses what its last steps printed last: %s', async (version, lost) => {
      const steps = (await told(ended(version)))?.stages[1]?.steps;
      expect(steps?.map((one) => one.endMayBeLost)).toEqual([undefined, lost]);
    });

    test('one that ended at a time loses nothing', async () => {
      const steps = (await told({ ...ended('3.17.0'), finished: at + 9 }))?.stages[1]?.steps;
      expect(steps?.map((one) => one.endMayBeLost)).toEqual([undefined, undefined]);
    });
  });

  describe('that was cancelled under 2.8.3 calls itself a failure', () => {
    const at = 1_795_289_353;
    const steps = [
      {
        id: 4,
        pid: 2,
        ppid: 1,
        name: 'prepare',
        state: 'success',
        exit_code: 0,
        start_time: at,
        end_time: at + 1,
      },
      {
        id: 5,
        pid: 3,
        ppid: 1,
        name: 'ticks',
        state: 'success',
        exit_code: 0,
        start_time: at + 1,
        end_time: at + 5,
      },
      { id: 6, pid: 4, ppid: 1, name: 'never', state: 'skipped', exit_code: 0 },
    ];
    const workflow = { id: 4, pipeline_id: 4, pid: 1, name: 'build', state: 'failure', error: 'Canceled' };
    const sent = (more: object[] = []) => ({
      status: 'failure',
      ...{ started: at, finished: at + 5 },
      workflows: [{ ...workflow, start_time: at, end_time: at + 5, children: steps }, ...more],
    });

    test('is cancelled, with the step that was cut, and that is the later word', async () => {
      const build = await told(sent());
      expect(build).toMatchObject({ status: 'cancelled', version: 5 });
      expect(build?.stages[0]).toMatchObject({ status: 'cancelled', version: 5 });
      expect(build?.stages[0]?.steps.map(({ status, version }) => [status, version])).toEqual([
        ['success', 4],
        ['cancelled', 5],
        ['skipped', 4],
      ]);
    });

    test('a workflow that failed for another reason makes it a failure', async () => {
      const other = { ...workflow, id: 5, pid: 5, error: '', children: [] };
      await expect(told(sent([other]))).resolves.toMatchObject({ status: 'failure', version: 4 });
    });
  });

  test('warnings are no errors', async () => {
    const errors = [
      { type: 'bad_habit', message: 'no event filter', is_warning: true, data: null },
      { type: 'linter', message: 'steps missing', is_warning: false, data: { file: 'a' } },
    ];
    await expect(told({ status: 'error', errors })).resolves.toMatchObject({ error: 'steps missing' });
    await expect(told({ errors: errors.slice(0, 1) })).resolves.toMatchObject({ error: null });
  });

  test('pull requests of every forge', async () => {
    for (const [ref, number] of [
      ['refs/pull/12/head', 12],
      ['refs/merge-requests/9/head', 9],
      ['refs/pull-requests/4/from', 4],
    ] as const) {
      const build = await told({ event: 'pull_request', ref, refspec: 'fix:main', from_fork: true });
      expect(build).toMatchObject({ pullRequest: number, sourceBranch: 'fix', fork: null });
    }
  });

  const workflow = (state: string, step: string, more = {}) => ({
    pid: 1,
    name: 'build',
    state,
    started: 5,
    children: [{ id: 3, pid: 2, name: 'test', state: step, started: 6, exit_code: 0, ...more }],
  });

  test.each([
    ['killed', 'cancelled'],
    ['failure', 'cancelled'],
    ['success', 'success'],
    ['declined', 'declined'],
  ])('parts of a %s one that still read running are %s', async (status, ours) => {
    const build = await told({ status, finished: 90, workflows: [workflow('running', 'running')] });
    expect(build?.stages[0]).toMatchObject({ status: ours, finishedAt: 90_000 });
    expect(build?.stages[0]?.steps[0]).toMatchObject({
      status: ours,
      exitCode: ours === 'success' ? 0 : null,
    });
    const waits = await told({ status: 'killed', finished: 90, workflows: [workflow('pending', 'pending')] });
    expect(waits?.stages[0]).toMatchObject({ status: 'skipped', finishedAt: null });
  });

  test('one whose agent died goes on running, with nothing invented', async () => {
    const build = await told({ status: 'running', workflows: [workflow('running', 'running')] });
    expect(build?.stages[0]).toMatchObject({ status: 'running', finishedAt: null });
  });

  test('an exit code is one of a step that ended by itself', async () => {
    for (const [state, code] of [
      ['success', 0],
      ['failure', 2],
      ['killed', null],
      ['skipped', null],
      ['canceled', null],
    ] as const) {
      const build = await told({ workflows: [workflow('failure', state, { exit_code: code ?? 0 })] });
      expect(build?.stages[0]?.steps[0]?.exitCode).toBe(code);
    }
  });

  test('matrix stages share a name and are told apart by their axes', async () => {
    const build = await told({
      workflows: [
        { ...workflow('success', 'success'), pid: 2, environ: { GO: '1.25' } },
        { ...workflow('success', 'failure'), environ: { GO: '1.24' } },
      ],
    });
    expect(build?.stages.map(({ number, axes }) => [number, axes.GO])).toEqual([
      [1, '1.24'],
      [2, '1.25'],
    ]);
    // A step that failed in a workflow that went well was allowed to.
    expect(build?.stages[0]?.steps[0]?.ignoresFailure).toBe(true);
    expect(buildSchema.parse(build)).toEqual(build);
  });

  test('what its files say of it: dependencies, ignored failures, labels, images', async () => {
    const lint = { id: 4, pid: 3, name: 'lint', state: 'failure', exit_code: 1 };
    const first = workflow('running', 'running');
    answers.set('/api/repos/7/pipelines/7/config', [
      {
        name: 'build',
        data: base64(
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the file's own
          'labels: {platform: "linux/${ARCH}", gpu: yes}\nsteps:\n- {name: test, image: go, depends_on: [lint]}\n- {name: lint, failure: ignore}\n',
        ),
      },
      { name: 'deploy', data: base64('depends_on: [build, gone]\nsteps: [{name: a}]') },
    ]);
    const workflows = [
      { ...first, environ: { ARCH: 'arm64' }, children: [...first.children, lint] },
      { ...workflow('pending', 'pending'), pid: 4, name: 'deploy' },
    ];
    const build = await told({ workflows });
    expect(build?.stages[0]).toMatchObject({
      labels: { platform: 'linux/arm64', gpu: 'yes' },
      steps: [
        { name: 'test', image: 'go', dependsOn: ['lint'], ignoresFailure: false },
        { name: 'lint', ignoresFailure: true },
      ],
    });
    expect(build?.stages[1]?.dependsOn).toEqual(['build']);
    await told({ workflows });
    expect(double.seen.filter(({ url }) => url.endsWith('/config'))).toHaveLength(1);
    // The number was given out again: another build, other files.
    await told({ workflows, created: 1_795_000_100 });
    expect(double.seen.filter(({ url }) => url.endsWith('/config'))).toHaveLength(2);
  });

  test('one broken entry does not cost the others', async () => {
    answers.set('/api/repos/7/pipelines', [{ status: 'running' }, sentPipeline(), 'x', null]);
    expect((await client().builds(path, 1, 25)).map((build) => build.number)).toEqual([7]);
    answers.set('/api/repos/7/pipelines', [{ status: 'running' }]);
    await expect(client().builds(path, 1, 25)).rejects.toMatchObject({ code: 'ci_answer_unreadable' });
  });
});

describe('logs', () => {
  const step = { number: 7, stage: 1, step: 2 };
  const read = async () => {
    const all = [];
    for await (const records of client().storedLog(path, step, AbortSignal.timeout(9_000)))
      all.push(...records);
    return all;
  };
  const is = (state: string, finished: number) =>
    answers.set(
      '/api/repos/7/pipelines/7',
      sentPipeline({
        workflows: [{ pid: 1, name: 'b', state, children: [{ id: 50, pid: 2, state, finished }] }],
      }),
    );

  test('null is no log yet, whatever ran; of a running step what is there is only its beginning', async () => {
    is('success', 1);
    answers.set('/api/repos/7/logs/7/50', null);
    await expect(read()).rejects.toMatchObject({ code: 'log_absent' });
    is('running', 0);
    answers.set('/api/repos/7/logs/7/50', [{ line: 0, data: null, time: 0 }]);
    await expect(read()).rejects.toMatchObject({ code: 'log_absent' });
    is('success', 1);
    await expect(read()).resolves.toEqual([{ pos: 0, out: '\n', time: 0 }]);
  });

  test.each([0, -3_600_000, 90_000])(
    'of a step that ended a moment ago it is not asked for before its last lines can be there, clocks apart by %i ms',
    async (apart) => {
      skew = apart;
      is('success', Math.floor((clock.now() + skew) / 1000) - 1);
      answers.set('/api/repos/7/logs/7/50', [{ line: 0, data: 'aGk=' }]);
      const reading = read();
      const asks = () => double.seen.filter(({ url }) => url.includes('/logs/')).length;
      await expect.poll(() => double.seen.some(({ url }) => url.endsWith('/pipelines/7'))).toBe(true);
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
      expect(clock.asleep).toBeGreaterThan(0);
      expect(asks()).toBe(0);
      clock.advance(4_000);
      await expect(reading).resolves.toHaveLength(1);
      expect(asks()).toBe(1);
    },
  );

  test('bytes come as they were printed, as far as they are text', async () => {
    is('success', 1);
    const lines = ['\u001b[31mred\u001b[0m', 'bell\u0007', 'tab\there\r', '中文 <b>', ''];
    answers.set(
      '/api/repos/7/logs/7/50',
      lines.map((text, line) => ({ line, data: text === '' ? null : base64(text), time: 1 })),
    );
    expect((await read()).map((record) => record.out)).toEqual(lines.map((line) => `${line}\n`));
  });
});

describe('what an older server sends', () => {
  /** A recorded answer with the keys of 2.8. */
  const older = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(older);
    if (typeof value !== 'object' || value === null) return value;
    const isPart = 'pid' in value;
    const names: Record<string, string> = isPart
      ? { started: 'start_time', finished: 'end_time' }
      : { created: 'created_at', updated: 'updated_at', started: 'started_at', finished: 'finished_at' };
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [names[key] ?? key, older(inner)]));
  };

  test('every recorded pipeline reads the same under the older names', async () => {
    const pipelines = exchanges().filter(
      ({ method, path, status }) =>
        method === 'GET' && status === 200 && /\/repos\/\d+\/pipelines\/\d+$/.test(path),
    );
    expect(pipelines.length).toBeGreaterThan(25);
    for (const { text } of pipelines) {
      const wire = JSON.parse(text) as { number: number };
      answers.set('/api/repos/7/pipelines/7', wire);
      const now = await client().build(path, 7);
      answers.set('/api/repos/7/pipelines/7', older(wire));
      expect(await client().build(path, 7)).toEqual(now);
      expect(now?.createdAt).toBeGreaterThan(0);
    }
  });

  test('one switch of trust, one of approval', async () => {
    answers.set(
      `/api/repos/lookup/${path}`,
      sentRepository({ trusted: true, require_approval: 'pull_requests' }),
    );
    const { settings } = (await client().repository(path)) ?? {};
    expect(settings).toMatchObject({
      trusted: true,
      trustedNetwork: null,
      trustedVolumes: null,
      trustedSecurity: null,
      approvals: 'pull_requests',
    });
    expect(settingsSchema.parse(settings)).toEqual(settings);
    answers.set(
      `/api/repos/lookup/${path}`,
      sentRepository({ trusted: false, require_approval: undefined, gated: true }),
    );
    expect((await client().repository(path))?.settings).toMatchObject({
      trusted: false,
      approvals: 'all_events',
    });
  });

  test('tasks of the queue without numbers, the newest builds from the feed', async () => {
    answers.set('/api/queue/info', {
      pending: [
        { id: '1', pid: 1, name: 'build', labels: { repo: path, platform: 'linux/arm64' }, agent_id: 0 },
      ],
      running: [{ id: '2', name: 'build', labels: {}, agent_id: 4 }],
    });
    await expect(client().queue()).resolves.toMatchObject([
      { number: null, path: null, runner: 'agent 4', running: true },
      { number: null, path, stageNumber: 1, os: 'linux', arch: 'arm64', runner: null },
    ]);
    answers.set('/api/user/repos', [sentRepository()]);
    answers.set('/api/user/feed', [
      { repo_id: 7, number: 31, status: 'success', event: 'push', created_at: 5 },
    ]);
    await expect(client().repositories()).resolves.toMatchObject([
      { path, counter: 31, lastBuild: { number: 31, createdAt: 5_000 } },
    ]);
  });

  test('open pipelines that name their repository only by its id', async () => {
    answers.set('/api/pipelines', [
      { repo_id: 7, number: 31, status: 'running', event: 'push', created_at: 5 },
      { repo_id: 99, number: 1, status: 'running', event: 'push', created_at: 5 },
    ]);
    answers.set('/api/repos', [sentRepository()]);
    await expect(client().incomplete()).resolves.toMatchObject([{ path, build: { number: 31 } }]);
  });

  test.each([
    ['2.8.3', false, '/user#cli-and-api'],
    ['3.0.0', false, '/user/cli-and-api'],
    ['3.16.1', true, '/user/cli-and-api'],
    ['4.0.0', true, '/user/cli-and-api'],
    ['next-c0ffee1', true, '/user/cli-and-api'],
  ])('%s: reads rights anew %s, tokens at %s', async (version, sync, tokens) => {
    expect(server.declaration.capabilities).toContain('sync');
    answers.set('/version', { source: 'x', version });
    await expect(server.probe()).resolves.toEqual({ version });
    expect(server.declaration.capabilities.includes('sync')).toBe(sync);
    expect(server.tokenPageUrl).toBe(`https://ci.example.test/sub${tokens}`);
    if (!sync) await expect(client().sync()).rejects.toMatchObject({ code: 'not_supported' });
  });

  test('a version that only the header tells', async () => {
    double.answer = (_, response) => {
      response.setHeader('x-woodpecker-version', '2.8.1');
      sendJson(response, 200, {});
    };
    await expect(server.probe()).resolves.toEqual({ version: '2.8.1' });
  });

  test('the end of a log was an error', async () => {
    is('running');
    double.answer = ((before) => (seen, response) => {
      if (!seen.url.includes('/stream/')) return before(seen, response);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('id: 1\ndata: {"line":0,"data":"aGk=","time":2}\n\nevent: error\ndata: eof\n\n');
    })(double.answer);
    const heard = [];
    for await (const event of client().tail(
      path,
      { number: 7, stage: 1, step: 2 },
      AbortSignal.timeout(9_000),
    )) {
      heard.push(event);
    }
    expect(heard).toEqual([
      { type: 'open' },
      { type: 'records', records: [{ pos: 0, out: 'hi\n', time: 2 }] },
      { type: 'end' },
    ]);
    function is(state: string) {
      const children = [{ id: 50, pid: 2, state }];
      answers.set('/api/repos/7/pipelines/7', sentPipeline({ workflows: [{ pid: 1, state, children }] }));
    }
  });
});

test('its page of a build, by its own id of the repository', async () => {
  expect(server.buildUrl(path, 7)).toBe('https://ci.example.test/sub/repos');
  await client().repository(path);
  expect(server.buildUrl(path, 7)).toBe('https://ci.example.test/sub/repos/7/pipeline/7');
});

test('the list of what is not called by the console holds what it never should', () => {
  const source = readFileSync(new URL('./routes.ts', import.meta.url), 'utf8');
  expect(source).not.toMatch(/'[A-Z]+ [^']*(norunningpipelines|users|pause|token)/);
});
