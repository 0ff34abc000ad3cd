import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { type RawStream, until } from '../../testing.ts';
import { type Drone08Stage, outline, pipelineFile, repo, startDrone08 } from './testing.ts';

let stage: Drone08Stage;
beforeEach(async () => {
  stage = await startDrone08();
});
afterEach(() => stage.stop());

const line = z.object({
  proc: z.string(),
  pos: z.number(),
  time: z.number().default(0),
  out: z.string().default(''),
});
const linesOf = (stream: RawStream) => z.array(line).parse(stream.data);
const streamPath = (number: number, pid = 1): string => `/stream/logs/acme/checkout/${number}/${pid}`;
const stored = async (number: number, pid: number) =>
  z.array(line).parse((await stage.call('', `GET ${repo}/logs/${number}/${pid}`)).value);

it('one stream for all steps of a pipeline, with ids by count; the end may overtake nothing here', async () => {
  const number = stage.push(
    pipelineFile({ first: ['echo one', 'sandbox-hold'], second: ['echo two', 'sleep 1', 'echo three'] }),
  );
  const early = await stage.stream('', streamPath(number));
  expect(early.text).toBe(': ping\n\nevent: error\ndata: stream not found\n\n');
  await stage.pass(2_000);
  const live = await stage.stream('', streamPath(number));
  await until(() => live.data.length >= 3);
  stage.sandbox.control.release(stage.step(number, 3));
  await stage.pass(4_000);
  await until(() => live.ended === 'ended');
  expect(live.text.endsWith('event: error\ndata: eof\n\n')).toBe(true);
  const told = linesOf(live);
  expect(new Set(told.map((one) => one.proc))).toEqual(new Set(['clone', 'first', 'second']));
  const ids = [...live.text.matchAll(/^id: (\d+)$/gm)].map((found) => Number(found[1]));
  expect(ids).toEqual(told.map((_, index) => index + 1));
  for (const [pid, name] of [
    [2, 'clone'],
    [3, 'first'],
    [4, 'second'],
  ] as const)
    expect(told.filter((one) => one.proc === name)).toEqual(await stored(number, pid));
});

it('a reader who comes back skips by count what he had', async () => {
  const number = stage.push(pipelineFile({ work: ['echo one', 'echo two', 'sandbox-hold'] }));
  await stage.pass(2_000);
  const all = await stage.stream('', streamPath(number));
  await until(() => all.data.length >= 5);
  const count = all.data.length;
  const rest = await stage.stream('', streamPath(number), { 'last-event-id': String(count - 1) });
  await until(() => rest.data.length > 0);
  expect(linesOf(rest)).toEqual(linesOf(all).slice(-1));
});

it('lines that come at once may change places; nothing is lost, and who comes late has them in order', async () => {
  const number = stage.push(pipelineFile({ work: ['sandbox-hold', 'seq 1 40', 'sandbox-hold'] }));
  await stage.pass(2_000);
  const live = await stage.stream('', streamPath(number));
  stage.sandbox.control.release(stage.step(number, 3));
  await stage.pass(500);
  await until(() => linesOf(live).filter((one) => one.proc === 'work').length >= 43);
  const positions = (stream: RawStream) =>
    linesOf(stream)
      .filter((one) => one.proc === 'work')
      .map((one) => one.pos);
  const sorted = [...positions(live)].sort((a, b) => a - b);
  expect(positions(live)).not.toEqual(sorted);
  const late = await stage.stream('', streamPath(number));
  await until(() => positions(late).length >= sorted.length);
  expect(positions(late)).toEqual(sorted);
});

it('records: a first one of eight bytes at least, lines with their ends, long ones in pieces', async () => {
  const long = 'x'.repeat(20_000);
  const number = stage.push(pipelineFile({ work: ['seq 1 2', `printf ${long}`] }));
  await stage.pass(3_000);
  const outs = (await stored(number, 3)).map((one) => one.out);
  expect(outs.slice(0, 3)).toEqual(['+ seq 1 2\n', '1\n', '2\n']);
  expect(outs.slice(3).map((one) => one.length)).toEqual([16_384, 20_010 - 16_384, 16_384, 20_000 - 16_384]);
  const short = stage.push(pipelineFile({ work: ['true', 'true'] }));
  await stage.pass(3_000);
  expect((await stored(short, 3)).map((one) => one.out)).toEqual(['+ true\n+ true\n']);
});

it('keeps the first two million bytes and says so nowhere', async () => {
  const number = stage.push(pipelineFile({ work: ['sandbox-gen lines=90000 kind=short', 'sandbox-hold'] }));
  await stage.pass(4_000);
  const printed = stage.sandbox.control.printed(stage.step(number, 3));
  expect([printed.text.length, printed.stopped, printed.status]).toEqual([2_000_000, true, 'running']);
});

