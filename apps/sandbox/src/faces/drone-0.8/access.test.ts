import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../../testing.ts';
import { type Drone08Stage, pipelineFile, repo, startDrone08 } from './testing.ts';

let stage: Drone08Stage;
beforeEach(async () => {
  stage = await startDrone08();
});
afterEach(() => stage.stop());

const page = 'text/html; charset=UTF-8';
const form = async (fields: Record<string, string>): Promise<Response> =>
  fetch(`${stage.drone.url}/authorize`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(fields),
  });
const cookieOf = (answer: Response): string => answer.headers.get('set-cookie')?.split(';')[0] ?? '';
const withCookie = (cookie: string, method: string, path: string, headers: Record<string, string> = {}) =>
  fetch(`${stage.drone.url}${path}`, { method, headers: { cookie, ...headers } });

it('a session looks freely, acts with the token that only the page tells, and gives a token as text', async () => {
  const signedIn = await form({ username: 'grace', password: 'grace-made-up' });
  expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/']);
  const cookie = cookieOf(signedIn);
  expect(cookie).toMatch(/^user_sess=ey/);
  expect((await withCookie(cookie, 'GET', '/api/user')).status).toBe(200);
  const refused = await withCookie(cookie, 'POST', '/api/user/token');
  expect([refused.status, await refused.text()]).toEqual([401, '']);
  const html = await (await withCookie(cookie, 'GET', '/anything')).text();
  const csrf = /DRONE_CSRF = "([^"]+)"/.exec(html)?.[1] ?? '';
  expect(html).toContain('"login":"grace"');
  const told = await withCookie(cookie, 'POST', '/api/user/token', { 'x-csrf-token': csrf });
  expect(told.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  const token = await told.text();
  expect(token.split('.')).toHaveLength(3);
  expect((await stage.call(token, 'GET /api/user')).json).toMatchObject({ login: 'grace', active: false });
});

it('refuses a wrong password and an empty field in ways of their own', async () => {
  const wrong = await form({ username: 'grace', password: 'no' });
  expect(wrong.headers.get('location')).toBe('/login?error=oauth_error');
  expect((await form({ username: 'grace', password: '' })).headers.get('location')).toBe('/login/form');
});

it('a second sign-in keeps what the forge lists, which is no token: the sync then brings nothing', async () => {
  const listed = async () =>
    (await stage.call('linus', 'GET /api/user/repos?all=true&flush=true')).value as { full_name: string }[];
  expect((await listed()).map((one) => one.full_name)).toEqual(['acme/infra']);
  // linus has an account from an earlier sign-in.
  expect((await form({ username: 'linus', password: 'linus-made-up' })).status).toBe(303);
  const { world } = stage.sandbox.forges.get('gogs');
  world.forge.repository('acme', 'checkout')?.collaborators.set('linus', 'write');
  expect((await listed()).map((one) => one.full_name)).toEqual(['acme/infra']);
  stage.sandbox.control.setClock({ advance: 2 * 3_600_000 });
  expect((await stage.call('linus', 'GET /api/repos/acme/infra')).status).toBe(404);
});

it.each([
  ['', 'GET /api/user', 401, 'User not authorized'],
  ['', 'GET /api/repos/acme/infra', 401, ''],
  ['linus', 'GET /api/repos/acme/none', 404, ''],
  ['grace', 'GET /api/repos/acme/infra', 404, ''],
  ['linus', `POST ${repo}/builds/1`, 404, ''],
  ['grace', `PATCH ${repo}`, 403, 'User not authorized'],
  ['grace', 'GET /api/users', 413, 'User not authorized'],
  ['grace', 'GET /api/info/queue', 413, 'User not authorized'],
  ['', 'GET /api/builds', 401, 'User not authorized'],
  ['ada', `GET ${repo}/builds/9`, 500, ''],
  ['ada', `GET ${repo}/builds/nine`, 400, ''],
  ['ada', `GET ${repo}/logs/9/2`, 404, ''],
  ['ada', `POST ${repo}`, 409, 'Repository is already active.'],
])('%s %s is %i with %j', async (who, line, status, text) => {
  const answer = await stage.call(who, line);
  expect([answer.status, answer.text]).toEqual([status, text]);
  expect(answer.headers.get('x-drone-version')).toBe('0.8.9');
});

it('answers a page with 200 to whatever it does not know, methods included', async () => {
  for (const line of ['GET /api/stream', 'POST /api/user/repos', 'DELETE /version', `POST ${repo}/builds`]) {
    const answer = await stage.call('ada', line);
    expect([answer.status, answer.headers.get('content-type')], line).toEqual([200, page]);
  }
});

