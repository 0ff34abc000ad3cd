import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CiClient } from '../../../ports/ci-server.ts';
import { type HttpDouble, sendJson } from '../../../testing/http-double.ts';
import { routes } from './routes.ts';
import { droneBefore } from './testing.ts';

const token = 'made-up-token-0123456789abcdef';
const path = 'acme/shop';
const step = { number: 7, stage: 1, step: 2 };
const signal = new AbortController().signal;

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

const ran = async (work: AsyncIterable<unknown>) => {
  for await (const _ of work);
};

const values = { parameters: { REGION: 'eu west', _x: '' } };

/** Every call of the adapter, with the request it makes. */
const everyCall: [request: string, call: (client: CiClient) => Promise<unknown>][] = [
  ['GET /api/user', (c) => c.me()],
  ['GET /api/user/repos?latest=true', (c) => c.repositories()],
  ['GET /api/repos?page=1&per_page=5000', (c) => c.allRepositories()],
  ['GET /api/repos/acme/shop', (c) => c.repository(path)],
  ['POST /api/user/repos?async=false', (c) => c.sync()],
  ['POST /api/repos/acme/shop', (c) => c.activate(path, '1')],
  ['DELETE /api/repos/acme/shop', (c) => c.deactivate(path)],
  ['POST /api/repos/acme/shop/repair', (c) => c.repair(path)],
  ['POST /api/repos/acme/shop/chown', (c) => c.takeOwnership(path)],
  ['PATCH /api/repos/acme/shop', (c) => c.changeSettings(path, { protected: true })],
  ['GET /api/repos/acme/shop/collaborators', (c) => c.admins(path)],
  ['GET /api/repos/acme/shop/builds?page=3&per_page=100', (c) => c.builds(path, 3, 1000)],
  ['GET /api/repos/acme/shop/builds/7', (c) => c.build(path, 7)],
  ['GET /api/builds/incomplete', (c) => c.incomplete()],
  ['GET /api/queue', (c) => c.queue()],
  [
    'POST /api/repos/acme/shop/builds?branch=feature%2Fx&commit=abc&REGION=eu%20west&_x=',
    (c) => c.start(path, { branch: 'feature/x', commit: 'abc', ...values }),
  ],
  [
    'POST /api/repos/acme/shop/builds/7?debug=true&REGION=eu%20west&_x=',
    (c) => c.restart(path, 7, { debug: true, ...values }),
  ],
  ['POST /api/repos/acme/shop/builds/7', (c) => c.restart(path, 7, { debug: false, parameters: {} })],
  ['DELETE /api/repos/acme/shop/builds/7', (c) => c.cancel(path, 7)],
  ['POST /api/repos/acme/shop/builds/7/approve/2', (c) => c.approve(path, 7, 2)],
  ['POST /api/repos/acme/shop/builds/7/decline/2', (c) => c.decline(path, 7, 2)],
  ['POST /api/repos/acme/shop/builds/7/decline', (c) => c.decline(path, 7, null)],
  [
    'POST /api/repos/acme/shop/builds/7/promote?target=prod%20%26%20eu&REGION=eu%20west&_x=',
    (c) => c.promote(path, 7, { environment: 'prod & eu', ...values }),
  ],
  [
    'POST /api/repos/acme/shop/builds/7/rollback?target=staging',
    (c) => c.rollback(path, 7, { environment: 'staging', parameters: {} }),
  ],
  ['GET /api/stream', (c) => ran(c.events(null, signal))],
  ['GET /api/stream/acme/shop', (c) => ran(c.events(path, signal))],
  ['GET /api/stream/acme/shop/7/1/2', (c) => ran(c.tail(path, step, signal))],
  ['GET /api/repos/acme/shop/builds/7/logs/1/2', (c) => ran(c.storedLog(path, step, signal))],
  ['GET /api/repos/acme/shop/secrets', (c) => c.secrets(path)],
  [
    'POST /api/repos/acme/shop/secrets',
    (c) => c.addSecret(path, { name: 'a', value: 'made up', pullRequests: true }),
  ],
  ['PATCH /api/repos/acme/shop/secrets/a%20b%21', (c) => c.changeSecret(path, 'a b!', { value: 'made up' })],
  ['DELETE /api/repos/acme/shop/secrets/a@b', (c) => c.removeSecret(path, 'a@b')],
];

