import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  outline,
  pushTo,
  startWoodpecker,
  type WirePipeline,
  type WoodpeckerStage,
  withWorkflows,
  workflowFile,
} from './testing.ts';

let stage: WoodpeckerStage;
const repo = '/api/repos/1';

beforeAll(async () => {
  stage = await startWoodpecker();
  await withWorkflows(stage, {
    '.woodpecker.yaml': workflowFile({
      steps: {
        quick: ['echo first', "printf 'one\\n\\nthree'"],
        slow: ['for i in 1 2 3; do echo "line $i"; sleep 2; done'],
        fast: ['for i in 1 2 3 4 5 6; do echo "tick $i"; sleep 0.5; done'],
        last: ['echo the end'],
      },
    }),
  });
});
afterAll(() => stage.stop());

const shown = (number: number): Promise<WirePipeline> =>
  stage.pipeline('ada', `GET ${repo}/pipelines/${number}`);
const stepNamed = (one: WirePipeline, name: string): number =>
  one.workflows?.[0]?.children.find((step) => step.name === name)?.id ?? 0;
const stored = async (number: number, step: number): Promise<string[] | null> => {
  const list = (await stage.call('ada', `GET ${repo}/logs/${number}/${step}`)).value;
  if (!Array.isArray(list)) return null;
  return list.map((one) => (one.data === null ? '' : Buffer.from(String(one.data), 'base64').toString()));
};

describe('logs', () => {
  it('are null for a second after the end, and whole later', async () => {
    const number = pushTo(stage);
    await stage.pass(9_800);
    const done = await shown(number);
    expect(done.status).toBe('success');
    expect(await stored(number, stepNamed(done, 'last'))).toBeNull();
    await stage.pass(1_100);
    expect(await stored(number, stepNamed(done, 'last'))).toEqual(['+ echo the end', 'the end']);
    expect(await stored(number, stepNamed(done, 'quick'))).toEqual([
      '+ echo first',
      'first',
      "+ printf 'one\\n\\nthree'",
      'one',
      '',
      'three',
    ]);
    const [raw] = [await stage.call('ada', `GET ${repo}/logs/${number}/${stepNamed(done, 'quick')}`)];
    expect(raw?.text).toContain('"line":4,"data":null,');
  });

  it('come a second late, all at once from the start, and nothing while the step never pauses', async () => {
    const number = pushTo(stage);
    await stage.pass(1_500);
    const running = await shown(number);
    const slow = await stage.stream('linus', `/api/stream/logs/1/${number}/${stepNamed(running, 'slow')}`);
    await stage.pass(3_500);
    const late = await stage.stream('ada', `/api/stream/logs/1/${number}/${stepNamed(running, 'slow')}`);
    expect(slow.data.map((one) => one.line)).toEqual([0, 1, 2]);
    expect(late.data).toEqual(slow.data);
    const fast = await stage.stream('ada', `/api/stream/logs/1/${number}/${stepNamed(running, 'fast')}`);
    await stage.pass(4_000);
    expect(fast.data).toEqual([]);
    await stage.pass(4_000);
    // The end is the workflow's, and it overtakes the last second.
    expect(slow.text.endsWith('\n\nevent: eof\ndata: eof\n\n')).toBe(true);
    expect(slow.data.map((one) => one.line)).toEqual([0, 1, 2, 3]);
    expect(fast.text).toBe(': ping\n\nevent: eof\ndata: eof\n\n');
    expect((await stored(number, stepNamed(running, 'fast')))?.at(-1)).toBe('tick 6');
    // A number is this connection's count, whatever its line.
    const resumed = await stage.stream('ada', `/api/stream/logs/1/${number}/${stepNamed(running, 'slow')}`);
    expect(resumed.text).toBe(': ping\n\nevent: error\ndata: step not running (anymore)\n\n');
  });

  it('tells what cannot be streamed in the stream', async () => {
    const told = async (path: string) => (await stage.stream('ada', `/api/stream/logs/1/${path}`)).text;
    expect(await told('x/1')).toContain('data: pipeline number invalid');
    expect(await told('999/1')).toContain('data: pipeline not found');
    expect(await told('1/x')).toContain('data: step id invalid');
    expect(await told('1/999')).toContain('data: process not found');
  });

  it('hide the values of secrets line by line, but for short ones', async () => {
    const value = 'hunter2-canary\nsecond-line-canary\nabc';
    await stage.call('ada', `POST ${repo}/secrets`, { name: 'KEY', value, events: ['push'] });
    const environment = '    environment:\n      KEY:\n        from_secret: key\n    commands:';
    const number = pushTo(stage, {
      '.woodpecker.yaml': workflowFile({
        steps: { show: ['echo "$KEY" | cat', 'echo the secret hunter2-canary stands here too'] },
      }).replace('    commands:', environment),
    });
    await stage.pass(2_500);
    const done = await shown(number);
    expect(outline(done)).toBe('success woodpecker:success[success]');
    expect(await stored(number, stepNamed(done, 'show'))).toEqual([
      '+ echo "$KEY" | cat',
      '********',
      '********',
      'abc',
      '+ echo the secret ******** stands here too',
      'the secret ******** stands here too',
    ]);
  });
});

