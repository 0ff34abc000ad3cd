import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  asBuild,
  asList,
  asRecords,
  pipelineFile,
  type Stage,
  startStage,
  until,
  withPipeline,
} from '../../testing.ts';

let stage: Stage;
const builds = '/api/repos/acme/checkout/builds';

const file = pipelineFile(
  { name: 'build', steps: { compile: ['echo compiling', 'sleep 6'], test: ['echo ok'] } },
  {
    name: 'package',
    head: ['depends_on: [build]', 'trigger: {event: [push, custom]}'],
    steps: { archive: ['sleep 2'] },
  },
);

beforeEach(async () => {
  stage = await startStage();
  await withPipeline(stage, file);
});

afterEach(() => stage.stop());

const codes = (json: unknown) => {
  const build = asBuild(json);
  return {
    status: build.status,
    version: build.version,
    stages: build.stages.map((one) => [one.name, one.status, one.exit_code]),
    steps: build.stages.flatMap((one) => one.steps).map((one) => [one.name, one.status, one.exit_code]),
  };
};

const push = (message = 'Change') =>
  stage.sandbox.control.push({ repo: 'acme/checkout', message, author: 'ada' });

describe('a build runs', () => {
  it('with the versions and the order of events of the real server', async () => {
    const events = await stage.stream('linus', '/api/stream');
    push();
    await stage.pass(12_000);
    const seen = events.builds.map((build) =>
      [build.status, build.version, ...build.stages.map((one) => `${one.status} ${one.version}`)].join(', '),
    );
    expect(seen).toEqual([
      'running, 2, running 3, waiting_on_dependencies 1',
      'running, 2, running 3, waiting_on_dependencies 1',
      'running, 2, running 3, waiting_on_dependencies 1',
      'running, 2, running 3, waiting_on_dependencies 1',
      'running, 2, running 3, waiting_on_dependencies 1',
      'running, 2, success 4, running 4',
      'running, 2, success 4, running 4',
      'running, 2, success 4, running 4',
      'success, 3, success 4, success 5',
    ]);
    expect(events.data[0]).not.toHaveProperty('permissions');
    expect(Object.keys(events.data[0] ?? {}).slice(-2)).toEqual(['build', 'archived']);
    events.close();
  });

  it('skips what depends on a failure, ignores what may fail, and starts what is made for it', async () => {
    const text = pipelineFile(
      { name: 'build', steps: { lint: ['exit 3'], test: ['exit 1'], later: ['echo no'] } },
      { name: 'package', head: ['depends_on: [build]'], steps: { archive: ['echo'] } },
      {
        name: 'tell',
        head: ['depends_on: [build]', 'trigger: {status: [success, failure]}'],
        steps: { mail: ['echo "status $DRONE_BUILD_STATUS"'] },
      },
    ).replace('  - name: lint\n', '  - name: lint\n    failure: ignore\n');
    stage.sandbox.control.push({
      repo: 'acme/checkout',
      message: 'x',
      author: 'ada',
      files: { '.drone.yml': text },
    });
    await stage.pass(2000);
    const build = (await stage.call('ada', `GET ${builds}/1`)).json;
    expect(codes(build)).toEqual({
      status: 'failure',
      version: 3,
      stages: [
        ['build', 'failure', 0],
        ['package', 'skipped', 0],
        ['tell', 'success', 0],
      ],
      steps: [
        ['lint', 'failure', 3],
        ['test', 'failure', 1],
        ['later', 'skipped', 0],
        ['mail', 'success', 0],
      ],
    });
    expect(asBuild(build).stages[0]?.steps[0]?.errignore).toBe(true);
    const log = asRecords((await stage.call('ada', `GET ${builds}/1/logs/3/1`)).json);
    expect(log.at(-1)?.out).toBe('status failure\n');
    expect((await stage.call('ada', `GET ${builds}/1/logs/1/3`)).status).toBe(404);
  });

  it('not at all for a skipped push, one that matches nothing, or without a pipeline file', () => {
    expect(push('Docs [Skip CI]').build).toBeNull();
    const only = 'kind: pipeline\ntype: exec\nname: a\ntrigger: {event: [tag]}\nsteps: []\n';
    const { control } = stage.sandbox;
    expect(
      control.push({ repo: 'acme/checkout', message: 'x', author: 'ada', files: { '.drone.yml': only } })
        .build,
    ).toBeNull();
    expect(
      control.push({ repo: 'acme/checkout', message: 'y', author: 'ada', files: { '.drone.yml': null } })
        .build,
    ).toBeNull();
    expect(stage.sandbox.world.ci.repositoryBySlug('acme/checkout')?.counter).toBe(0);
  });

  it('with a stage that nobody takes when its kind is misspelt', async () => {
    await withPipeline(stage, 'kind: pipelin\ntype: exec\nname: x\nsteps: []\n');
    const { build } = push();
    stage.sandbox.control.setClock({ advance: 60_000 });
    const { json } = await stage.call('ada', `GET ${builds}/${build}`);
    const x = { name: 'x', kind: 'pipelin', type: 'exec', status: 'pending' };
    expect(json).toMatchObject({ status: 'pending', stages: [x] });
  });

  it('as an error without stages when the file cannot be read', async () => {
    const broken = 'kind: pipeline\nname: build: test\n';
    stage.sandbox.control.push({
      repo: 'acme/checkout',
      message: 'x',
      author: 'ada',
      files: { '.drone.yml': broken },
    });
    const { json } = await stage.call('ada', `GET ${builds}/1`);
    expect(json).toMatchObject({ status: 'error', trigger: '' });
    expect(json.error).toContain('mapping values are not allowed in this context');
    expect(json).not.toHaveProperty('stages');
  });
});

