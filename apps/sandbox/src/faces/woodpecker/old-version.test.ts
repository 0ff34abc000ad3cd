import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pushTo, startWoodpecker, type WoodpeckerStage, withWorkflows, workflowFile } from './testing.ts';

/** 2.8 by its documented differences: nothing of it is recorded. */
let stage: WoodpeckerStage;
const repo = '/api/repos/1';

beforeAll(async () => {
  stage = await startWoodpecker('2.8');
  await withWorkflows(stage, {
    '.woodpecker.yaml': workflowFile({ steps: { one: ['echo 1', 'sleep 2'], two: ['echo 2'] } }),
  });
});
afterAll(() => stage.stop());

describe('Woodpecker 2.8', () => {
  it('says so', async () => {
    const { json, headers } = await stage.call('', 'GET /version');
    expect([json.version, headers.get('x-woodpecker-version')]).toEqual(['2.8.3', '2.8.3']);
  });

  it('names times with _at, those of steps otherwise, and lacks what came later', async () => {
    const number = pushTo(stage);
    await stage.pass(3_500);
    const { json } = await stage.call('ada', `GET ${repo}/pipelines/${number}`);
    for (const key of ['created_at', 'updated_at', 'started_at', 'finished_at', 'reviewed_at'])
      expect(typeof json[key]).toBe('number');
    const later = ['created', 'event_reason', 'cancel_info', 'rerun_count', 'version', 'cron'];
    expect(later.filter((key) => key in json)).toEqual([]);
    expect(json.workflows).toMatchObject([
      { state: 'success', start_time: expect.any(Number), end_time: expect.any(Number) },
    ]);
    expect(JSON.stringify(json.workflows)).not.toMatch(/"(started|finished)"/);
    const list = (await stage.call('ada', `GET ${repo}/pipelines?event=tag&status=failure&branch=none`))
      .value;
    expect(list).toMatchObject([{ number }]);
    const before = new Date(0).toISOString();
    expect((await stage.call('ada', `GET ${repo}/pipelines?before=${before}`)).value).toEqual([]);
  });

  it('has a repository with a boolean for trust, and takes the old gate too', async () => {
    const shape = (await stage.call('ada', `GET ${repo}`)).json;
    expect(shape).toMatchObject({ forge_id: 1, trusted: false, scm: 'git', netrc_only_trusted: true });
    expect('approval_allowed_users' in shape || 'config_extension_endpoint' in shape).toBe(false);
    const patched = await stage.call('ada', `PATCH ${repo}`, { gated: true, trusted: true });
    expect(patched.json).toMatchObject({ trusted: true, require_approval: 'all_events' });
    await stage.call('ada', `PATCH ${repo}`, { require_approval: 'none' });
    const own = (await stage.call('ada', 'GET /api/user/repos')).value;
    expect(JSON.stringify(own)).not.toContain('last_pipeline');
  });

  it('takes a cancelled run for a failure once its agent has answered, and ends a log as an error', async () => {
    const number = pushTo(stage);
    await stage.pass(1_000);
    const { json } = await stage.call('ada', `GET ${repo}/pipelines/${number}`);
    const [workflow] = json.workflows as { children: { id: number }[] }[];
    const log = await stage.stream('ada', `/api/stream/logs/1/${number}/${workflow?.children[0]?.id}`);
    await stage.call('ada', `POST ${repo}/pipelines/${number}/cancel`);
    const told = (await stage.call('ada', `GET ${repo}/pipelines/${number}`)).json;
    expect(told).toMatchObject({ status: 'killed', workflows: [{ state: 'running' }] });
    await stage.pass(500);
    expect(log.text.endsWith('event: error\ndata: eof\n\n')).toBe(true);
    const done = (await stage.call('ada', `GET ${repo}/pipelines/${number}`)).json;
    expect(done).toMatchObject({
      status: 'failure',
      workflows: [
        { state: 'failure', error: 'Canceled', children: [{ state: 'success' }, { state: 'skipped' }] },
      ],
    });
  });

  it('answers with its page where routes came later', async () => {
    for (const line of ['POST /api/user/repos/refresh', `GET ${repo}/pipelines/1/metadata`]) {
      const answer = await stage.call('ada', line);
      expect(answer.headers.get('content-type')).toBe('text/html; charset=UTF-8');
    }
    expect((await stage.call('', 'GET /api/signature/public-key')).status).toBe(401);
  });

  it('restarts no declined run, and still has the old path of registry credentials', async () => {
    await stage.call('ada', `PATCH ${repo}`, { require_approval: 'all_events' });
    const number = pushTo(stage);
    await stage.pass(300);
    await stage.call('ada', `POST ${repo}/pipelines/${number}/decline`);
    const answer = await stage.call('ada', `POST ${repo}/pipelines/${number}`);
    expect([answer.status, answer.text]).toEqual([400, 'cannot restart a pipeline with status declined']);
    await stage.call('ada', `PATCH ${repo}`, { require_approval: 'none' });
    expect((await stage.call('ada', `GET ${repo}/registry`)).value).toBeNull();
  });

  it('has secrets without a note and a queue without names', async () => {
    const made = await stage.call('ada', `POST ${repo}/secrets`, { name: 'a', value: 'b', events: ['push'] });
    expect(made.json).toEqual({ id: 1, org_id: 0, repo_id: 1, name: 'a', images: null, events: ['push'] });
    await stage.call('ada', 'POST /api/queue/pause');
    pushTo(stage);
    await stage.pass(500);
    const { json } = await stage.call('ada', 'GET /api/queue/info');
    // Which pipeline it is of stands nowhere but in the id, which is the workflow's.
    const keys = Object.keys((json.pending as object[])[0] ?? {}).sort();
    expect(keys).toEqual(['agent_id', 'data', 'dep_status', 'dependencies', 'id', 'labels', 'run_on']);
  });
});