describe('a step that has printed a generated log', () => {
  it('streams and stores every line of it once, between what it printed before and after', async () => {
    const number = pushTo(stage, {
      '.woodpecker.yaml': workflowFile({ steps: { talk: ['echo begin', 'sandbox-hold', 'echo the end'] } }),
    });
    await stage.pass(2_000);
    const step = stepNamed(await shown(number), 'talk');
    const at = { server: 'woodpecker', repo: 'acme/checkout', build: number, stage: 1, step: 2 };
    const { control } = stage.sandbox;
    // More than waits for one reader.
    const lines = 8_000;
    control.print(at, 'before\n');
    control.generate(at, lines);
    control.print(at, 'after\n');
    await stage.pass(1_100);
    const late = await stage.stream('ada', `/api/stream/logs/1/${number}/${step}`);
    await expect.poll(() => late.text.includes(`\nid: ${lines + 5}\n`), { timeout: 20_000 }).toBe(true);
    control.release(at);
    await stage.pass(4_000);
    const texts = (await stored(number, step)) ?? [];
    expect(texts.length).toBe(lines + 7);
    expect(texts.slice(0, 4)).toEqual(['+ echo begin', 'begin', '+ sandbox-hold', 'before']);
    expect(texts[4]).toBe('+ make part-0');
    expect(texts[lines + 3]).toContain(`#${String(lines).padStart(7, '0')} `);
    expect(texts.slice(lines + 4)).toEqual(['after', '+ echo the end', 'the end']);
    expect(late.data.map((one) => one.line)).toEqual(late.data.map((_, index) => index));
    const told = late.data.map((one) => Buffer.from(String(one.data), 'base64').toString());
    expect(told).toEqual(texts.slice(0, told.length));
    const rows = (await stage.call('ada', `GET ${repo}/logs/${number}/${step}`)).value as { id: number }[];
    expect(rows.every(({ id }, index) => index === 0 || id > (rows[index - 1]?.id ?? 0))).toBe(true);
  });
});

