import { expect, test } from 'vitest';
import { isFailure } from '../../../domain/failure.ts';
import type { CiClient } from '../../../ports/ci-server.ts';
import { type Seen, sendJson } from '../../../testing/http-double.ts';
import { bare, doubleForAll, recordsOf } from '../testing.ts';
import { drone08At, sentBuild, sentProc, sentRepository } from './testing.ts';

/** A repository was renamed, and another one made under its old path: the server shows the builds of both as its own. */
const double = doubleForAll();
const never = new AbortController().signal;
const path = 'acme/checkout';
const repo = `/api/repos/${path}`;
const made = 1_795_000_000;
const procs = [sentProc(1, 0, { children: [sentProc(3, 1, { name: 'test' })] })];
const before = sentBuild({ number: 6, created_at: made - 3_600, procs, message: 'Of the other one' });
const own = sentBuild({ number: 7, created_at: made + 60, procs });
const withPath = (build: object) => ({ ...build, full_name: path });
const log = [{ proc: 'test', pos: 0, out: 'said\n' }];

const answers: Record<string, unknown> = {
  '/api/user': { login: 'bot' },
  '/api/user/repos': [sentRepository({ last_build: 6 })],
  '/api/user/feed': [withPath(before)],
  '/api/builds': [withPath(own), withPath(before)],
  [repo]: sentRepository(),
  [`${repo}/builds`]: [own, before],
  [`${repo}/builds/6`]: before,
  [`${repo}/builds/7`]: own,
  [`${repo}/logs/6/3`]: log,
  [`${repo}/logs/7/3`]: log,
};

function client(since = made * 1000): CiClient {
  double.current.answer = ({ url }: Seen, response) => {
    if (url === '/stream/events') {
      const frames = [before, own].map((build) => JSON.stringify({ repo: { full_name: path }, build }));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      return void response.end(frames.map((frame) => `data: ${frame}\n\n`).join(''));
    }
    if (url.startsWith('/stream/')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      return void response.end(
        'data: {"proc":"test","pos":0,"out":"said\\n"}\n\nevent: error\ndata: eof\n\n',
      );
    }
    const answer = answers[bare(url)];
    if (answer === undefined) response.writeHead(418).end();
    else sendJson(response, 200, answer);
  };
  return drone08At(double.current.url, { since: () => since }).as('made-up');
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  try {
    for await (const item of source) items.push(item);
  } catch (error) {
    if (!isFailure(error, 'ci_unreachable')) throw error;
  }
  return items;
}

test('its builds are no builds of the new one: neither in lists, by number, as the newest, nor among the open ones', async () => {
  expect((await client().builds(path, 1, 50)).map(({ number }) => number)).toEqual([7]);
  expect(await client().build(path, 6)).toBeNull();
  expect(await client().build(path, 7)).toMatchObject({ number: 7 });
  expect((await client().repositories())[0]).toMatchObject({ path, lastBuild: null });
  expect((await client().incomplete()).map(({ build }) => build.number)).toEqual([7]);
});

test('its logs are told to nobody, whether they are stored or live', async () => {
  const step = { stage: 1, step: 3 };
  for (const source of [
    () => client().storedLog(path, { ...step, number: 6 }, never),
    () => client().tail(path, { ...step, number: 6 }, never),
  ]) {
    await expect(all<unknown>(source())).rejects.toMatchObject({ code: 'not_found' });
  }
  expect((await all(client().storedLog(path, { ...step, number: 7 }, never))).flat()).toHaveLength(1);
  expect(recordsOf(await all(client().tail(path, { ...step, number: 7 }, never)))).toHaveLength(1);
});

test('its events are not heard', async () => {
  const heard = await all(client().events(null, never));
  expect(heard.flatMap((one) => ('build' in one ? [one.build.number] : []))).toEqual([7]);
});

test('a minute between two clocks hides nothing, nor does a forge that does not tell', async () => {
  for (const since of [0, before.created_at * 1000 + 50_000]) {
    expect((await client(since).builds(path, 1, 50)).map(({ number }) => number)).toEqual([7, 6]);
    expect(
      (await all(client(since).storedLog(path, { number: 6, stage: 1, step: 3 }, never))).flat(),
    ).toHaveLength(1);
  }
});