describe('nothing matches', () => {
  it('answers null and uses no number', async () => {
    const only = pipelineFile({ name: 'a', head: ['trigger: {event: [push]}'], steps: { one: ['echo'] } });
    stage.sandbox.control.push({
      repo: 'acme/checkout',
      message: 'x',
      author: 'ada',
      files: { '.drone.yml': only },
    });
    for (const line of [
      `POST ${builds}/1/promote?target=production`,
      `POST ${builds}`,
      `POST ${builds}/1/rollback?target=x`,
    ]) {
      const answer = await stage.call('grace', line);
      expect([answer.status, answer.text]).toEqual([200, 'null\n']);
    }
    expect((await stage.call('grace', `POST ${builds}/1`)).json).toMatchObject({
      number: 2,
      parent: 1,
      trigger: 'grace',
      sender: 'ada',
    });
  });

  it('answers 500 after 45 s when the file is missing', async () => {
    stage.sandbox.control.push({
      repo: 'acme/checkout',
      message: 'x',
      author: 'ada',
      files: { '.drone.yml': null },
    });
    let answered = false;
    const answer = stage.call('ada', `POST ${builds}`).finally(() => {
      answered = true;
    });
    await until(() => stage.sandbox.control.parts.calls.list({ match: 'POST .*builds$' }).length === 1);
    await stage.pass(44_000);
    expect(answered).toBe(false);
    await stage.pass(2000);
    expect((await answer).status).toBe(500);
  });
});

describe('a cancel', () => {
  it('that the runner hears: 137, version 4, one event, the log kept', async () => {
    push();
    await stage.pass(1500);
    const events = await stage.stream('ada', '/api/stream');
    const log = await stage.stream('ada', '/api/stream/acme/checkout/1/1/1');
    const reply = await stage.call('grace', `DELETE ${builds}/1`);
    expect(reply.json.version).toBe(3);
    await stage.pass(200);
    expect(codes((await stage.call('ada', `GET ${builds}/1`)).json)).toEqual({
      status: 'killed',
      version: 4,
      stages: [
        ['build', 'killed', 137],
        ['package', 'skipped', 0],
      ],
      steps: [
        ['compile', 'killed', 137],
        ['test', 'skipped', 0],
      ],
    });
    expect(events.data).toHaveLength(1);
    expect(log.ended).toBe('ended');
    expect((await stage.call('ada', `GET ${builds}/1/logs/1/1`)).json).toEqual(log.data);
    expect((await stage.call('ada', `DELETE ${builds}/1`)).json.version).toBe(4);
    events.close();
  });

  it('of a dead runner: 130 on steps, 0 on the stage, version 3, the stream left open', async () => {
    push();
    await stage.pass(1500);
    const events = await stage.stream('ada', '/api/stream');
    const log = await stage.stream('ada', '/api/stream/acme/checkout/1/1/1');
    stage.sandbox.control.killRunner('exec1');
    await stage.pass(60_000);
    expect((await stage.call('ada', `GET ${builds}/1`)).json.status).toBe('running');
    const reply = await stage.call('ada', `DELETE ${builds}/1`);
    expect(codes(reply.json)).toEqual({
      status: 'killed',
      version: 3,
      stages: [
        ['build', 'killed', 0],
        ['package', 'skipped', 0],
      ],
      steps: [
        ['compile', 'killed', 130],
        ['test', 'skipped', 130],
      ],
    });
    await stage.pass(1000);
    expect(log.ended).toBe('no');
    expect((await stage.call('ada', 'GET /api/system/stats')).json.streams).toEqual({ 1: 1 });
    expect(events.data).toEqual([]);
    log.close();
    events.close();
  });

  it('that never reached the runner: its lines go on, the stream has no end', async () => {
    stage.sandbox.control.settings({ cancelReaches: false });
    push();
    await stage.pass(1500);
    const log = await stage.stream('ada', '/api/stream/acme/checkout/1/1/1');
    await stage.call('ada', `DELETE ${builds}/1`);
    expect((await stage.call('ada', `GET ${builds}/1/logs/1/1`)).status).toBe(404);
    await stage.pass(8000);
    expect(log.ended).toBe('no');
    expect((await stage.call('ada', `GET ${builds}/1/logs/1/1`)).status).toBe(200);
    log.close();
  });

  it('of a build that waits: final in the reply, version 2, no steps, no event', async () => {
    stage.sandbox.control.setQueue(true);
    push();
    await stage.pass(500);
    const events = await stage.stream('ada', '/api/stream');
    expect((await stage.call('ada', 'GET /api/queue')).json).toHaveLength(1);
    expect(codes((await stage.call('ada', `DELETE ${builds}/1`)).json)).toEqual({
      status: 'killed',
      version: 2,
      stages: [
        ['build', 'skipped', 0],
        ['package', 'skipped', 0],
      ],
      steps: [],
    });
    await stage.pass(500);
    expect(events.data).toEqual([]);
    events.close();
  });
});

