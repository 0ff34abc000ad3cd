import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { asRecords, pipelineFile, type Stage, startStage, withPipeline } from './testing.ts';
import { generatedLine } from './world/generated-log.ts';

const answer = z.union([z.array(z.looseObject({})), z.looseObject({})]);
const clock = z.object({ now: z.number(), rate: z.number(), paused: z.boolean() });

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});

afterAll(() => stage.stop());

async function door(line: string, body?: unknown) {
  const [method = 'GET', path = '/'] = line.split(' ');
  const response = await fetch(`${stage.sandbox.urls.control}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: answer.parse(JSON.parse(text)) };
}

const step = { repo: 'acme/checkout', build: 1, stage: 1, step: 1 };
const query = '?repo=acme/checkout&build=1&stage=1&step=1';

it('does over HTTP what its functions do: push, time, hold, print, release', async () => {
  await withPipeline(stage, pipelineFile({ name: 'a', steps: { one: ['echo one'] } }));
  expect(
    (await door('POST /push', { repo: 'acme/checkout', message: 'x', author: 'ada' })).json,
  ).toMatchObject({ build: 1 });
  expect((await door('POST /steps/hold', step)).json).toEqual({ ok: true });
  const before = clock.parse((await door('GET /clock')).json);
  const after = clock.parse((await door('POST /clock', { advance: 1000 })).json);
  expect([after.now - before.now, after.paused]).toEqual([1000, true]);
  expect((await door(`GET /steps/printed${query}`)).json).toMatchObject({ held: 'end', status: 'running' });
  await door('POST /steps/print', { ...step, text: 'late\n' });
  expect((await door(`GET /steps/stored${query}`)).json).toEqual({ ok: true });
  await door('POST /steps/release', step);
  await door('POST /clock', { advance: 1000 });
  const stored = asRecords((await door(`GET /steps/stored${query}`)).json);
  expect(stored.map((one) => one.out)).toEqual(['+ echo one\n', 'one\n', 'late\n']);
});

it('orders faults and counts calls', async () => {
  const fault = await door('POST /faults', { face: 'drone', match: '/api/user$', status: 500, times: 2 });
  expect(fault.json).toMatchObject({ id: 1, hits: 0 });
  expect((await stage.call('ada', 'GET /api/user')).status).toBe(500);
  expect((await door('GET /faults')).json).toMatchObject([{ hits: 1 }]);
  await door('DELETE /faults');
  const { last } = z.looseObject({ last: z.number() }).parse((await door('GET /calls/counts')).json);
  await stage.call('grace', 'POST /api/repos/acme/checkout/builds/1');
  expect((await door(`GET /calls/counts?face=drone&since=${last}`)).json).toMatchObject({
    drone: { total: 1, mutating: 1 },
  });
  expect((await door(`GET /calls?since=${last}`)).json).toMatchObject([
    { who: 'grace', method: 'POST', status: 200 },
  ]);
});

it('ends forge tokens and sets runners, roles and the queue', async () => {
  expect((await door('POST /tokens/expire', { login: 'ada' })).json).toEqual({ expired: 0 });
  await door('POST /runners', { name: 'arm1', arch: 'arm64' });
  expect((await door('GET /runners')).json).toMatchObject([{ name: 'exec1' }, { name: 'arm1' }]);
  expect((await door('DELETE /runners/arm1')).status).toBe(200);
  await door('POST /queue', { paused: true });
  expect(stage.sandbox.world.ci.queuePaused).toBe(true);
  expect((await door('POST /roles', { repo: 'acme/infra', login: 'grace', role: 'read' })).status).toBe(200);
});

it('brings people to the forge, each login once', async () => {
  const added = await door('POST /people', { login: 'viewer-1', password: 'viewer-1-sandbox' });
  const person = stage.sandbox.world.forge.user('viewer-1');
  expect(person).toMatchObject({ password: 'viewer-1-sandbox' });
  expect(added).toEqual({ status: 200, json: { id: person?.id } });
  expect((await door('POST /people', { login: 'viewer-1', password: 'x' })).status).toBe(400);
  expect((await door('POST /people', { login: 'viewer-2', password: 'x', forge: 'none' })).status).toBe(400);
});

it('refuses what it does not understand, with a reason', async () => {
  expect((await door('POST /push', { repo: 'acme/checkout' })).status).toBe(400);
  const unknown = await door('POST /push', { repo: 'acme/none', message: 'x', author: 'ada' });
  expect(unknown).toEqual({ status: 400, json: { error: 'there is no acme/none on any forge' } });
  expect((await door('DELETE /runners/none')).status).toBe(400);
});

it('puts a log of any length in the place of a stored one, made while it is sent', async () => {
  await door('POST /steps/generate', { ...step, lines: 70_000 });
  const reply = await stage.call('ada', 'GET /api/repos/acme/checkout/builds/1/logs/1/1');
  const records = asRecords(reply.json);
  expect(records).toHaveLength(70_000);
  expect(records.at(-1)).toEqual({ pos: 69_999, out: `${generatedLine(69_999)}\n`, time: 69 });
  expect(Buffer.byteLength(records.map(({ out }) => out).join(''))).toBeGreaterThan(5_000_000);
});
