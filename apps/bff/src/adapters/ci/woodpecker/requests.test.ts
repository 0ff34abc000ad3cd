import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CiClient } from '../../../ports/ci-server.ts';
import { type HttpDouble, type Seen, sendJson } from '../../../testing/http-double.ts';
import type { ManualClock } from '../../../testing/manual-clock.ts';
import { sentPipeline, sentRepository, woodpeckerAt, woodpeckerBefore } from './testing.ts';

const token = 'made-up-token-0123456789abcdef';
const path = 'acme/shop';

let double: HttpDouble;
let clock: ManualClock;
let client: CiClient;
/** What each path gets; 404 without a word for the others. */
let answers: Map<string, { status?: number; value?: unknown; text?: string; type?: string }>;

beforeAll(async () => {
  ({ double, clock } = await woodpeckerBefore());
});
beforeEach(() => {
  client = woodpeckerAt(double.url, { clock }).as(token);
  double.seen.length = 0;
  answers = new Map([
    [`GET /api/repos/lookup/${path}`, { value: sentRepository() }],
    ['GET /api/repos/7/permissions', { value: { pull: true, push: true, admin: false } }],
  ]);
  double.answer = ({ method, url }, response) => {
    const found = answers.get(`${method} ${url}`) ?? answers.get(`${method} ${url.split('?')[0]}`);
    if (!found) return void response.writeHead(404).end();
    if ('value' in found) return sendJson(response, found.status ?? 200, found.value);
    response.writeHead(found.status ?? 200, { 'content-type': found.type ?? 'text/plain' }).end(found.text);
  };
});
afterAll(() => double.stop());

const asked = () => double.seen.map(({ method, url }) => `${method} ${url}`);
const bodyOf = (seen: Seen | undefined): unknown => JSON.parse(seen?.body || 'null');
const last = () => double.seen.at(-1);

