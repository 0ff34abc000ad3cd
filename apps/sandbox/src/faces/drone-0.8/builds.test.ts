import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../../testing.ts';
import { asBuild, type Drone08Stage, outline, pipelineFile, repo, startDrone08, toldOf } from './testing.ts';

let stage: Drone08Stage;
beforeEach(async () => {
  stage = await startDrone08();
});
afterEach(() => stage.stop());

const builds = `${repo}/builds`;

it('runs a push: a tree of parts, told of from its creation on', async () => {
  const events = await stage.stream('', '/stream/events');
  const number = stage.push(pipelineFile({ compile: ['echo one', 'sleep 2'], test: ['echo two'] }));
  expect(outline(await stage.build('', `GET ${builds}/${number}`))).toBe(
    'pending pending[pending,pending,pending]',
  );
  await stage.pass(6_000);
  const build = await stage.build('ada', `GET ${builds}/${number}`);
  expect(outline(build)).toBe('success success[success,success,success]');
  expect(build.procs?.[0]?.children.map(({ pid, ppid, name }) => [pid, ppid, name])).toEqual([
    [2, 1, 'clone'],
    [3, 1, 'compile'],
    [4, 1, 'test'],
  ]);
  const told = toldOf(events);
  expect(told.map((one) => one.type)).toEqual(['enqueued', '', '', '', '', '', '', '', '']);
  // The first report has its parts side by side.
  expect(told[1]?.build.procs?.map((one) => one.ppid)).toEqual([0, 1, 1, 1]);
  expect(told[2]?.build.procs?.map((one) => one.ppid)).toEqual([0]);
  expect(told.at(-1)?.build.status).toBe('success');
});

it('a failure skips the rest, which reads pending until the end', async () => {
  const number = stage.push(
    pipelineFile(
      { test: ['exit 3'], deploy: ['echo no'], notify: ['echo failed'] },
      { more: { notify: ['when:', '  status: [failure]'] } },
    ),
  );
  stage.sandbox.control.hold(stage.step(number, 5));
  await stage.pass(3_000);
  const running = await stage.build('', `GET ${builds}/${number}`);
  expect(outline(running)).toBe('running running[success,failure,pending,running]');
  stage.sandbox.control.release(stage.step(number, 5));
  await stage.pass(1_000);
  const ended = await stage.build('', `GET ${builds}/${number}`);
  expect(outline(ended)).toBe('failure failure[success,failure,skipped,success]');
  expect(ended.procs?.[0]?.exit_code).toBe(3);
});

it('cancel: one part at a time, in silence, and what it leaves reads as a failure with a good step', async () => {
  const number = stage.push(pipelineFile({ work: ['sandbox-hold'], rest: ['echo no'] }));
  expect((await stage.call('ada', `DELETE ${builds}/${number}/1`)).status).toBe(400);
  await stage.pass(2_000);
  const events = await stage.stream('', '/stream/events');
  expect((await stage.call('linus', `DELETE ${builds}/${number}/1`)).status).toBe(404);
  expect((await stage.call('grace', `DELETE ${builds}/${number}/1`)).status).toBe(204);
  expect(outline(await stage.build('', `GET ${builds}/${number}`))).toBe(
    'running killed[success,running,pending]',
  );
  expect(events.data).toEqual([]);
  await stage.pass(1_000);
  const ended = await stage.build('', `GET ${builds}/${number}`);
  expect(outline(ended)).toBe('failure failure[success,success,skipped]');
  expect(ended.procs?.[0]).toMatchObject({ exit_code: 137, error: 'Cancelled' });
  expect(events.data).toHaveLength(2);
});

