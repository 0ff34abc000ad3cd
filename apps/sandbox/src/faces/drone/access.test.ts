import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pipelineFile, type Stage, startStage, withPipeline } from '../../testing.ts';

/** acme/checkout is public: ada administers the server, grace writes, linus has no role. acme/infra: linus reads it. */
let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
  const file = pipelineFile({ name: 'build', steps: { one: ['echo one'] } });
  await withPipeline(stage, file);
  await withPipeline(stage, file, 'acme/infra');
  for (const repo of ['acme/checkout', 'acme/infra'])
    stage.sandbox.control.push({ repo, message: 'x', author: 'ada' });
  await stage.pass(1000);
});

afterAll(() => stage.stop());

const unauthorized = { message: 'Unauthorized' };
const hidden = { message: 'Not Found' };

// Who may what, literally: guest, no role, reader, writer, administrator.
const matrix: [line: string, ...status: [guest: number, linus: number, grace: number, ada: number]][] = [
  ['GET /api/user', 401, 200, 200, 200],
  ['GET /api/user/repos', 401, 200, 200, 200],
  ['GET /api/repos/acme/checkout', 200, 200, 200, 200],
  ['GET /api/repos/acme/checkout/builds', 200, 200, 200, 200],
  ['GET /api/repos/acme/checkout/builds/1/logs/1/1', 200, 200, 200, 200],
  ['GET /api/repos/acme/checkout/secrets', 401, 404, 200, 200],
  ['GET /api/repos/acme/checkout/cron', 401, 404, 200, 200],
  ['POST /api/repos/acme/checkout/builds/1', 401, 404, 200, 200],
  ['DELETE /api/repos/acme/checkout/builds/1', 401, 404, 200, 200],
  ['POST /api/repos/acme/checkout', 401, 404, 404, 200],
  ['PATCH /api/repos/acme/checkout', 401, 404, 404, 400],
  ['POST /api/repos/acme/checkout/chown', 401, 404, 404, 200],
  ['POST /api/repos/acme/checkout/builds/1/approve/1', 401, 404, 404, 400],
  ['POST /api/repos/acme/checkout/builds/1/decline', 401, 404, 404, 400],
  ['DELETE /api/repos/acme/checkout/builds/1/logs/1/9', 401, 404, 404, 204],
  ['GET /api/repos/acme/infra', 401, 200, 404, 200],
  ['GET /api/repos/acme/infra/builds/1/logs/1/1', 401, 200, 404, 200],
  ['GET /api/repos/acme/infra/secrets', 401, 404, 404, 200],
  ['POST /api/repos/acme/infra/builds/1', 401, 404, 404, 200],
  ['GET /api/stream/acme/infra/1/1/9', 401, 404, 404, 404],
  ['GET /api/repos/acme/nothing', 401, 404, 404, 404],
  ['GET /api/secrets/acme', 401, 401, 401, 200],
  ['GET /api/queue', 401, 403, 403, 200],
  ['GET /api/builds/incomplete', 401, 403, 403, 200],
  ['GET /api/users', 401, 403, 403, 200],
  ['GET /api/repos', 401, 403, 403, 200],
];

describe('who gets what', () => {
  it.each(matrix)('%s', async (line, ...wanted) => {
    const got: number[] = [];
    for (const who of ['', 'linus', 'grace', 'ada']) got.push((await stage.call(who, line)).status);
    expect(got).toEqual(wanted);
  });

  it('says it in the words of the real server', async () => {
    expect((await stage.call('', 'GET /api/repos/acme/infra')).json).toEqual(unauthorized);
    expect((await stage.call('grace', 'GET /api/repos/acme/infra')).json).toEqual(hidden);
    expect((await stage.call('grace', 'GET /api/queue')).json).toEqual({ message: 'Forbidden' });
    expect((await stage.call('grace', 'GET /api/secrets/acme')).json).toEqual({ message: 'Forbidden' });
    expect((await stage.call('wrong-token', 'GET /api/user')).json).toEqual(unauthorized);
    expect((await stage.call('ada', 'GET /api/repos/acme/checkout/builds/99')).json).toEqual({
      message: 'sql: no rows in result set',
    });
    expect((await stage.call('ada', 'GET /api/repos/acme/checkout/builds/abc')).json).toEqual({
      message: 'strconv.ParseInt: parsing "abc": invalid syntax',
    });
    const broken = await stage.call('ada', 'PATCH /api/repos/acme/checkout', '{bad');
    expect(broken.json).toEqual({
      message: "invalid character 'b' looking for beginning of object key string",
    });
  });

  it('answers unknown paths in three ways', async () => {
    const text = await stage.call('', 'GET /api/nonsense');
    expect([text.status, text.headers.get('content-type'), text.text]).toEqual([
      404,
      'text/plain; charset=utf-8',
      '404 page not found\n',
    ]);
    const method = await stage.call('ada', 'DELETE /api/user');
    expect([method.status, method.headers.get('content-type'), method.text]).toEqual([405, null, '']);
    const page = await stage.call('', 'GET /nonsense/path');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
    expect((await stage.call('', 'GET /')).headers.get('location')).toBe('/welcome');
  });

  it('shows a badge of a private repository to everybody', async () => {
    await stage.pass(2000);
    const badge = await stage.call('', 'GET /api/badges/acme/infra/status.svg');
    expect([badge.status, badge.text.includes('>success<')]).toEqual([200, true]);
    expect((await stage.call('', 'GET /api/badges/acme/nothing/status.svg')).text).toContain('>none<');
  });

  it('refuses a rotated token at once', async () => {
    const old = stage.sandbox.world.ci.user('linus')?.token ?? '';
    const token = stage.sandbox.control.rotateToken('linus');
    expect((await stage.call(old, 'GET /api/user')).status).toBe(401);
    expect((await stage.call(token, 'GET /api/user')).json.login).toBe('linus');
    const user = stage.sandbox.world.ci.user('linus');
    if (user) user.token = old;
  });

  it('keeps a row that the forge took away until the next sync, then asks again', async () => {
    const { control, world } = stage.sandbox;
    control.setRole('acme/infra', 'linus', null);
    expect((await stage.call('linus', 'GET /api/repos/acme/infra')).status).toBe(200);
    for (const row of world.ci.permissions) row.synced = 0;
    expect((await stage.call('linus', 'GET /api/repos/acme/infra')).status).toBe(404);
    control.setRole('acme/infra', 'linus', 'read');
  });
});

