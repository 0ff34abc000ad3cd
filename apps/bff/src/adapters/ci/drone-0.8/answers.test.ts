import { describe, expect, test } from 'vitest';
import type { CiClient } from '../../../ports/ci-server.ts';
import { type Seen, sendJson } from '../../../testing/http-double.ts';
import { doubleForAll } from '../testing.ts';
import { drone08At, sentBuild, sentProc } from './testing.ts';

const double = doubleForAll();
const asked = () => double.current.seen.map(({ method, url }) => `${method} ${url}`);

/** A client before a server that gives these answers: a value, a status with words, or by what was asked. */
function before(answers: Record<string, unknown>): CiClient {
  double.current.seen.length = 0;
  double.current.answer = ({ method, url }: Seen, response) => {
    const answer = answers[`${method} ${url}`] ?? answers[url];
    if (typeof answer === 'number') response.writeHead(answer).end();
    else if (typeof answer === 'string') {
      response.writeHead(Number(answer.slice(0, 3)), { 'content-type': 'text/plain' }).end(answer.slice(4));
    } else if (answer === undefined) response.writeHead(418).end();
    else sendJson(response, 200, answer);
  };
  return drone08At(double.current.url).as('made-up');
}

const repo = '/api/repos/acme/checkout';
const path = 'acme/checkout';

describe('the processes of a build', () => {
  const steps = [sentProc(3, 1, { name: 'clone', state: 'success' }), sentProc(4, 1, { name: 'test' })];
  const matrix = [
    sentProc(1, 0, { environ: { GO: '1.9' }, machine: 'agent1', platform: 'linux/arm64' }),
    sentProc(2, 0, { environ: { GO: '1.8' }, state: 'pending' }),
  ];

  test('are the same build as a tree and side by side', async () => {
    const [first, second] = matrix;
    const tree = sentBuild({ procs: [{ ...first, children: steps }, second] });
    const flat = sentBuild({ procs: [...matrix, ...steps] });
    const one = await before({ [`${repo}/builds/7`]: tree }).build(path, 7);
    const other = await before({ [`${repo}/builds/7`]: flat }).build(path, 7);
    expect(one).toEqual(other);
    expect(one?.stages).toMatchObject([
      {
        ...{ number: 1, name: 'default', axes: { GO: '1.9' }, status: 'running', type: 'docker' },
        ...{ runner: 'agent1', platform: { os: 'linux', arch: 'arm64', variant: null, kernel: null } },
        steps: [
          { number: 3, name: 'clone', status: 'success', exitCode: 0 },
          { number: 4, name: 'test', status: 'running', exitCode: null },
        ],
      },
      { number: 2, name: 'default', axes: { GO: '1.8' }, status: 'waiting', steps: [], runner: null },
    ]);
  });

  test('of a cancelled build: not a failure, and what still ran was no success', async () => {
    const over = { start_time: 1_795_000_001, end_time: 1_795_000_009 };
    const procs = [
      sentProc(1, 0, { ...over, state: 'failure', exit_code: 137, error: 'Cancelled' }),
      sentProc(2, 1, { ...over, end_time: 1_795_000_003, state: 'success' }),
      sentProc(3, 1, { ...over, state: 'success' }),
      sentProc(4, 1, { state: 'skipped' }),
    ];
    const wire = sentBuild({ status: 'failure', finished_at: 1_795_000_009, procs });
    const build = await before({ [`${repo}/builds/7`]: wire }).build(path, 7);
    expect(build?.status).toBe('cancelled');
    expect(build?.stages[0]).toMatchObject({ status: 'cancelled', exitCode: 137, error: 'Cancelled' });
    expect(build?.stages[0]?.steps.map(({ status, exitCode }) => [status, exitCode])).toEqual([
      ['success', 0],
      ['cancelled', null],
      ['skipped', null],
    ]);
    // What is concluded stays when a list says the server's word again.
    const [head] = await before({ [`${repo}/builds?page=1`]: [{ ...wire, procs: undefined }] }).builds(
      path,
      1,
      5,
    );
    expect(head?.status).toBe('failure');
    expect(head?.version).toBeLessThan(build?.version ?? 0);
  });

  test('of a build that failed by itself stay a failure', async () => {
    const procs = [
      sentProc(1, 0, { state: 'failure', exit_code: 137, error: '' }),
      sentProc(2, 1, { state: 'killed', exit_code: 137 }),
    ];
    const build = await before({ [`${repo}/builds/7`]: sentBuild({ status: 'failure', procs }) }).build(
      path,
      7,
    );
    expect(build).toMatchObject({ status: 'failure', stages: [{ status: 'failure', exitCode: 137 }] });
  });

  test('held: the build says so, and has none yet', async () => {
    const held = await before({ [`${repo}/builds/7`]: sentBuild({ status: 'blocked' }) }).build(path, 7);
    expect(held).toMatchObject({ status: 'approval', stages: [] });
  });
});