it('a dead agent leaves all running; only an administrator ends it, and after ten minutes another begins again', async () => {
  const first = stage.push(pipelineFile({ work: ['sandbox-hold'] }));
  const { control } = stage.sandbox;
  await stage.pass(2_000);
  control.killRunner('agent1', 'old');
  await stage.call('ada', `DELETE ${builds}/${first}/1`);
  await stage.pass(2_000);
  expect(outline(await stage.build('', `GET ${builds}/${first}`))).toBe('running killed[success,running]');
  expect((await stage.call('grace', `DELETE ${builds}/${first}`)).status).toBe(403);
  expect((await stage.call('ada', `DELETE ${builds}/${first}`)).status).toBe(204);
  expect(outline(await stage.build('', `GET ${builds}/${first}`))).toBe('killed killed[success,killed]');

  const agent = { server: 'old', type: 'docker', os: 'linux', arch: 'amd64', capacity: 2 };
  control.addRunner({ ...agent, name: 'agent2' });
  const second = stage.push({ again: '1' });
  await stage.pass(2_000);
  control.killRunner('agent2', 'old');
  control.setClock({ advance: 11 * 60_000 });
  control.addRunner({ ...agent, name: 'agent3' });
  await stage.pass(2_000);
  const build = await stage.build('', `GET ${builds}/${second}`);
  expect(build.procs?.[0]).toMatchObject({ state: 'running', machine: 'agent3' });
});