it('settings: singular keys, words that are checked, and what only administrators may', async () => {
  const { world } = stage.sandbox.forges.get('gogs');
  world.forge.repository('acme', 'checkout')?.collaborators.set('grace', 'admin');
  stage.sandbox.control.setClock({ advance: 2 * 3_600_000 });
  const patch = (who: string, body: object) => stage.call(who, `PATCH ${repo}`, body);
  expect((await patch('grace', { timeout: 5 })).text).toBe('Insufficient privileges');
  expect((await patch('grace', { visibility: 'secret' })).text).toBe('Invalid visibility type');
  expect((await patch('grace', { allow_tags: true })).json).toMatchObject({ allow_tags: false });
  expect((await patch('grace', { allow_tag: true })).json).toMatchObject({ allow_tags: true });
});

it('every repair adds a webhook, and every webhook a build', async () => {
  expect(stage.push(pipelineFile({ a: ['echo'] }))).toBe(1);
  expect((await stage.call('ada', `POST ${repo}/repair`)).text).toBe('');
  expect(stage.push({ b: '1' })).toBe(3);
  await stage.call('ada', `DELETE ${repo}`);
  expect(stage.push({ b: '2' })).toBe(0);
  await stage.call('ada', `POST ${repo}`);
  expect(stage.push({ b: '3' })).toBe(6);
});

it('a tag and a pull request come without their commit, the request with the file of its base', async () => {
  const { control } = stage.sandbox;
  stage.push(pipelineFile({ a: ['echo'] }));
  await stage.call('ada', `PATCH ${repo}`, { allow_tag: true });
  const at = { repo: 'acme/checkout', forge: 'gogs', author: 'grace' };
  const tag = control.tag({ ...at, tag: 'v1' }).builds.old;
  expect((await stage.call('', `GET ${repo}/builds/${tag}`)).json).toMatchObject({
    ...{ event: 'tag', commit: '', branch: 'refs/tags/v1', ref: 'refs/tags/v1', message: 'created tag v1' },
  });
  control.branch({ repo: 'acme/checkout', forge: 'gogs', branch: 'x' });
  control.push({ ...at, branch: 'x', message: 'No file here', files: { '.drone.yml': null } });
  const pull = control.pullRequest({ ...at, title: 'Mine', branch: 'x' }).builds.old;
  expect((await stage.call('', `GET ${repo}/builds/${pull}`)).json).toMatchObject({
    ...{
      event: 'pull_request',
      commit: '',
      branch: 'master',
      refspec: 'x:master',
      title: 'Mine',
      timestamp: 0,
    },
  });
});

it('a forge that fails takes rights away for as long as it does', async () => {
  stage.sandbox.control.setClock({ advance: 2 * 3_600_000 });
  const fault = { face: 'gogs', match: 'GET /api/v1/repos/', status: 502 };
  stage.sandbox.control.addFault(fault);
  expect((await stage.call('grace', `GET ${repo}/secrets`)).status).toBe(404);
  stage.sandbox.control.clearFaults();
  expect((await stage.call('grace', `GET ${repo}/secrets`)).status).toBe(200);
});

it('revoking ends every token and session of the person', async () => {
  const old = stage.drone.token('grace') ?? '';
  const renewed = await stage.call(old, 'DELETE /api/user/token');
  expect((await stage.call(old, 'GET /api/user')).status).toBe(401);
  expect((await stage.call(renewed.text, 'GET /api/user')).status).toBe(200);
});

it('is reached by faults, and as empty after a reset as before', async () => {
  const { control } = stage.sandbox;
  control.addFault({ face: 'old', match: 'GET /version', status: 503, body: 'busy' });
  expect((await stage.call('', 'GET /version')).text).toBe('busy');
  control.clearFaults();
  expect((await stage.call('', 'GET /version')).json).toMatchObject({ version: '0.8.9' });
  const events = await stage.stream('', '/stream/events');
  expect(control.streams('old')).toEqual([{ kind: 'events', path: '/stream/events' }]);
  expect(control.cutStreams({ server: 'old', kind: 'events' })).toBe(1);
  await until(() => events.ended === 'broken');
  expect(control.parts.calls.list({ face: 'old', match: '/stream' })).toMatchObject([
    { who: '', status: 200 },
  ]);
  const url = stage.drone.url;
  control.reset();
  expect(control.state('old').map((one) => [one.slug, one.active, one.builds.length])).toEqual([
    ['acme/checkout', false, 0],
    ['acme/infra', false, 0],
  ]);
  expect(stage.drone.url).toBe(url);
});