it('stores nothing for what has not run, the log a moment after the step, and a note in place of a deleted one', async () => {
  const number = stage.push(pipelineFile({ work: ['echo one'], rest: ['sandbox-hold'] }));
  const status = async (tail: string) => (await stage.call('', `GET ${repo}/logs/${number}/${tail}`)).status;
  expect(await status('3')).toBe(404);
  const work = async () => (await stage.build('', `GET ${repo}/builds/${number}`)).procs?.[0]?.children[1];
  while ((await work())?.state !== 'success') stage.sandbox.control.setClock({ advance: 5 });
  expect(await status('3')).toBe(404);
  await stage.pass(200);
  expect([await status('3'), await status('1/work'), await status('1')]).toEqual([200, 200, 404]);
  const refused = await stage.call('grace', `DELETE ${repo}/logs/${number}`);
  expect(refused.text).toBe('Cannot delete logs for a pending or running build');
  stage.sandbox.control.release(stage.step(number, 4));
  await stage.pass(1_000);
  expect((await stage.call('grace', `DELETE ${repo}/logs/${number}`)).status).toBe(204);
  expect(await stored(number, 3)).toMatchObject([
    { proc: 'work', out: expect.stringMatching(/^logs purged by grace/) },
  ]);
});

it('a step’s own number has no stream of its own', async () => {
  const number = stage.push(pipelineFile({ work: ['sandbox-hold'] }));
  await stage.pass(2_000);
  const step = await stage.stream('', streamPath(number, 3));
  expect(step.text).toBe(': ping\n\nevent: error\ndata: eof\n\n');
  const absent = await stage.stream('', streamPath(number, 9));
  expect(absent.text).toContain('data: process not found');
  const none = await stage.stream('', streamPath(99));
  expect(none.text).toContain('data: build not found');
});

it('hides no secret, and gives none to the events it is not for', async () => {
  const secret = { name: 'upload_token', value: 'hunter2-canary', event: ['push'] };
  await stage.call('ada', `POST ${repo}/secrets`, secret);
  const number = stage.push(
    pipelineFile({ work: ['echo "with [$UPLOAD_TOKEN]"'] }, { more: { work: ['secrets: [upload_token]'] } }),
  );
  await stage.pass(3_000);
  expect((await stored(number, 3)).at(-1)?.out).toBe('with [hunter2-canary]\n');
  await stage.call('ada', `POST ${repo}/builds/${number}?event=deployment&deploy_to=x`);
  await stage.pass(3_000);
  expect((await stored(number + 1, 3)).at(-1)?.out).toBe('with []\n');
});

it('a restart of the server forgets streams and cancels, and the build ends as if nothing had been', async () => {
  const number = stage.push(pipelineFile({ work: ['echo one', 'sandbox-hold', 'echo two'] }));
  await stage.pass(2_000);
  const live = await stage.stream('', streamPath(number));
  const { control } = stage.sandbox;
  control.stopServer('old');
  await until(() => live.ended === 'broken');
  await control.startServer('old');
  const again = await stage.stream('', streamPath(number));
  expect(again.text).toBe(': ping\n\nevent: error\ndata: eof\n\n');
  expect((await stage.call('ada', `DELETE ${repo}/builds/${number}/1`)).status).toBe(204);
  await stage.pass(1_000);
  expect(outline(await stage.build('', `GET ${repo}/builds/${number}`))).toBe(
    'running killed[success,running]',
  );
  control.release(stage.step(number, 3));
  await stage.pass(1_000);
  expect(outline(await stage.build('', `GET ${repo}/builds/${number}`))).toBe(
    'success success[success,success]',
  );
  expect((await stored(number, 3)).at(-1)?.out).toBe('two\n');
});

it('events of a private repository go to those who had it in their list when the stream opened', async () => {
  await stage.call('ada', 'POST /api/repos/acme/infra');
  const streams = await Promise.all(
    ['ada', 'linus', 'grace', ''].map((who) => stage.stream(who, '/stream/events')),
  );
  stage.sandbox.control.push({
    ...{
      repo: 'acme/infra',
      forge: 'gogs',
      author: 'ada',
      message: 'x',
      files: pipelineFile({ a: ['echo'] }),
    },
  });
  await stage.pass(3_000);
  expect(streams.map((one) => one.data.length)).toEqual([7, 7, 0, 0]);
  stage.sandbox.control.setClock({ advance: 31_000 });
  await until(() => streams.every((one) => one.text.endsWith(': ping\n\n')));
});