describe('a build number the server does not have', () => {
  test('is told by the list, with two questions', async () => {
    const client = before({ [`${repo}/builds/8`]: 500, [`${repo}/builds?page=1`]: [sentBuild()] });
    await expect(client.build(path, 8)).resolves.toBeNull();
    expect(asked()).toEqual([`GET ${repo}/builds/8`, `GET ${repo}/builds?page=1`]);
  });

  test('is not what a database in trouble says', async () => {
    const client = before({ [`${repo}/builds/8`]: 500, [`${repo}/builds?page=1`]: 500 });
    await expect(client.build(path, 8)).rejects.toMatchObject({ code: 'ci_error' });
  });
});

describe('pages of builds', () => {
  test('are cut out of the server’s own fifties', async () => {
    const all = Array.from({ length: 120 }, (_, at) => sentBuild({ number: 120 - at }));
    const pages = Object.fromEntries(
      [1, 2, 3].map((page) => [`${repo}/builds?page=${page}`, all.slice((page - 1) * 50, page * 50)]),
    );
    const numbers = async (page: number, size: number) =>
      (await before(pages).builds(path, page, size)).map(({ number }) => number);
    expect(await numbers(1, 2)).toEqual([120, 119]);
    expect(await numbers(2, 1)).toEqual([119]);
    expect(await numbers(1, 100)).toEqual(all.slice(0, 100).map(({ number }) => number));
    expect(await numbers(2, 100)).toEqual(all.slice(100).map(({ number }) => number));
    expect(await numbers(3, 40)).toEqual(all.slice(80).map(({ number }) => number));
  });
});