describe('an account whose sign-in the forge ended', () => {
  it('cannot sync, and learns it only when it waits for the end', async () => {
    const user = stage.sandbox.world.ci.user('grace');
    if (!user) throw new Error('nobody');
    const before = user.forgeToken;
    user.forgeToken = undefined;
    const waited = await stage.call('grace', 'POST /api/user/repos');
    expect([waited.status, waited.json]).toEqual([500, { message: 'Unauthorized' }]);
    expect((await stage.call('grace', 'POST /api/user/repos?async=true')).status).toBe(204);
    user.synced = 0;
    stage.sandbox.control.setClock({ advance: 2_000 });
    expect((await stage.call('grace', 'GET /api/user')).json).toMatchObject({ syncing: false });
    expect(user.synced).toBeGreaterThan(0);
    user.forgeToken = before;
  });
});

describe('a forge that does not answer', () => {
  it('hides every repository whose row is stale, from administrators too', async () => {
    const { control, world } = stage.sandbox;
    await stage.call('grace', 'GET /api/repos/acme/checkout');
    control.addFault({ face: 'gitea', refuse: true });
    expect((await stage.call('grace', 'GET /api/repos/acme/checkout/secrets')).status).toBe(200);
    for (const row of world.ci.permissions) row.synced = 0;
    expect((await stage.call('grace', 'GET /api/repos/acme/checkout')).status).toBe(404);
    expect((await stage.call('ada', 'GET /api/repos/acme/checkout')).status).toBe(404);
    expect((await stage.call('ada', 'POST /api/user/repos')).status).toBe(500);
    control.clearFaults();
    expect((await stage.call('ada', 'GET /api/repos/acme/checkout')).status).toBe(200);
  });
});

describe('settings and names', () => {
  it('ignores what only a system administrator may change, without a word', async () => {
    stage.sandbox.control.setRole('acme/checkout', 'grace', 'admin');
    for (const row of stage.sandbox.world.ci.permissions) row.synced = 0;
    const changed = await stage.call('grace', 'PATCH /api/repos/acme/checkout', {
      timeout: 7,
      trusted: true,
      ignore_forks: true,
    });
    expect(changed.json).toMatchObject({ timeout: 60, trusted: false, ignore_forks: true });
    expect(changed.json.permissions).toBeUndefined();
    stage.sandbox.control.setRole('acme/checkout', 'grace', 'write');
    for (const row of stage.sandbox.world.ci.permissions) row.synced = 0;
  });

  it.each([
    ['feature/x', 204],
    ['feature%2Fx', 204],
  ])('reads the branch %s of a path', async (branch, status) => {
    const { ci } = stage.sandbox.world;
    const repo = ci.repositoryBySlug('acme/checkout');
    ci.latestOf(repo?.id ?? 0).branches.set('feature/x', 1);
    const answer = await stage.call('ada', `DELETE /api/repos/acme/checkout/builds/branches/${branch}`);
    expect(answer.status).toBe(status);
    // Spelled in another way than Go's, the name reaches the handler undecoded and finds nothing.
    expect(ci.latestOf(repo?.id ?? 0).branches.has('feature/x')).toBe(branch.includes('%2F'));
  });

  it('takes secrets and refuses names, values and doubles', async () => {
    const path = '/api/repos/acme/checkout/secrets';
    expect((await stage.call('grace', `POST ${path}`, { name: 'a b', data: 'x' })).json).toEqual({
      message: 'Invalid Secret Name',
    });
    expect((await stage.call('grace', `POST ${path}`, { name: 'a', data: '' })).json).toEqual({
      message: 'Invalid Secret Value',
    });
    const made = await stage.call('grace', `POST ${path}`, { name: 'a', data: 'made-up' });
    expect(made.json).toEqual({ id: 1, repo_id: 2, name: 'a' });
    const twice = await stage.call('grace', `POST ${path}`, { name: 'a', data: 'made-up' });
    expect([twice.status, twice.json.message]).toEqual([
      500,
      'UNIQUE constraint failed: secrets.secret_repo_id, secrets.secret_name',
    ]);
    expect((await stage.call('grace', `DELETE ${path}/a`)).status).toBe(204);
    expect((await stage.call('grace', `DELETE ${path}/a`)).status).toBe(404);
  });

  it('pages as the real one: 0 and 101 mean 25, past the end is empty', async () => {
    const list = async (query: string) =>
      (await stage.call('ada', `GET /api/repos/acme/checkout/builds${query}`)).json.length;
    const all = await list('?per_page=100');
    expect([await list('?per_page=0'), await list('?per_page=101'), await list('?per_page=1')]).toEqual([
      all,
      all,
      1,
    ]);
    expect((await stage.call('ada', 'GET /api/repos/acme/checkout/builds?page=99')).text).toBe('[]\n');
  });
});
