import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  asBuild,
  asRecords,
  pipelineFile,
  type Stage,
  startStage,
  until,
  withPipeline,
} from '../../testing.ts';

let stage: Stage;
const step = { repo: 'acme/checkout', build: 1, stage: 1, step: 1 };
const stream = '/api/stream/acme/checkout/1/1/1';
const stored = 'GET /api/repos/acme/checkout/builds/1/logs/1/1';

beforeEach(async () => {
  stage = await startStage();
});

afterEach(() => stage.stop());

async function run(...commands: string[]): Promise<void> {
  await withPipeline(stage, pipelineFile({ name: 'build', steps: { one: commands, two: ['echo two'] } }));
  stage.sandbox.control.push({ repo: 'acme/checkout', message: 'x', author: 'ada' });
  await stage.pass(100);
}

describe('a log stream', () => {
  it('has these bytes: a ping, records with three newlines, an end, and is closed', async () => {
    await run('echo "<a> & b"', 'sleep 1.5', 'printf "half"');
    const log = await stage.stream('', stream);
    await stage.pass(3000);
    expect(log.chunks).toEqual([
      ': ping\n\n',
      'data: {"pos":0,"out":"+ echo \\"\\u003ca\\u003e \\u0026 b\\"\\n","time":0}\n\n\n',
      'data: {"pos":1,"out":"\\u003ca\\u003e \\u0026 b\\n","time":0}\n\n\n',
      'data: {"pos":2,"out":"+ sleep 1.5\\n","time":0}\n\n\n',
      'data: {"pos":3,"out":"+ printf \\"half\\"\\n","time":1}\n\n\n',
      'data: {"pos":4,"out":"half","time":1}\n\n\n',
      'event: error\ndata: eof\n\n',
    ]);
    expect(log.ended).toBe('ended');
    expect(log.head).toMatch(/content-type: text\/event-stream\r\n/i);
    expect(log.head).toMatch(/x-accel-buffering: no/i);
    expect((await stage.call('', stored)).json).toEqual(log.data);
  });

  it('brings lines once a second, in groups', async () => {
    await run('for i in 1 2 3 4 5 6; do echo $i; sleep 0.4; done');
    const log = await stage.stream('', stream);
    const counts: number[] = [];
    for (let i = 0; i < 4; i++) {
      counts.push(log.data.length);
      await stage.pass(1000);
    }
    expect(counts).toEqual([0, 4, 6, 7]);
  });

  it.each([
    ['of a step that has ended', '1/1/2', 5000],
    ['of a step that waits', '1/1/2', 0],
  ])('%s ends at once', async (_what, tail, ms) => {
    await run('sleep 3');
    await stage.pass(ms);
    const log = await stage.stream('', `/api/stream/acme/checkout/${tail}`);
    await until(() => log.ended !== 'no');
    expect(log.text).toBe(': ping\n\nevent: error\ndata: eof\n\n');
  });

  it('gives a late viewer the last 5,000 records and the rest only with the stored log', async () => {
    await run('seq 1 12000', 'sandbox-hold', 'echo end');
    await stage.pass(2000);
    const log = await stage.stream('', stream);
    const total = stage.sandbox.control.printed(step).records.length;
    await until(() => log.data.length === 5000);
    expect(log.records[0]?.pos).toBe(total - 5000);
    expect((await stage.call('', stored)).status).toBe(404);
    stage.sandbox.control.release(step);
    await stage.pass(2000);
    const all = asRecords((await stage.call('', stored)).json);
    expect(all[0]?.pos).toBe(0);
    expect(log.data).toEqual(all.slice(total - 5000));
  });

  it('loses the tail of a burst: the end overtakes it', async () => {
    await run('sleep 2', 'seq 1 1000');
    const log = await stage.stream('', stream);
    await stage.pass(3000);
    expect(log.ended).toBe('ended');
    const all = asRecords((await stage.call('', stored)).json);
    const lost = all.length - log.data.length;
    expect(lost).toBeGreaterThan(20);
    expect(lost).toBeLessThan(742);
    expect(log.data).toEqual(all.slice(0, all.length - lost));
  });

  it('writes its pings but does not send them: they come with the next line', async () => {
    await run('echo a', 'sandbox-hold', 'echo b');
    const log = await stage.stream('', stream);
    await stage.pass(1500);
    const before = log.chunks.length;
    await stage.pass(65_000);
    expect(log.chunks).toHaveLength(before);
    stage.sandbox.control.release(step);
    await stage.pass(1500);
    expect(log.chunks[before]).toMatch(/^: ping\n\n: ping\n\ndata: /);
  });

  it('stops for good at 5 MiB without a word while the step runs on', async () => {
    await run('sandbox-gen lines=100000', 'sandbox-hold', 'echo more');
    await stage.pass(1500);
    const printed = stage.sandbox.control.printed(step);
    expect(printed.stopped).toBe(true);
    const log = await stage.stream('', stream);
    await until(() => log.data.length === 5000);
    const live = log.records;
    expect(live.at(-1)?.pos).toBeLessThan(90_000);
    stage.sandbox.control.release(step);
    await stage.pass(2000);
    expect(log.records.at(-1)?.pos).toBe(live.at(-1)?.pos);
    expect(log.ended).toBe('ended');
    expect(asRecords((await stage.call('', stored)).json).at(-1)?.out).toBe('more\n');
  });

  it('shows what a test prints into a running step, masked and cut like any output', async () => {
    await stage.call('ada', 'POST /api/repos/acme/checkout');
    await stage.call('ada', 'POST /api/repos/acme/checkout/secrets', {
      name: 'token',
      data: 'made-up-value',
    });
    const text = pipelineFile({ name: 'build', steps: { one: ['sandbox-hold'] } }).replace(
      '    commands:',
      '    environment: {T: {from_secret: token}}\n    commands:',
    );
    stage.sandbox.control.push({
      repo: 'acme/checkout',
      message: 'x',
      author: 'ada',
      files: { '.drone.yml': text },
    });
    await stage.pass(100);
    const log = await stage.stream('', stream);
    stage.sandbox.control.print(step, 'one made-up-value\ntwo\n');
    expect(stage.sandbox.control.printed(step)).toMatchObject({
      held: '',
      text: '+ sandbox-hold\none [secret:token]\ntwo\n',
    });
    await stage.pass(1000);
    expect(log.data.map((one) => one.out)).toEqual(['+ sandbox-hold\n', 'one [secret:token]\n', 'two\n', '']);
    stage.sandbox.control.exit(step, 9);
    await stage.pass(500);
    expect(
      asBuild((await stage.call('', 'GET /api/repos/acme/checkout/builds/1')).json).stages[0]?.steps[0]
        ?.exit_code,
    ).toBe(9);
  });
});

