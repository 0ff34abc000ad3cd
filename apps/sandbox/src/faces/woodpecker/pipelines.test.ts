import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  outline,
  pushTo,
  startWoodpecker,
  toldOf,
  type WoodpeckerStage,
  withWorkflows,
  workflowFile,
} from './testing.ts';

let stage: WoodpeckerStage;
const files = {
  '.woodpecker/build.yaml': workflowFile({ steps: { compile: ['echo one', 'sleep 5', 'echo two'] } }),
  '.woodpecker/package.yaml': workflowFile({
    head: ['depends_on: [build]'],
    steps: { pack: ['echo packed'] },
  }),
  '.woodpecker/deploy.yaml': workflowFile({
    events: 'deployment',
    head: ['labels: {}'],
    steps: { roll: ['echo "to $CI_PIPELINE_DEPLOY_TARGET by $REGION task=$CI_PIPELINE_DEPLOY_TASK"'] },
  }).replace(
    '  - event: [deployment]',
    `  - event: deployment\n    evaluate: 'CI_PIPELINE_DEPLOY_TARGET in ["staging", "production"]'`,
  ),
};
const repo = '/api/repos/1';

beforeAll(async () => {
  stage = await startWoodpecker();
  await withWorkflows(stage, files);
  await stage.call('ada', `PATCH ${repo}`, { allow_deploy: true });
});
afterAll(() => stage.stop());

const show = async (number: number) =>
  outline(await stage.pipeline('ada', `GET ${repo}/pipelines/${number}`));

describe('a run', () => {
  it('is created, pending, running, and told of step by step', async () => {
    const events = await stage.stream('', '/api/stream/events');
    const number = pushTo(stage);
    expect(await show(number)).toBe('created build:pending[pending] package:pending[pending]');
    await stage.pass(8_000);
    expect(toldOf(events, number).map(outline)).toEqual([
      'created build:pending[pending] package:pending[pending]',
      'pending build:pending[pending] package:pending[pending]',
      'pending build:pending[pending] package:pending[pending]',
      'running build:running[pending] package:pending[pending]',
      'running build:running[running] package:pending[pending]',
      'running build:running[success] package:pending[pending]',
      'running build:success[success] package:pending[pending]',
      'running build:success[success] package:running[pending]',
      'running build:success[success] package:running[running]',
      'running build:success[success] package:running[success]',
      'success build:success[success] package:success[success]',
    ]);
    events.close();
  });

  it('shows killed, running and killed again when it is cancelled', async () => {
    const number = pushTo(stage);
    await stage.pass(2_000);
    const events = await stage.stream('', '/api/stream/events');
    expect((await stage.call('grace', `POST ${repo}/pipelines/${number}/cancel`)).status).toBe(204);
    expect(await show(number)).toBe('killed build:running[running] package:skipped[canceled]');
    await stage.pass(500);
    const told = toldOf(events, number);
    expect(told.map((one) => one.status)).toEqual(['killed', 'running', 'killed']);
    const [first, second] = told;
    expect(Number(second?.updated)).toBeLessThan(Number(first?.updated));
    expect([second?.finished, second?.cancel_info]).toEqual([0, undefined]);
    expect(first?.cancel_info).toEqual({ canceled_by_user: 'grace' });
    expect(await show(number)).toBe('killed build:killed[killed] package:skipped[canceled]');
    events.close();
  });

  it('is superseded by the next push, as its cancel says', async () => {
    const older = pushTo(stage);
    await stage.pass(1_000);
    const newer = pushTo(stage);
    await stage.pass(500);
    const found = await stage.pipeline('ada', `GET ${repo}/pipelines/${older}`);
    expect([found.status, found.cancel_info]).toEqual(['killed', { superseded_by: newer }]);
    await stage.call('ada', `POST ${repo}/pipelines/${newer}/cancel`);
    await stage.pass(500);
  });

  it('may end on a stale message: every other one of two side by side', async () => {
    const side = workflowFile({ head: ['matrix: {GO: ["1", "2"]}'], steps: { test: ['sleep 1'] } });
    const only = { '.woodpecker/build.yaml': side, '.woodpecker/package.yaml': side };
    const lasts: string[] = [];
    for (let i = 0; i < 2; i += 1) {
      const events = await stage.stream('', '/api/stream/events');
      const number = pushTo(stage, only);
      // Two at once.
      await stage.pass(4_000);
      lasts.push(toldOf(events, number).at(-1)?.status ?? '');
      expect((await show(number)).startsWith('success')).toBe(true);
      events.close();
    }
    expect(lasts.sort()).toEqual(['running', 'success']);
    await withWorkflows(stage, files);
  });
});