describe('requests', () => {
  test.each(everyCall)('%s', async (request, call) => {
    await call(client).catch(() => {});
    expect(`${double.seen[0]?.method} ${double.seen[0]?.url}`).toBe(request);
    expect(double.seen[0]?.headers.authorization).toBe(`Bearer ${token}`);
    expect(double.seen.some((seen) => seen.url.includes(token))).toBe(false);
    expect(double.seen.every((seen) => seen.headers.cookie === undefined)).toBe(true);
  });

  test('the list of calls holds these, the version and the link, and nothing else', () => {
    const fixed = ['GET /version', 'GET /login', 'GET /logout', 'POST /api/user/token'];
    const used = everyCall.map(([request]) => {
      const [method, url = ''] = request.split(' ');
      const bare = (url.split('?')[0] as string)
        .replace('/acme/shop', '/{owner}/{name}')
        .replace(/secrets\/.+/, 'secrets/{secret}')
        .replace(/\/(builds|\{name\})\/7/, '/$1/{number}')
        .replace(/(approve|decline)\/2/, '$1/{stage}')
        .replace(/\/1\/2$/, '/{stage}/{step}');
      return `${method} ${bare}`;
    });
    expect([...new Set([...used, ...fixed])].sort()).toEqual(Object.values(routes).sort());
  });

  test.each([
    '../admin/users',
    'acme/..',
    'acme/.',
    'acme//',
    'acme',
    'acme/a/b',
    'acme/a%2f..',
    '/shop',
    'acme/\u0000',
  ])('a path %j reaches no other address', async (odd) => {
    double.answer = (_, response) => sendJson(response, 404, { message: 'Not Found' });
    await expect(client.repository(odd)).resolves.toBeNull();
    await expect(client.activate(odd, '1')).rejects.toMatchObject({ code: 'not_found' });
    for (const seen of double.seen) expect(seen.url).toMatch(/^\/api\/repos\/[^/]+\/[^/]+$/);
  });

  test.each(['access_token', 'target', 'commit', 'branch', 'debug', 'message', 'action', 'Branch'])(
    'a parameter cannot be named %s',
    async (name) => {
      const parameters = { [name]: 'x' };
      const refused = { code: 'invalid', facts: { fields: { [`parameters.${name}`]: 'reserved' } } };
      await expect(client.start(path, { branch: 'main', parameters })).rejects.toMatchObject(refused);
      await expect(client.restart(path, 7, { debug: false, parameters })).rejects.toMatchObject(refused);
      await expect(client.promote(path, 7, { environment: 'x', parameters })).rejects.toMatchObject(refused);
      expect(double.seen).toEqual([]);
    },
  );

  test('no environment, no call', async () => {
    const promoting = client.promote(path, 7, { environment: '', parameters: {} });
    await expect(promoting).rejects.toMatchObject({ code: 'invalid' });
    expect(double.seen).toEqual([]);
  });

  test('settings that only an administrator may change go along only when they are meant', async () => {
    double.answer = (_, response) => sendJson(response, 200, { uid: '1', slug: path, trusted: true });
    await client.changeSettings(path, { ignoreForks: true, visibility: null });
    await client.changeSettings(path, {
      trusted: false,
      timeoutMinutes: 90,
      concurrentBuilds: 2,
      buildCounter: 40,
      pipelineFile: 'ci/drone.yml',
    });
    expect(double.seen.map((seen) => JSON.parse(seen.body))).toEqual([
      { ignore_forks: true },
      { trusted: false, timeout: 90, throttle: 2, counter: 40, config_path: 'ci/drone.yml' },
    ]);
  });

  test('secrets: only what is meant is sent, and closing to pull requests closes both ways', async () => {
    double.answer = (_, response) => sendJson(response, 200, {});
    await client.addSecret(path, { name: 'a', value: 'made up', pullRequests: false });
    await client.changeSecret(path, 'a', { value: 'new' });
    await client.changeSecret(path, 'a', { pullRequests: true });
    await client.changeSecret(path, 'a', { pullRequests: false });
    expect(double.seen.map((seen) => JSON.parse(seen.body))).toEqual([
      { name: 'a', data: 'made up', pull_request: false },
      { data: 'new' },
      { pull_request: true },
      { pull_request: false, pull_request_push: false },
    ]);
  });
});

test('addresses for browsers', async () => {
  const { double: own, drone } = await droneBefore();
  expect(drone.buildUrl(path, 7)).toBe('https://ci.example.test/sub/acme/shop/7');
  expect(drone.tokenPageUrl).toBe('https://ci.example.test/sub/account');
  await own.stop();
});
