import { afterAll, beforeAll, expect, it } from 'vitest';
import { createGogsFace } from '../faces/gogs/face.ts';
import { HttpServer } from '../http-server.ts';
import { addPerson } from '../world/people.ts';
import { World } from '../world/world.ts';
import { ask } from './http.ts';
import { judge } from './judge.ts';
import { Judgement } from './play.ts';
import { type Exchange, recordedList } from './recording.ts';

const file = 'gogs-0.14.3/01-token-sign-in-and-repositories.json';
/** The moment of the first answer: exchange 32 names its own, to the nanosecond, in its page. */
const BEGIN = Date.UTC(2026, 10, 21, 3, 15, 45, 676);

/** The forge as it was before the first recorded request, its clock standing still. */
function recordedWorld(): World {
  const world = new World({ seed: 'recorded', start: BEGIN, paused: true });
  world.addresses = { ...world.addresses, gitea: 'http://127.0.0.1:3100' };
  world.sshHost = 'ci@localhost';
  // The first account of the recorded forge was its installer's.
  for (const login of ['installer', 'ada', 'grace', 'linus']) {
    const user = addPerson(world, { login, password: `${login}-made-up` });
    user.accessTokens.push(`${login}-access-token`);
    if (login !== 'grace') continue;
    user.tokenNames = new Map(['x', 'flightdeck', 'rec2'].map((name) => [name, `${name}-made-up`]));
  }
  return world;
}

let world: World;
let server: HttpServer;
beforeAll(async () => {
  world = recordedWorld();
  server = new HttpServer(createGogsFace({ world }), '127.0.0.1', 0);
  await server.listen();
});
afterAll(async () => {
  world.clock.stop();
  await server.close();
});

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
/** What was sent by those the list calls anonymous. */
const sent: Record<number, string> = {
  1: 'token made-up-wrong-token',
  2: basic('grace:grace-made-up'),
  3: basic('grace:grace-made-up'),
  4: basic('grace:grace-made-up'),
  5: basic('grace:grace-made-up'),
  6: basic('grace:wrong'),
};

function authorizationOf(index: number, { as }: Exchange): string | undefined {
  if (as !== 'anonymous') return `token ${as}-access-token`;
  return sent[index];
}

it(`answers ${file} as the real server did`, async () => {
  const judgement = new Judgement(file);
  const list = recordedList(file);
  for (const [index, exchange] of list.entries()) {
    const { request } = exchange;
    if (!request) throw new Error('a note');
    world.clock.advance(Math.max(0, BEGIN + exchange.at_ms - world.clock.now()));
    const authorization = authorizationOf(index, exchange);
    const body = request.json === undefined ? undefined : JSON.stringify(request.json);
    const headers = {
      ...(authorization === undefined ? {} : { authorization }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const answer = await ask(
      `http://127.0.0.1:${server.port}`,
      request.method,
      request.path ?? '',
      headers,
      body,
    );
    judgement.add(index, `${index} ${exchange.as}`, judge(exchange, answer, { seconds: 6 }));
    // Named by a hash of what the sandbox writes otherwise.
    if (index === 10) rename('acme', 'checkout', 'ac028eddcf1d99fa6b895cdf32163a37095198ab');
  }
  process.stdout.write(`${file}: ${list.length} exchanges compared\n`);
  expect([...judgement.unexpected, ...judgement.idle()]).toEqual([]);
});

/** Gives the head of the default branch the recorded name. */
function rename(owner: string, name: string, sha: string): void {
  const repo = world.forge.repository(owner, name);
  const head = repo && world.forge.head(repo, repo.defaultBranch);
  if (!repo || !head) throw new Error(`there is no ${owner}/${name}`);
  repo.commits.delete(head.sha);
  head.sha = sha;
  repo.commits.set(sha, head);
  repo.branches.set(repo.defaultBranch, sha);
}