describe('promotions', () => {
  const promote = (number: number, query: string, who = 'grace') =>
    stage.call(who, `POST ${repo}/pipelines/${number}?event=deployment${query}`);

  it('run what matches, with the query as environment that is stored nowhere', async () => {
    const number = pushTo(stage);
    await stage.pass(8_000);
    const { json } = await promote(number, '&deploy_to=staging&deploy_task=migrate&REGION=eu');
    expect(json).toMatchObject({ event: 'deployment', parent: number, author: 'ada', deploy_to: 'staging' });
    expect(json.variables).toBeUndefined();
    await stage.pass(3_000);
    expect(await show(Number(json.number))).toBe('success deploy:success[success]');
    const address = { server: 'woodpecker', repo: 'acme/checkout', build: Number(json.number) };
    const printed = stage.sandbox.control.printed({ ...address, stage: 1, step: 2 });
    expect(printed.text).toContain('to staging by eu task=migrate');
    // A restart keeps event, target and task, and has forgotten the rest.
    const again = await stage.call('ada', `POST ${repo}/pipelines/${json.number}`);
    expect(again.json).toMatchObject({ deploy_to: 'staging', deploy_task: 'migrate', rerun_count: 2 });
    await stage.pass(3_000);
    const forgotten = stage.sandbox.control.printed({
      ...{ ...address, build: Number(again.json.number) },
      ...{ stage: 1, step: 2 },
    });
    expect(forgotten.text).toContain('to staging by  task=migrate');
  });

  it('that match nothing stay pending for ever, in no queue, without workflows', async () => {
    const { json } = await promote(1, '&deploy_to=nowhere');
    expect([json.status, 'workflows' in json]).toEqual(['pending', false]);
    await stage.pass(200);
    stage.sandbox.control.setClock({ advance: 7 * 24 * 3_600_000 });
    expect(await show(Number(json.number))).toBe('pending');
    expect((await stage.call('ada', 'GET /api/queue/info')).json).toMatchObject({ pending: [], running: [] });
    const open = (await stage.call('ada', 'GET /api/pipelines')).value;
    expect(open).toMatchObject([{ number: json.number, status: 'pending' }]);
    await stage.call('ada', `POST ${repo}/pipelines/${json.number}/cancel`);
    expect(await show(Number(json.number))).toBe('canceled');
  });

  it('are refused where they are not allowed, and are no other event', async () => {
    expect((await promote(1, '', 'linus')).status).toBe(404);
    expect((await stage.call('ada', `POST ${repo}/pipelines/1?event=push`)).status).toBe(400);
    await stage.call('ada', `PATCH ${repo}`, { allow_deploy: false });
    const answer = await promote(1, '&deploy_to=staging');
    expect([answer.status, answer.text]).toEqual([403, '']);
    await stage.call('ada', `PATCH ${repo}`, { allow_deploy: true });
  });
});

describe('approval', () => {
  const approval = (mode: string, allowed: string[] = []) =>
    stage.call('ada', `PATCH ${repo}`, { require_approval: mode, approval_allowed_users: allowed });

  it.each([
    ['none', [], 'success'],
    ['forks', [], 'success'],
    ['pull_requests', [], 'success'],
    ['all_events', [], 'blocked'],
    ['all_events', ['ada'], 'success'],
  ] as const)('%s with %j leaves a push %s', async (mode, allowed, status) => {
    await approval(mode, [...allowed]);
    const number = pushTo(stage);
    await stage.pass(8_000);
    expect((await show(number)).split(' ')[0]).toBe(status);
  });

  it('holds neither manual runs nor restarts nor promotions', async () => {
    await approval('all_events');
    const manual = await stage.pipeline('ada', `POST ${repo}/pipelines`, { branch: 'main' });
    const restarted = await stage.pipeline('ada', `POST ${repo}/pipelines/1`);
    const promoted = await stage.pipeline(
      'ada',
      `POST ${repo}/pipelines/1?event=deployment&deploy_to=staging`,
    );
    expect([manual, restarted, promoted].map((one) => one.status)).toEqual(['pending', 'pending', 'pending']);
    await stage.pass(20_000);
  });

  it('needs push, makes workflows and steps anew, and is asked once', async () => {
    await approval('all_events');
    const number = pushTo(stage);
    await stage.pass(300);
    const path = `${repo}/pipelines/${number}`;
    const held = await stage.pipeline('ada', `GET ${path}`);
    expect(outline(held)).toBe('blocked build:blocked[blocked] package:blocked[blocked]');
    expect((await stage.call('linus', `POST ${path}/approve`)).status).toBe(404);
    const going = await stage.pipeline('grace', `POST ${path}/approve`);
    expect([going.status, going.reviewed_by]).toEqual(['pending', 'grace']);
    const ids = (one: typeof held) => one.workflows?.map(({ id, pid }) => [id, pid]);
    expect(ids(going)?.map(([, pid]) => pid)).toEqual(ids(held)?.map(([, pid]) => pid));
    expect(ids(going)).not.toEqual(ids(held));
    const twice = await stage.call('grace', `POST ${path}/approve`);
    expect([twice.status, twice.text]).toEqual([400, 'cannot approve a pipeline with status pending']);
    expect((await stage.call('grace', `POST ${path}/decline`)).status).toBe(500);
    await stage.pass(10_000);
    await approval('none');
  });

  it('holds a pull request of a fork, where only those need it', async () => {
    await approval('forks');
    const { control } = stage.sandbox;
    const pulls = workflowFile({ events: 'pull_request', steps: { a: ['echo a'] } });
    await withWorkflows(stage, { '.woodpecker/pulls.yaml': pulls });
    control.branch({ repo: 'acme/checkout', branch: 'fix' });
    const request = { repo: 'acme/checkout', title: 'Fix', branch: 'fix' };
    const own = control.pullRequest({ ...request, author: 'grace' });
    const fork = control.pullRequest({ ...request, author: 'linus', from: 'linus/checkout' });
    await stage.pass(300);
    expect((await show(Number(fork.builds.woodpecker))).split(' ')[0]).toBe('blocked');
    expect((await show(Number(own.builds.woodpecker))).split(' ')[0]).not.toBe('blocked');
  });
});