describe('the stream of builds', () => {
  it('sends frames over 2 KiB in pieces, with two newlines at the end', async () => {
    await withPipeline(
      stage,
      pipelineFile({
        name: 'build',
        steps: Object.fromEntries('abcdefghijkl'.split('').map((name) => [name, ['echo']])),
      }),
    );
    const events = await stage.stream('', '/api/stream');
    stage.sandbox.control.push({ repo: 'acme/checkout', message: 'x', author: 'ada' });
    await stage.pass(60);
    expect(events.chunks[0]).toBe(': ping\n\n');
    const frame = events.chunks.slice(1).join('').split('\n\n')[0] ?? '';
    expect(frame.length).toBeGreaterThan(2048);
    expect(events.chunks[1]).toHaveLength(2048);
    expect(events.chunks.every((chunk) => !chunk.includes('\n\n\n'))).toBe(true);
    events.close();
  });

  it('tells of a private repository those who had it when they began, and nobody else', async () => {
    const streams = await Promise.all(
      ['ada', 'linus', 'grace', ''].map((who) => stage.stream(who, '/api/stream')),
    );
    await withPipeline(stage, pipelineFile({ name: 'build', steps: { one: ['echo'] } }), 'acme/infra');
    stage.sandbox.control.push({ repo: 'acme/infra', message: 'x', author: 'ada' });
    await stage.pass(1000);
    expect(streams.map((one) => one.data.length > 0)).toEqual([true, true, false, false]);
    expect((await stage.stream('grace', '/api/stream/acme/infra')).status).toBe(404);
    for (const one of streams) one.close();
  });

  it('pings every 30 s of silence, at once', async () => {
    const events = await stage.stream('', '/api/stream');
    await stage.pass(61_000);
    expect(events.text).toBe(': ping\n\n'.repeat(3));
    events.close();
  });
});

