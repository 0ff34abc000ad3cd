import { afterEach, beforeEach, expect, it } from 'vitest';
import { asBuild, asList, pipelineFile, type Stage, startStage, withPipeline } from '../../testing.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await startStage({ droneVersion: '1.10' });
});
afterEach(() => stage.stop());

const repo = '/api/repos/acme/checkout';
const push = (message = 'Change') =>
  stage.sandbox.control.push({ repo: 'acme/checkout', message, author: 'ada' }).build ?? 0;

it('says its version, and has no page for guests at its root', async () => {
  expect((await stage.call('', 'GET /version')).json).toEqual({ version: '1.10.1' });
  expect((await stage.call('', 'GET /')).status).toBe(200);
  const [drone] = stage.sandbox.control.servers();
  expect(drone).toMatchObject({ vendor: 'drone', version: '1.10.1' });
});

it('comes back from the forge to itself alone, whatever is set', async () => {
  const begun = await fetch(`${stage.sandbox.urls.drone}/login`, { redirect: 'manual' });
  const address = new URL(begun.headers.get('location') ?? '');
  expect(address.searchParams.get('redirect_uri')).toBe(`${stage.sandbox.urls.drone}/login`);
});

it.each([
  'GET /api/templates/acme',
  'GET /api/builds/incomplete/v2',
  'POST /api/users/grace/token/rotate',
  `POST ${repo}/builds/1/decline`,
  `GET ${repo}/cards/1/1/1`,
])('does not know %s', async (line) => {
  const answer = await stage.call('ada', line);
  expect([answer.status, answer.text]).toEqual([404, '404 page not found\n']);
});

it('leaves out what later versions added', async () => {
  const found = await stage.call('ada', `GET ${repo}`);
  expect(Object.keys(found.json)).not.toContain('auto_cancel_running');
  expect(Object.keys(found.json)).not.toContain('archived');
  await withPipeline(
    stage,
    [
      'kind: pipeline',
      'type: docker',
      'name: a',
      'clone: {disable: true}',
      'steps:',
      '  - {name: one, image: alpine, commands: [echo]}',
    ].join('\n'),
  );
  stage.sandbox.control.addRunner({ name: 'd', type: 'docker', os: 'linux', arch: 'amd64', capacity: 1 });
  const number = push();
  await stage.pass(3_000);
  const [step] = asBuild((await stage.call('', `GET ${repo}/builds/${number}`)).json).stages[0]?.steps ?? [];
  expect(step).toMatchObject({ name: 'one', status: 'success' });
  expect(Object.keys(step ?? {})).not.toContain('image');
});

it('a restart names no parent, a promotion does; a skip mark stops a promotion too', async () => {
  await withPipeline(stage, pipelineFile({ name: 'a', steps: { one: ['echo'] } }));
  const number = push();
  await stage.pass(3_000);
  const builds = `${repo}/builds/${number}`;
  expect((await stage.call('grace', `POST ${builds}`)).json.parent).toBeUndefined();
  expect((await stage.call('grace', `POST ${builds}/promote?target=x`)).json.parent).toBe(number);
  const started = await stage.call('grace', `POST ${repo}/builds?message=mine&tag=t`);
  expect(started.json).toMatchObject({ message: 'Change\n', params: { message: 'mine', tag: 't' } });
  stage.sandbox.control.push({ repo: 'acme/checkout', message: 'Quiet [CI SKIP]', author: 'ada' });
  const quiet = await stage.call('grace', `POST ${repo}/builds`);
  expect((await stage.call('grace', `POST ${repo}/builds/${quiet.json.number}/promote?target=x`)).text).toBe(
    'null\n',
  );
  expect(asList((await stage.call('', `GET ${repo}/builds?tag=v1`)).json).length).toBeGreaterThan(2);
});

it('an approved stage waits for nothing, and an organisation is nobody’s but the administrators’', async () => {
  await withPipeline(
    stage,
    pipelineFile(
      { name: 'first', steps: { one: ['echo'] } },
      { name: 'second', head: ['depends_on: [first]'], steps: { two: ['echo'] } },
    ),
  );
  await stage.call('ada', `PATCH ${repo}`, { protected: true });
  const number = push();
  expect((await stage.call('ada', `POST ${repo}/builds/${number}/approve/2`)).status).toBe(204);
  await stage.pass(3_000);
  const build = asBuild((await stage.call('', `GET ${repo}/builds/${number}`)).json);
  expect(build.stages.map((one) => one.status)).toEqual(['blocked', 'success']);
  const own = await stage.call('grace', 'GET /api/secrets/grace');
  expect([own.status, own.json.message]).toEqual([401, 'Not Found']);
});