it('restarts and deployments: 202 with the parts side by side, whatever the target, nobody recorded', async () => {
  const number = stage.push(
    pipelineFile(
      { compile: ['echo $REGION'], deploy: ['echo to $DRONE_DEPLOY_TO'] },
      { more: { deploy: ['when:', '  event: deployment', '  environment: production'] } },
    ),
  );
  await stage.pass(3_000);
  const named = async (query: string): Promise<(string | number)[]> => {
    const answer = await stage.call('grace', `POST ${builds}/${number}${query}`);
    expect(answer.status).toBe(202);
    const build = asBuild(answer.value);
    expect(build).toMatchObject({ parent: number, sender: 'ada', author: 'ada' });
    return [build.event, ...(build.procs ?? []).map((one) => one.name)];
  };
  expect(await named('')).toEqual(['push', '', 'clone', 'compile']);
  const production = '?event=deployment&deploy_to=production&REGION=eu';
  expect(await named(production)).toEqual(['deployment', '', 'clone', 'compile', 'deploy']);
  expect(await named('?event=deployment&deploy_to=nowhere')).toEqual(['deployment', '', 'clone', 'compile']);
  await stage.pass(6_000);
  const log = await stage.call('', `GET ${repo}/logs/${number + 2}/3`);
  expect(log.value).toEqual([
    { proc: 'compile', pos: 0, out: '+ echo $REGION\n' },
    { proc: 'compile', pos: 1, out: 'eu\n' },
  ]);
  expect((await stage.call('linus', `POST ${builds}/${number}`)).status).toBe(404);
  // There is no way to start one: the address is not known, and says so with a page.
  const started = await stage.call('ada', `POST ${builds}`);
  expect([started.status, started.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
});

it('a file that cannot be used: an error without parts or event; a restart of it is 500 and pending for ever', async () => {
  const good = stage.push(pipelineFile({ work: ['echo'] }));
  await stage.pass(3_000);
  const events = await stage.stream('', '/stream/events');
  const number = stage.push({ '.drone.yml': 'pipeline:\n  work:\n    commands: [echo]\n' });
  const build = await stage.build('', `GET ${builds}/${number}`);
  expect(build).toMatchObject({ status: 'error', error: 'Invalid or missing image' });
  expect(build.procs).toBeUndefined();
  expect(events.data).toEqual([]);
  const again = await stage.call('ada', `POST ${builds}/${number}`);
  expect([again.status, again.json.status]).toEqual([500, 'error']);
  const row = await stage.build('', `GET ${builds}/${number + 1}`);
  expect(outline(row)).toBe('pending');
  expect(good).toBe(1);
});

it('gates a stranger with a file that never ran, and lets approvals and refusals happen once', async () => {
  const { world } = stage.sandbox.forges.get('gogs');
  await stage.call('ada', `PATCH ${repo}`, { gated: true });
  expect(stage.push(pipelineFile({ work: ['echo'] }), 'Files [ci skip]')).toBe(0);
  const opened = (): number => {
    const forgeRepo = world.forge.repository('acme', 'checkout');
    const sha = forgeRepo?.branches.get('master') ?? '';
    const pull = {
      number: 1,
      title: 'Mine',
      author: 'grace',
      head: { repo: 'grace/checkout', branch: 'x', sha },
    };
    const request = { ...pull, base: { branch: 'master' }, state: 'open', createdAt: 0 } as const;
    if (forgeRepo)
      world.announce({
        kind: 'pull_request',
        repo: forgeRepo,
        pull: request,
        action: 'opened',
        pusher: 'grace',
      });
    return (
      stage.sandbox.control.state('old').find(({ slug }) => slug === 'acme/checkout')?.builds[0]?.number ?? 0
    );
  };
  const events = await stage.stream('', '/stream/events');
  const first = opened();
  expect(outline(await stage.build('', `GET ${builds}/${first}`))).toBe('blocked');
  expect(events.data).toEqual([]);
  expect((await stage.call('ada', `POST ${builds}/${first}`)).text).toBe(
    'cannot restart a build with status blocked',
  );
  const second = opened();
  const declined = await stage.call('grace', `POST ${builds}/${second}/decline`);
  expect(declined.json).toMatchObject({ status: 'declined', reviewed_by: 'grace' });
  expect((await stage.call('grace', `POST ${builds}/${second}/approve`)).text).toBe(
    'cannot decline a build with status declined',
  );
  const approved = await stage.call('grace', `POST ${builds}/${first}/approve`);
  expect([approved.json.status, 'procs' in approved.json]).toEqual(['pending', false]);
  await until(() => events.data.length > 0);
  expect(toldOf(events).map((one) => one.type)).toEqual(['enqueued']);
  await stage.pass(3_000);
  expect(outline(await stage.build('', `GET ${builds}/${first}`))).toBe('success success[success,success]');
  // A file that ran needs no consent any more.
  expect(outline(await stage.build('', `GET ${builds}/${opened()}`))).toBe(
    'pending pending[pending,pending]',
  );
});

it('a matrix: pipelines first, then their steps; groups side by side, a service to the end', async () => {
  const number = stage.push({
    '.drone.yml': [
      'matrix:',
      '  GO: ["1.10", "1.11"]',
      'services:',
      '  database:',
      '    image: postgres',
      '    commands: ["sandbox-gen lines=100 every=1000 text=ready"]',
      'pipeline:',
      '  lint: { image: alpine, group: check, commands: ["echo $GO"] }',
      '  test: { image: alpine, group: check, commands: ["sleep 2"] }',
      '  pack: { image: alpine, commands: ["echo packed"] }',
      '',
    ].join('\n'),
  });
  const build = await stage.build('', `GET ${builds}/${number}`);
  expect(build.procs?.map(({ pid, environ }) => [pid, environ])).toEqual([
    [1, { GO: '1.10' }],
    [2, { GO: '1.11' }],
  ]);
  expect(build.procs?.[1]?.children.map(({ pid, pgid, name }) => [pid, pgid, name])).toEqual([
    [8, 8, 'clone'],
    [9, 9, 'database'],
    [10, 10, 'lint'],
    [11, 10, 'test'],
    [12, 12, 'pack'],
  ]);
  await stage.pass(1_500);
  const running = outline(await stage.build('', `GET ${builds}/${number}`));
  expect(running).toBe(
    'running running[success,running,success,running,pending] running[success,running,success,running,pending]',
  );
  await stage.pass(4_000);
  const all = '[success,success,success,success,success]';
  expect(outline(await stage.build('', `GET ${builds}/${number}`))).toBe(
    `success success${all} success${all}`,
  );
});
