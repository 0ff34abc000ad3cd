import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CiClient } from '../../../ports/ci-server.ts';
import { type HttpDouble, sendJson } from '../../../testing/http-double.ts';
import { droneBefore, sentBuild } from './testing.ts';

const token = 'made-up-token-0123456789abcdef';
const path = 'acme/shop';

let double: HttpDouble;
let client: CiClient;
beforeAll(async () => {
  const before = await droneBefore();
  double = before.double;
  client = before.drone.as(token);
});
beforeEach(() => {
  double.seen.length = 0;
  double.answer = (_, response) => sendJson(response, 200, null);
});
afterAll(() => double.stop());

describe('answers', () => {
  const answering = (status: number, value: unknown) => {
    double.answer = (_, response) => sendJson(response, status, value);
  };

  test('words and keys we do not know cost nothing', async () => {
    answering(200, {
      ...sentBuild({ status: 'paused', event: 'merge_group', params: null, parent: 'x', stages: null }),
      tomorrow: [{}],
    });
    await expect(client.build(path, 7)).resolves.toMatchObject({
      status: 'unknown',
      event: 'unknown',
      parameters: {},
      parent: null,
      stages: [],
      startedAt: null,
    });
    answering(200, sentBuild({ status: 'constructor' }));
    await expect(client.build(path, 7)).resolves.toMatchObject({ status: 'unknown' });
  });

  test('one broken entry does not cost the others', async () => {
    answering(200, [{ status: 'running' }, sentBuild(), 'x', null]);
    expect((await client.builds(path, 1, 25)).map((build) => build.number)).toEqual([7]);
    answering(200, [{ status: 'running' }]);
    await expect(client.builds(path, 1, 25)).rejects.toMatchObject({ code: 'ci_answer_unreadable' });
  });

  test.each([
    ['pending', 'blocked', 'approval'],
    ['running', 'blocked', 'approval'],
    ['declined', 'blocked', 'declined'],
    ['killed', 'skipped', 'cancelled'],
    ['pending', 'waiting_on_dependencies', 'waiting'],
  ])('a build %s with a stage %s is %s', async (status, stage, ours) => {
    answering(200, sentBuild({ status, stages: [{ number: 1, status: stage }] }));
    const build = await client.build(path, 7);
    expect(build?.status).toBe(ours);
    expect(build?.stages[0]?.waitsForDependencies).toBe(stage === 'waiting_on_dependencies');
  });

  test("a fork's pull request names it, one of the repository's own does not", async () => {
    const ref = 'refs/pull/12/head';
    answering(200, sentBuild({ event: 'pull_request', ref, source: 'fix', source_repo: 'ACME/Shop' }));
    await expect(client.build(path, 7)).resolves.toMatchObject({
      fork: null,
      pullRequest: 12,
      sourceBranch: 'fix',
    });
    answering(200, sentBuild({ event: 'pull_request', ref, source: 'fix', source_repo: 'grace/shop' }));
    await expect(client.build(path, 7)).resolves.toMatchObject({ fork: 'grace/shop' });
  });

  test('stages and steps come by number, a picture address only by http', async () => {
    answering(200, {
      ...sentBuild({ author_avatar: 'javascript:alert(1)' }),
      stages: [
        { number: 2, name: 'b', steps: [{ number: 2 }, { number: 1 }] },
        { number: 1, name: 'a' },
      ],
    });
    const build = await client.build(path, 7);
    expect(build?.stages.map((stage) => stage.name)).toEqual(['a', 'b']);
    expect(build?.stages[1]?.steps.map((one) => one.number)).toEqual([1, 2]);
    expect(build?.author.avatarUrl).toBeNull();
  });

  test('a visibility we do not know is private', async () => {
    answering(200, { uid: '1', slug: path, visibility: 'team' });
    await expect(client.repository(path)).resolves.toMatchObject({ visibility: 'private' });
  });

  test('the queue learns which builds its stages belong to', async () => {
    double.answer = (seen, response) =>
      seen.url === '/api/queue'
        ? sendJson(response, 200, [
            {
              build_id: 70,
              number: 1,
              name: 'build',
              status: 'running',
              os: 'linux',
              arch: 'arm64',
              started: 5,
              machine: 'm1',
            },
            { build_id: 71, number: 1, name: 'test', status: 'pending', created: 4 },
          ])
        : sendJson(response, 200, [{ uid: '1', slug: path, build: sentBuild() }]);
    const other = { type: '', os: '', arch: '', stageNumber: 1, labels: {} };
    expect(await client.queue()).toEqual([
      {
        ...other,
        path,
        number: 7,
        stage: 'build',
        os: 'linux',
        arch: 'arm64',
        running: true,
        runner: 'm1',
        since: 5000,
      },
      { ...other, path: null, number: null, stage: 'test', running: false, runner: null, since: 4000 },
    ]);
  });

  test.each([
    [500, 'Optimistic Lock Error', 'conflict'],
    [500, 'pq: duplicate key value violates unique constraint "secrets_x"', 'already_exists'],
    [500, "Error 1062: Duplicate entry '2-a' for key 'secrets.secret_repo_id'", 'already_exists'],
    [500, 'UNIQUE constraint failed: builds.build_repo_id, builds.build_number', 'conflict'],
    [500, 'Cannot find the configuration file', 'ci_error'],
    [409, 'conflict', 'conflict'],
  ])('%i "%s" is %s', async (status, message, code) => {
    answering(status, { message });
    await expect(
      client.addSecret(path, { name: 'a', value: 'x', pullRequests: false }),
    ).rejects.toMatchObject({ code });
  });

  test('a sync that the forge refuses the account fails, in its own words', async () => {
    answering(500, { message: 'Unauthorized' });
    await expect(client.sync()).rejects.toMatchObject({
      code: 'ci_error',
      facts: { raw: '500 Unauthorized' },
    });
    expect(double.seen).toHaveLength(1);
  });

  test('a sync that takes longer than a call may goes on in the background', async () => {
    double.answer = (request, response) =>
      request.url.includes('async=false') ? response.destroy() : sendJson(response, 204, null);
    await client.sync();
    expect(double.seen.map((one) => one.url)).toEqual([
      '/api/user/repos?async=false',
      '/api/user/repos?async=true',
    ]);
  });

  test('what the forge does not find is the pipeline file, what the server does not find is not', async () => {
    const beginnings = () => [
      client.start(path, { branch: 'main', parameters: {} }),
      client.restart(path, 7, { parameters: {}, debug: false }),
      client.promote(path, 7, { environment: 'staging', parameters: {} }),
      client.rollback(path, 7, { environment: 'staging', parameters: {} }),
    ];
    const outcomes = async () =>
      (await Promise.allSettled(beginnings())).map((one) => 'reason' in one && one.reason.code);
    answering(500, { message: 'Not Found' });
    expect(await outcomes()).toEqual(Array(4).fill('pipeline_file_missing'));
    answering(404, { message: 'Not Found' });
    expect(await outcomes()).toEqual(Array(4).fill('not_found'));
    answering(500, { message: 'sql: connection is already closed' });
    expect(await outcomes()).toEqual(Array(4).fill('ci_error'));
  });

  test('neither the token nor a value comes back in an error', async () => {
    answering(500, { message: `bad token ${token} for value made-up-secret-value` });
    const adding = client.addSecret(path, { name: 'a', value: 'made-up-secret-value', pullRequests: false });
    await expect(adding).rejects.toMatchObject({
      facts: { raw: '500 bad token [redacted] for value [redacted]' },
    });
  });
});