describe('approval', () => {
  beforeEach(async () => {
    await stage.call('ada', 'PATCH /api/repos/acme/checkout', { protected: true });
    push();
    await stage.pass(200);
  });

  it('blocks stages under a pending build, and only administrators approve', async () => {
    const { json } = await stage.call('ada', `GET ${builds}/1`);
    expect(codes(json)).toMatchObject({
      status: 'pending',
      stages: [
        ['build', 'blocked', 0],
        ['package', 'blocked', 0],
      ],
    });
    expect((await stage.call('grace', `POST ${builds}/1/approve/1`)).status).toBe(404);
    expect((await stage.call('ada', `POST ${builds}/1/approve/1`)).status).toBe(204);
    expect((await stage.call('ada', `POST ${builds}/1/approve/2`)).status).toBe(204);
    await stage.pass(200);
    const twice = await stage.call('ada', `POST ${builds}/1/approve/1`);
    expect(twice.json).toEqual({ message: 'Cannot approve a Pipeline with Status "running"' });
    await stage.pass(12_000);
    expect((await stage.call('ada', `GET ${builds}/1`)).json.status).toBe('success');
  });

  it('does not hold a writer who restarts', async () => {
    const again = await stage.call('grace', `POST ${builds}/1`);
    expect(again.json).toMatchObject({ number: 2, parent: 1, trigger: 'grace', sender: 'ada' });
    await stage.pass(200);
    expect((await stage.call('ada', `GET ${builds}/2`)).json.status).toBe('running');
    expect((await stage.call('ada', `GET ${builds}/1`)).json.status).toBe('pending');
  });

  it('declines one stage or all; nobody is told; then nothing can be approved', async () => {
    const events = await stage.stream('ada', '/api/stream');
    push('Another');
    await stage.call('ada', `POST ${builds}/1/decline/1`);
    await stage.call('ada', `POST ${builds}/2/decline`);
    const one = codes((await stage.call('ada', `GET ${builds}/1`)).json);
    const all = codes((await stage.call('ada', `GET ${builds}/2`)).json);
    expect(one).toMatchObject({
      status: 'declined',
      version: 2,
      stages: [
        ['build', 'declined', 0],
        ['package', 'blocked', 0],
      ],
    });
    expect(all).toMatchObject({
      status: 'declined',
      version: 2,
      stages: [
        ['build', 'declined', 0],
        ['package', 'declined', 0],
      ],
    });
    const late = await stage.call('ada', `POST ${builds}/2/approve/2`);
    expect(late.json).toEqual({ message: 'Cannot approve a Pipeline with Status "declined"' });
    await stage.call('ada', 'PATCH /api/repos/acme/checkout', { protected: false });
    await stage.pass(500);
    expect(events.data).toEqual([]);
    expect((await stage.call('ada', 'GET /api/builds/incomplete')).json).toEqual([]);
    events.close();
  });
});

describe('two at once', () => {
  it('are refused as the database does, whoever comes second', async () => {
    await stage.call('ada', 'PATCH /api/repos/acme/checkout', { protected: true });
    push();
    const both = await Promise.all([1, 2].map(() => stage.call('ada', `POST ${builds}/1/approve/1`)));
    expect(both.map((one) => one.status).sort()).toEqual([204, 500]);
    expect(both.find((one) => one.status === 500)?.json).toEqual({ message: 'Optimistic Lock Error' });
  });
});

describe('waiting', () => {
  it('runs no more at once than the limit says, and nothing on a platform without a runner', async () => {
    const text = pipelineFile(
      { name: 'one', head: ['concurrency: {limit: 1}'], steps: { a: ['sleep 5'] } },
      { name: 'arm', head: ['platform: {os: linux, arch: arm64}'], steps: { a: ['echo'] } },
    );
    stage.sandbox.control.push({
      repo: 'acme/checkout',
      message: 'x',
      author: 'ada',
      files: { '.drone.yml': text },
    });
    push('second');
    await stage.pass(1000);
    const queue = async () =>
      asList((await stage.call('ada', 'GET /api/queue')).json).map((one) => [
        one.name,
        one.status,
        one.limit,
      ]);
    expect(await queue()).toEqual([
      ['one', 'running', 1],
      ['arm', 'pending', undefined],
      ['one', 'pending', 1],
      ['arm', 'pending', undefined],
    ]);
    await stage.pass(6000);
    expect((await queue()).filter(([name]) => name === 'one')).toEqual([['one', 'running', 1]]);
    stage.sandbox.control.addRunner({ name: 'arm1', type: 'exec', os: 'linux', arch: 'arm64', capacity: 4 });
    await stage.pass(6000);
    expect(await queue()).toEqual([]);
  });
});