describe('a cancel', () => {
  const deletes = () => asked().filter((line) => line.startsWith('DELETE'));
  const cancelling = (build: unknown, more: Record<string, unknown> = {}) =>
    before({ [`GET ${repo}/builds/7`]: build, ...more }).cancel(path, 7);

  test('ends every pipeline that runs', async () => {
    const build = sentBuild({ procs: [sentProc(1, 0), sentProc(2, 0), sentProc(3, 1)] });
    await cancelling(build, {
      [`DELETE ${repo}/builds/7/1`]: 204,
      [`DELETE ${repo}/builds/7/2`]: '400 Cannot cancel a non-running build',
    });
    expect(deletes()).toEqual([`DELETE ${repo}/builds/7/1`, `DELETE ${repo}/builds/7/2`]);
  });

  const pending = sentBuild({ status: 'pending', procs: [sentProc(1, 0, { state: 'pending' })] });
  const stageOne = `DELETE ${repo}/builds/7/1`;

  test('of what no agent has taken is refused by the server', async () => {
    const refusal = '400 Cannot cancel a non-running build';
    await expect(cancelling(pending, { [stageOne]: refusal })).rejects.toMatchObject({
      ...{ code: 'not_supported', message: /^What no runner/ },
    });
    expect(deletes()).toEqual([stageOne]);
    await expect(
      cancelling(sentBuild({ status: 'blocked' }), { [`GET ${repo}/secrets`]: [] }),
    ).rejects.toMatchObject({ code: 'not_supported' });
    expect(deletes()).toEqual([]);
  });

  test.each([
    [401, 'ci_token_refused'],
    [404, 'not_found'],
  ])('of it by somebody who may not (%s) is told as that', async (status, code) => {
    const held = sentBuild({ status: 'blocked' });
    await expect(cancelling(pending, { [stageOne]: status })).rejects.toMatchObject({ code });
    await expect(cancelling(held, { [`GET ${repo}/secrets`]: status })).rejects.toMatchObject({ code });
  });

  test('of one that an agent took that moment stops it', async () => {
    await cancelling(pending, { [stageOne]: 204 });
    expect(deletes()).toEqual([stageOne]);
  });

  test('that can only be done in part says what was done', async () => {
    const build = sentBuild({ procs: [sentProc(1, 0), sentProc(2, 0, { state: 'pending' })] });
    const cancel = cancelling(build, {
      [stageOne]: 204,
      [`DELETE ${repo}/builds/7/2`]: '400 Cannot cancel a non-running build',
    });
    await expect(cancel).rejects.toMatchObject({ code: 'not_supported', message: /What ran was stopped/ });
    expect(deletes()).toEqual([stageOne, `DELETE ${repo}/builds/7/2`]);
  });

  test('of one whose agent is gone writes the build off', async () => {
    const build = sentBuild({ procs: [sentProc(1, 0, { state: 'killed', exit_code: 137 })] });
    await cancelling(build, { [`DELETE ${repo}/builds/7`]: 204 });
    expect(deletes()).toEqual([`DELETE ${repo}/builds/7`]);
  });

  test('of one that is over changes nothing, and is refused to who may not', async () => {
    const build = sentBuild({ status: 'success', procs: [sentProc(1, 0, { state: 'success' })] });
    const path = `DELETE ${repo}/builds/7/1`;
    await cancelling(build, { [path]: '400 Cannot cancel a non-running build' });
    await expect(cancelling(build, { [path]: 404 })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('refusals by their words', () => {
  const again = (words: string) =>
    before({ [`POST ${repo}/builds/7`]: words }).restart(path, 7, { parameters: {}, debug: false });

  test.each([
    ['500 cannot restart a build with status blocked', 'awaiting_approval'],
    ['500 cannot restart a build with status declined', 'conflict'],
    ['500 UNIQUE constraint failed: builds.build_number', 'conflict'],
    ['413 User not authorized', 'forbidden'],
    ['500 ', 'ci_error'],
  ])('%s: %s', async (words, code) => {
    await expect(again(words)).rejects.toMatchObject({ code });
  });

  test.each(['access_token', 'EVENT', 'deploy_to', 'fork'])('%s is no parameter', async (name) => {
    const client = before({});
    const restart = client.restart(path, 7, { parameters: { [name]: 'x' }, debug: false });
    await expect(restart).rejects.toMatchObject({ code: 'invalid' });
    expect(asked()).toEqual([]);
  });
});

describe('a secret with a slash in its name', () => {
  const list = [{ id: 1, name: 'a/b', event: ['push'] }];
  test.each([
    ['that is there can be neither changed nor removed, and says so', 'a/b', 'not_supported'],
    ['that is not there is not found', 'c/d', 'not_found'],
  ])('%s', async (_, name, code) => {
    const client = before({ [`${repo}/secrets`]: list });
    await expect(client.removeSecret(path, name)).rejects.toMatchObject({ code });
    await expect(client.changeSecret(path, name, { value: 'x' })).rejects.toMatchObject({ code });
    expect(new Set(asked())).toEqual(new Set([`GET ${repo}/secrets`]));
  });

  test('is not added', async () => {
    const adding = before({}).addSecret(path, { name: 'a/b', value: 'x', pullRequests: false });
    await expect(adding).rejects.toMatchObject({ code: 'invalid', facts: { fields: { name: 'refused' } } });
    expect(asked()).toEqual([]);
  });
});

describe('who may read a secret', () => {
  const change = async (event: string[] | null, pullRequests: boolean) => {
    const secret = { id: 1, name: 'key', image: ['plugins/*'], event };
    const client = before({ [`GET ${repo}/secrets/key`]: secret, [`PATCH ${repo}/secrets/key`]: secret });
    await client.changeSecret(path, 'key', { pullRequests });
    return JSON.parse(double.current.seen.at(-1)?.body ?? '');
  };

  test.each([
    // Closing: the others stay, patterns and the want of any become the events they stood for.
    [['push', 'pull_request', 'tag'], false, ['push', 'tag']],
    [['push'], false, ['push']],
    [[], false, ['push', 'tag', 'deployment']],
    [null, false, ['push', 'tag', 'deployment']],
    [['*'], false, ['push', 'tag', 'deployment']],
    [['pu*', 'tag'], false, ['tag', 'push']],
    // Opening: one more, unless one is enough already.
    [['push'], true, ['push', 'pull_request']],
    [['p*'], true, ['p*']],
  ] as const)('%j, open %s: %j', async (events, open, expected) => {
    expect(await change(events && [...events], open)).toEqual({ event: expected });
  });

  test('without any event left it is not closed', async () => {
    await expect(change(['pull_request'], false)).rejects.toMatchObject({ code: 'invalid' });
  });

  test('is every event where none is named', async () => {
    const list = [
      { name: 'any', event: [] },
      { name: 'stars', event: ['pull_*'] },
      { name: 'pushes', event: ['push'] },
    ];
    const secrets = await before({ [`${repo}/secrets`]: list }).secrets(path);
    expect(secrets.map(({ pullRequests }) => pullRequests)).toEqual([true, true, false]);
  });
});

test('the queue names its tasks by the processes of open builds, each looked at once', async () => {
  const task = (id: string, labels: object) => ({ id, data: 'c2VjcmV0', labels });
  const queue = {
    pending: [task('101', { platform: 'linux/amd64', repo: path }), task('999', { platform: 'linux/arm' })],
    running: null,
    stats: { worker_count: 0 },
  };
  const item = { ...sentBuild({ status: 'pending' }), full_name: path };
  const answers = {
    '/api/info/queue': queue,
    '/api/builds': [item],
    [`${repo}/builds/7`]: sentBuild({ procs: [sentProc(1, 0, { state: 'pending' }), sentProc(2, 1)] }),
  };
  const client = before(answers);
  const stages = await client.queue();
  expect(stages).toEqual([
    {
      ...{ path, number: 7, stage: 'default', stageNumber: 1, labels: {}, type: 'docker' },
      ...{ os: 'linux', arch: 'amd64', running: false, runner: null, since: 1_795_000_000_000 },
    },
    {
      ...{ path: null, number: null, stage: '', stageNumber: null, labels: {}, type: 'docker' },
      ...{ os: 'linux', arch: 'arm', running: false, runner: null, since: null },
    },
  ]);
  expect(JSON.stringify(stages)).not.toContain('c2VjcmV0');
  await client.queue();
  expect(asked().filter((line) => line.includes('/builds/7'))).toHaveLength(1);
});

test('builds have the platform and the labels that the queue told, also where it tells them to others alone', async () => {
  const labels = { platform: 'linux/arm64', repo: path, gpu: 'yes' };
  const client = before({
    '/api/info/queue': { pending: [{ id: '101', labels }], running: [] },
    '/api/builds': [],
    [`${repo}/builds/7`]: sentBuild({ procs: [sentProc(1, 0, { state: 'pending', platform: '' })] }),
  });
  expect((await client.build(path, 7))?.stages).toMatchObject([{ platform: null, labels: {} }]);
  await client.incomplete();
  const demands = { platform: { os: 'linux', arch: 'arm64' }, labels: { gpu: 'yes' } };
  expect((await client.build(path, 7))?.stages).toMatchObject([demands]);
  expect(await before({ '/api/info/queue': 403, '/api/builds': [] }).incomplete()).toEqual([]);
});

test('a path no forge has named yet is of no repository of theirs', async () => {
  const wire = { full_name: 'acme/other', active: true };
  const found = await before({ '/api/repos/acme/other': wire }).repository('acme/other');
  expect(found?.forgeRepoId).toBe('path:acme/other');
});

test('what only sharing a server with strangers could tell: there is no list of all', async () => {
  await expect(before({}).allRepositories()).rejects.toMatchObject({ code: 'forbidden' });
  expect(asked()).toEqual([]);
});