describe('ids beside numbers', () => {
  test('a path is looked up once, and anew after half a minute', async () => {
    answers.set('GET /api/repos/7/pipelines', { value: [] });
    await client.builds(path, 1, 10);
    await client.builds(path.toUpperCase(), 2, 10);
    expect(asked()).toEqual([
      `GET /api/repos/lookup/${path}`,
      'GET /api/repos/7/pipelines?page=1&perPage=10',
      'GET /api/repos/7/pipelines?page=2&perPage=10',
    ]);
    clock.advance(31_000);
    await client.builds(path, 1, 10);
    expect(asked().filter((one) => one.includes('lookup'))).toHaveLength(2);
  });

  test('activated anew under another id it is found again, and a change is sent once', async () => {
    answers.set('GET /api/repos/7/pipelines', { value: [] });
    await client.builds(path, 1, 10);
    answers.delete('GET /api/repos/7/pipelines');
    answers.set(`GET /api/repos/lookup/${path}`, { value: sentRepository({ id: 8 }) });
    answers.set('POST /api/repos/8/pipelines/3/cancel', { status: 204 });
    await client.cancel(path, 3);
    expect(asked().slice(2)).toEqual([
      'POST /api/repos/7/pipelines/3/cancel',
      `GET /api/repos/lookup/${path}`,
      'POST /api/repos/8/pipelines/3/cancel',
    ]);
  });

  test('what is found under a new name is not at the old path', async () => {
    answers.set(`GET /api/repos/lookup/${path}`, { value: sentRepository({ full_name: 'acme/store' }) });
    await expect(client.repository(path)).resolves.toBeNull();
    await expect(client.builds(path, 1, 1)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('groups of a forge with more than two segments, and no dots', async () => {
    const deep = 'group/sub/shop';
    answers.set(`GET /api/repos/lookup/${deep}`, { value: sentRepository({ full_name: deep }) });
    await expect(client.repository(deep)).resolves.toMatchObject({ path: deep, permission: 'write' });
    double.seen.length = 0;
    for (const odd of ['a', '', '/', 'a/..', '../..', 'a//b']) {
      await expect(client.repository(odd)).resolves.toBeNull();
    }
    expect(asked()).toEqual([]);
  });

  test('a log is named by the id the step has now', async () => {
    const step = (id: number) =>
      sentPipeline({
        status: 'success',
        finished: 2,
        workflows: [{ pid: 1, name: 'b', children: [{ id, pid: 3, state: 'success', finished: 1 }] }],
      });
    const log = async () => {
      for await (const records of client.storedLog(
        path,
        { number: 7, stage: 1, step: 3 },
        AbortSignal.any([]),
      ))
        return records;
      return null;
    };
    for (const id of [50, 99]) {
      answers.set('GET /api/repos/7/pipelines/7', { value: step(id) });
      answers.set(`GET /api/repos/7/logs/7/${id}`, { value: [{ line: 0, data: 'aGk=', time: 1 }] });
      await expect(log()).resolves.toEqual([{ pos: 0, out: 'hi\n', time: 1 }]);
    }
  });
});

describe('lists', () => {
  test('a hundred at a time are two pages of fifty, without doubles', async () => {
    const page = (from: number) => Array.from({ length: 50 }, (_, at) => sentPipeline({ number: from - at }));
    answers.set('GET /api/repos/7/pipelines?page=3&perPage=50', { value: page(200) });
    // One was pushed meanwhile: the pages overlap.
    answers.set('GET /api/repos/7/pipelines?page=4&perPage=50', { value: page(151) });
    const heads = await client.builds(path, 2, 100);
    expect(heads).toHaveLength(99);
    expect([heads[0]?.number, heads.at(-1)?.number]).toEqual([200, 102]);
  });

  test('null is an empty list everywhere', async () => {
    for (const list of ['pipelines', 'secrets', 'registries'])
      answers.set(`GET /api/repos/7/${list}`, { value: null });
    answers.set('GET /api/user/repos', { value: null });
    answers.set('GET /api/pipelines', { value: null });
    answers.set('GET /api/queue/info', { value: { pending: null, running: null, paused: true } });
    answers.set('GET /api/agents', { value: null });
    await expect(client.builds(path, 1, 5)).resolves.toEqual([]);
    await expect(client.secrets(path)).resolves.toEqual([]);
    await expect(client.registries?.list(path)).resolves.toEqual([]);
    await expect(client.repositories()).resolves.toEqual([]);
    await expect(client.incomplete()).resolves.toEqual([]);
    await expect(client.fleet()).resolves.toEqual({ runners: [], stages: [], paused: true, idle: null });
  });

  test('the page of the server in place of an answer is said to be one, whatever its status', async () => {
    const page = { text: '<!doctype html><title>Woodpecker</title>', type: 'text/html; charset=utf-8' };
    for (const one of ['GET /api/user', 'GET /api/repos/7/pipelines', 'POST /api/repos/7/repair'])
      answers.set(one, page);
    for (const work of [client.me(), client.builds(path, 1, 5), client.repair(path)]) {
      await expect(work).rejects.toMatchObject({
        code: 'ci_answer_unreadable',
        facts: { raw: 'Woodpecker' },
      });
    }
  });

  test("an agent's token in the administrator's list goes nowhere", async () => {
    const agent = {
      id: 1,
      name: 'a',
      token: 'made-up-agent-token',
      platform: 'linux/arm64',
      custom_labels: { gpu: 'yes' },
    };
    answers.set('GET /api/agents', { value: [agent] });
    answers.set('GET /api/queue/info', { value: {} });
    const fleet = await client.fleet();
    expect(JSON.stringify(fleet)).not.toContain('made-up-agent-token');
    expect(fleet?.runners[0]?.labels).toMatchObject({ platform: 'linux/arm64', gpu: 'yes', 'org-id': '*' });
  });
});

describe('starting, and what comes of it', () => {
  test('a manual run that no workflow matches is no build', async () => {
    answers.set('POST /api/repos/7/pipelines', { status: 204, text: '' });
    const parameters = { DEPTH: '2' };
    await expect(client.start(path, { branch: 'main', parameters })).resolves.toBeNull();
    expect(bodyOf(last())).toEqual({ branch: 'main', variables: parameters });
    expect(last()?.headers['content-type']).toMatch(/^application\/json/);
  });

  test('a branch that is not there is not found; another 500 is the server’s', async () => {
    answers.set('POST /api/repos/7/pipelines', { status: 500, text: '' });
    answers.set('GET /api/repos/7/branches', { value: ['main'] });
    const start = (branch: string) => client.start(path, { branch, parameters: {} });
    await expect(start('nope')).rejects.toMatchObject({ code: 'not_found' });
    await expect(start('main')).rejects.toMatchObject({ code: 'ci_error' });
  });

  test('a promotion is a restart by its query alone', async () => {
    answers.set('POST /api/repos/7/pipelines/3', {
      value: sentPipeline({ number: 9, parent: 3, event: 'deployment', deploy_to: 'eu', status: 'pending' }),
    });
    const request = { environment: 'eu west', parameters: { REGION: '欧', A: 'b&c' } };
    await expect(client.promote(path, 3, request)).resolves.toMatchObject({
      number: 9,
      event: 'promote',
      environment: 'eu',
      startedBy: null,
      parameters: {},
    });
    const query = 'event=deployment&deploy_to=eu%20west&REGION=%E6%AC%A7&A=b%26c';
    expect(last()?.url).toBe(`/api/repos/7/pipelines/3?${query}`);
    expect(last()?.body).toBe('');
    expect(last()?.headers.authorization).toBe(`Bearer ${token}`);
  });

  test.each(['event', 'deploy_to', 'DEPLOY_TASK', 'access_token'])(
    'no parameter is named %s',
    async (name) => {
      const parameters = { [name]: 'x' };
      const restart = client.restart(path, 3, { parameters, debug: false });
      await expect(restart).rejects.toMatchObject({ code: 'invalid' });
      await expect(client.promote(path, 3, { environment: 'eu', parameters })).rejects.toMatchObject({
        code: 'invalid',
      });
      expect(asked()).toEqual([]);
    },
  );

  test('where promotions are switched off it says so; a restart forbidden is something else', async () => {
    answers.set('POST /api/repos/7/pipelines/3', { status: 403, text: '' });
    const promoting = client.promote(path, 3, { environment: 'eu', parameters: {} });
    await expect(promoting).rejects.toMatchObject({ code: 'promotions_off' });
    const restarting = client.restart(path, 3, { parameters: {}, debug: false });
    await expect(restarting).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('a restart that cannot compile has made a build that says why', async () => {
    const errors = [{ type: 'generic', message: 'secret "x" is not allowed', is_warning: false }];
    answers.set('POST /api/repos/7/pipelines/3', { status: 500, text: '' });
    answers.set('GET /api/repos/7/pipelines', {
      value: [
        sentPipeline({ number: 9, parent: 3, status: 'error', errors, started: 5, finished: 5 }),
        sentPipeline(),
      ],
    });
    const restart = () => client.restart(path, 3, { parameters: {}, debug: false });
    await expect(restart()).resolves.toMatchObject({
      number: 9,
      status: 'error',
      error: 'secret "x" is not allowed',
      startedAt: null,
    });
    answers.set('GET /api/repos/7/pipelines', { value: [sentPipeline()] });
    await expect(restart()).rejects.toMatchObject({ code: 'ci_error' });
  });

  test('what the server cannot do is refused before anything is sent', async () => {
    const none = { parameters: {} };
    for (const work of [
      client.start(path, { branch: 'main', commit: 'c0ffee0', ...none }),
      client.restart(path, 3, { debug: true, ...none }),
      client.rollback(path, 3, { environment: 'eu', ...none }),
    ]) {
      await expect(work).rejects.toMatchObject({ code: 'not_supported' });
    }
    expect(asked()).toEqual([]);
  });

  test('a cancel of what is over is done; a decline of what does not wait is not', async () => {
    answers.set('POST /api/repos/7/pipelines/3/cancel', {
      status: 400,
      text: 'Cannot cancel a non-running or non-pending or non-blocked pipeline',
    });
    await expect(client.cancel(path, 3)).resolves.toBeUndefined();
    answers.set('GET /api/repos/7/pipelines/3', { value: sentPipeline({ number: 3, status: 'running' }) });
    await expect(client.decline(path, 3, null)).rejects.toMatchObject({ code: 'not_waiting' });
    expect(asked()).not.toContain('POST /api/repos/7/pipelines/3/decline');
  });

  test('a held one cannot be restarted', async () => {
    answers.set('POST /api/repos/7/pipelines/3', {
      status: 400,
      text: 'cannot restart a pipeline with status blocked',
    });
    const restart = client.restart(path, 3, { parameters: {}, debug: false });
    await expect(restart).rejects.toMatchObject({ code: 'awaiting_approval' });
  });
});

describe('activation and settings', () => {
  test('is by the forge’s id; what is active already is active', async () => {
    answers.set('POST /api/repos', { status: 409, text: 'Repository is already active.' });
    answers.set('GET /api/repos/7/permissions', { value: { pull: true, push: true, admin: true } });
    await expect(client.activate(path, '41')).resolves.toBeUndefined();
    expect(asked()[0]).toBe('POST /api/repos?forge_remote_id=41');
    // The server says so to everybody.
    answers.set('GET /api/repos/7/permissions', { value: { pull: true, push: true, admin: false } });
    await expect(client.activate(path, '41')).rejects.toMatchObject({ code: 'forbidden' });
    answers.set('POST /api/repos', { status: 409, text: 'Repository with same name exists' });
    await expect(client.activate(path, '41')).rejects.toMatchObject({ code: 'conflict' });
  });

  test('a change names its field alone; lists keep what is not named', async () => {
    const before = sentRepository({ cancel_previous_pipeline_events: ['push', 'tag'] });
    answers.set(`GET /api/repos/lookup/${path}`, { value: before });
    answers.set('PATCH /api/repos/7', { value: sentRepository() });
    const sent = async (change: Parameters<CiClient['changeSettings']>[1]) => {
      await client.changeSettings(path, change);
      return bodyOf(last());
    };
    expect(await sent({ approvals: 'all_events' })).toEqual({ require_approval: 'all_events' });
    expect(await sent({ promotions: true })).toEqual({ allow_deploy: true });
    expect(await sent({ ignorePullRequests: true })).toEqual({ allow_pr: false });
    expect(await sent({ trustedVolumes: true })).toEqual({ trusted: { volumes: true } });
    expect(await sent({ trusted: true })).toEqual({ trusted: true });
    expect(await sent({ pipelineFile: '.woodpecker/' })).toEqual({ config_file: '' });
    expect(await sent({ pipelineFile: 'ci/' })).toEqual({ config_file: 'ci/' });
    expect(await sent({ cancelPullRequests: true })).toEqual({
      cancel_previous_pipeline_events: ['push', 'tag', 'pull_request'],
    });
    expect(await sent({ cancelPushes: false })).toEqual({ cancel_previous_pipeline_events: ['tag'] });
  });

  test('rights are read anew where the server can', async () => {
    answers.set('POST /api/user/repos/refresh', { value: 'Ok' });
    await expect(client.sync()).resolves.toBeUndefined();
  });
});

describe('secrets and registries', () => {
  test('a new secret is for all events but pull requests', async () => {
    answers.set('POST /api/repos/7/secrets', { value: { name: 'a' } });
    const sent = async (pullRequests: boolean) => {
      await client.addSecret(path, { name: 'a', value: 'made up', pullRequests });
      return bodyOf(last()) as { events: string[] };
    };
    expect((await sent(false)).events.some((event) => event.startsWith('pull_request'))).toBe(false);
    expect((await sent(true)).events).toContain('pull_request');
    expect(await sent(false)).toMatchObject({ name: 'a', value: 'made up' });
  });

  test.each([
    [['push'], true, ['push', 'pull_request']],
    [['push', 'pull_request', 'deployment'], false, ['push', 'deployment']],
    [['push', 'pull_request_closed'], true, ['push', 'pull_request_closed']],
    [['tag', 'pull_request_closed', 'pull_request'], false, ['tag']],
  ])('of %j, pull requests %s: %j', async (events, pullRequests, expected) => {
    answers.set('GET /api/repos/7/secrets/a', { value: { name: 'a', events, images: ['x'], note: 'n' } });
    answers.set('PATCH /api/repos/7/secrets/a', { value: {} });
    await client.changeSecret(path, 'a', { pullRequests });
    expect(bodyOf(last())).toEqual({ events: expected });
  });

  test('a change of the value sends nothing else; one that would leave no event is refused', async () => {
    answers.set('PATCH /api/repos/7/secrets/a', { value: {} });
    await client.changeSecret(path, 'a', { value: 'made up' });
    expect(bodyOf(last())).toEqual({ value: 'made up' });
    answers.set('GET /api/repos/7/secrets/a', { value: { name: 'a', events: ['pull_request'] } });
    await expect(client.changeSecret(path, 'a', { pullRequests: false })).rejects.toMatchObject({
      code: 'invalid',
    });
  });

  test('a registry is replaced where it is, added where it is not; its host is spelled for an address', async () => {
    const words = { username: 'bot', password: 'made up' };
    answers.set('POST /api/repos/7/registries', { value: { id: 0 } });
    await client.registries?.put(path, { host: 'r.example.test:5000', ...words });
    expect(asked().slice(1)).toEqual([
      'PATCH /api/repos/7/registries/r.example.test%3A5000',
      'POST /api/repos/7/registries',
    ]);
    expect(bodyOf(last())).toEqual({ address: 'r.example.test:5000', ...words });
    answers.set('PATCH /api/repos/7/registries/r.example.test%3A5000', { value: { id: 0, username: 'bot' } });
    await client.registries?.put(path, { host: 'r.example.test:5000', ...words });
    expect(bodyOf(last())).toEqual(words);
  });

  test('registries are read to their last page', async () => {
    const hosts = Array.from({ length: 51 }, (_, at) => `r${at}.example.test`);
    const listed = hosts.map((address) => ({ address, username: 'bot' }));
    answers.set('GET /api/repos/7/registries?page=1&perPage=50', { value: listed.slice(0, 50) });
    answers.set('GET /api/repos/7/registries?page=2&perPage=50', { value: listed.slice(50) });
    expect((await client.registries?.list(path))?.map(({ host }) => host)).toEqual(hosts);
  });

  test('neither the token nor a value comes back in an error', async () => {
    const text = `bad ${token} for made-up-secret-value`;
    answers.set('POST /api/repos/7/secrets', { status: 500, text });
    const adding = client.addSecret(path, { name: 'a', value: 'made-up-secret-value', pullRequests: false });
    await expect(adding).rejects.toMatchObject({ facts: { raw: '500 bad [redacted] for [redacted]' } });
  });
});