describe('faults', () => {
  it('restarts like the real server: silence, a break without an end, then an end at once, then all of the log', async () => {
    await run('for i in 1 2 3 4 5 6; do echo $i; sleep 1; done');
    await stage.pass(2000);
    const log = await stage.stream('', stream);
    const events = await stage.stream('', '/api/stream');
    await until(() => log.data.length > 0);
    const before = log.data.length;
    stage.sandbox.control.restartServer();
    await stage.pass(4000);
    expect([log.ended, log.data.length]).toEqual(['no', before]);
    await expect(stage.call('', 'GET /healthz')).rejects.toThrow();
    await stage.pass(1500);
    await until(() => log.ended === 'broken' && events.ended === 'broken');
    await stage.pass(600);
    await until(() => stage.sandbox.core.server.up);
    expect((await stage.call('', 'GET /api/repos/acme/checkout/builds/1')).json.status).toBe('running');
    const again = await stage.stream('', stream);
    await until(() => again.ended === 'ended');
    expect(again.data).toEqual([]);
    await stage.pass(20_000);
    expect((await stage.call('', 'GET /api/repos/acme/checkout/builds/1')).json.status).toBe('success');
    const outs = asRecords((await stage.call('', stored)).json).map((one) => one.out);
    expect(outs.slice(1)).toEqual(['1\n', '2\n', '3\n', '4\n', '5\n', '6\n']);
  });

  it('cuts streams in the middle, by kind and path, and replays from the start on reconnect', async () => {
    await run('for i in 1 2 3 4 5 6; do echo $i; sleep 1; done');
    const [log, events] = [await stage.stream('', stream), await stage.stream('', '/api/stream')];
    await stage.pass(2500);
    expect(stage.sandbox.control.cutStreams({ kind: 'log', path: '/api/stream/acme/checkout/1' })).toBe(1);
    await until(() => log.ended === 'broken');
    expect(events.ended).toBe('no');
    const again = await stage.stream('', stream);
    await until(() => again.data.length >= log.data.length);
    expect(again.data.slice(0, log.data.length)).toEqual(log.data);
    events.close();
    again.close();
  });

  it('answers as told for as long as told, later or never, and counts what it was asked', async () => {
    const { control } = stage.sandbox;
    control.addFault({ face: 'drone', match: '^GET /api/user', status: 503, times: 1 });
    expect((await stage.call('ada', 'GET /api/user')).status).toBe(503);
    expect((await stage.call('ada', 'GET /api/user')).status).toBe(200);
    const slow = control.addFault({ face: 'drone', delay: 4000 });
    let answered = false;
    const answer = stage.call('ada', 'GET /api/user?access_token=x').finally(() => {
      answered = true;
    });
    await until(() => control.faults()[1]?.hits === 1);
    await stage.pass(3900);
    expect(answered).toBe(false);
    await stage.pass(200);
    expect((await answer).status).toBe(200);
    control.clearFaults(slow.id);
    control.addFault({ face: 'drone', refuse: true });
    await expect(stage.call('ada', 'GET /api/user')).rejects.toThrow();
    control.clearFaults();
    await stage.call('grace', 'POST /api/repos/acme/checkout');
    expect(control.parts.calls.counts()).toMatchObject({
      drone: { total: 5, mutating: 1 },
      gitea: { total: 0 },
    });
    const calls = control.parts.calls.list();
    expect(calls.map((one) => [one.who, one.status])).toEqual([
      ['ada', 503],
      ['ada', 200],
      ['ada', 200],
      ['ada', 0],
      ['grace', 404],
    ]);
    expect(JSON.stringify(calls)).not.toMatch(/Bearer|token=x/);
  });
});