describe('agents', () => {
  const hang = { '.woodpecker.yaml': workflowFile({ steps: { wait: ['echo on', 'sandbox-hold'] } }) };

  it('that die leave everything running, with pings and no end', async () => {
    const number = pushTo(stage, hang);
    await stage.pass(2_000);
    const step = stepNamed(await shown(number), 'wait');
    const stream = await stage.stream('ada', `/api/stream/logs/1/${number}/${step}`);
    stage.sandbox.control.killRunner('agent1', 'woodpecker');
    await stage.pass(95_000);
    expect(outline(await shown(number))).toBe('running woodpecker:running[running]');
    expect(stream.text.match(/: ping/g)?.length).toBe(4);
    expect(stream.ended).toBe('no');
    const [agent] = (await stage.call('ada', 'GET /api/agents')).value as { last_contact: number }[];
    const now = stage.sandbox.control.clock().now / 1000;
    expect(now - (agent?.last_contact ?? now)).toBeGreaterThan(90);
    expect((await stage.call('ada', 'GET /api/queue/info')).json).toMatchObject({
      stats: { worker_count: 0, running_count: 1 },
    });
    // A cancel ends the pipeline and none of its parts.
    await stage.call('ada', `POST ${repo}/pipelines/${number}/cancel`);
    await stage.pass(5_000);
    expect(outline(await shown(number))).toBe('killed woodpecker:running[running]');
    stream.close();
  });

  it('take nothing whose labels they do not offer, and nothing says why', async () => {
    const { control } = stage.sandbox;
    control.addRunner({
      ...{ server: 'woodpecker', name: 'agent1', type: 'local' },
      os: 'linux',
      arch: 'amd64',
      capacity: 1,
    });
    const labelled = {
      '.woodpecker.yaml': workflowFile({ head: ['labels: {gpu: "yes"}'], steps: { a: ['echo a'] } }),
    };
    const number = pushTo(stage, labelled);
    await stage.pass(5_000);
    expect(outline(await shown(number))).toBe('pending woodpecker:pending[pending]');
    const info = (await stage.call('ada', 'GET /api/queue/info')).json;
    expect(info).toMatchObject({ pending: [{ agent_id: 0, agent_name: '', labels: { gpu: 'yes' } }] });
    control.addRunner({
      ...{ server: 'woodpecker', name: 'agent2', type: 'local', os: 'linux', arch: 'amd64', capacity: 1 },
      labels: { gpu: 'yes' },
    });
    await stage.pass(2_000);
    expect(outline(await shown(number))).toBe('success woodpecker:success[success]');
  });

  it('wait while the queue is paused', async () => {
    await stage.call('ada', 'POST /api/queue/pause');
    const number = pushTo(stage, hang);
    await stage.pass(2_000);
    expect((await shown(number)).status).toBe('pending');
    await stage.call('ada', 'POST /api/queue/resume');
    await stage.pass(1_000);
    expect((await shown(number)).status).toBe('running');
    stage.sandbox.control.release({
      ...{ server: 'woodpecker', repo: 'acme/checkout', build: number },
      ...{ stage: 1, step: 2 },
    });
    await stage.pass(1_000);
    expect((await shown(number)).status).toBe('success');
  });
});

describe('a pipeline that ends by skipping a workflow', () => {
  const files = {
    '.woodpecker/test.yaml': workflowFile({ steps: { unit: ['echo one', 'sleep 3', 'echo why', 'exit 7'] } }),
    '.woodpecker/after.yaml': `depends_on: [test]\n${workflowFile({ steps: { ship: ['echo ship'] } })}`,
  };

  it.each([
    ['3.17', 'killed', ['+ echo one', 'one', '+ sleep 3']],
    ['2.8', 'skipped', ['+ echo one', 'one', '+ sleep 3', '+ echo why', 'why', '+ exit 7']],
  ])('ends at no time; %s takes no line after that', async (version, skipped, lines) => {
    const other = await startWoodpecker(version);
    await withWorkflows(other, files);
    const number = pushTo(other);
    await other.pass(9_000);
    const done = await other.pipeline('ada', `GET ${repo}/pipelines/${number}`);
    expect(outline(done)).toBe(`failure after:skipped[${skipped}] test:failure[failure]`);
    expect(done[version === '2.8' ? 'finished_at' : 'finished']).toBe(0);
    const list = (
      await other.call('ada', `GET ${repo}/logs/${number}/${done.workflows?.[1]?.children[0]?.id}`)
    ).value;
    const texts = (list as { data: string }[]).map((one) => Buffer.from(one.data, 'base64').toString());
    expect(texts).toEqual(lines);
    await other.stop();
  });
});
