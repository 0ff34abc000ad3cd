import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CiOneClick, CiServer } from '../../../ports/ci-server.ts';
import type { HttpDouble } from '../../../testing/http-double.ts';
import { type Exchange, exchanges } from './recorded/read.ts';
import { droneBefore } from './testing.ts';

let double: HttpDouble;
let drone: CiServer;
let link: CiOneClick;
beforeAll(async () => {
  ({ double, drone } = await droneBefore());
  if (drone.oneClick) link = drone.oneClick;
});
afterAll(() => double.stop());

const recorded = exchanges().filter((exchange) => exchange.file === '10-link-through-the-console');
const theirs = recorded.filter((exchange) => exchange.as === 'console');
const state = '644bf3ad46da2e7';

/** Each call gets the next of these recorded answers; headers are what counts here. */
function answerWith(...list: (Exchange | undefined)[]): void {
  double.seen.length = 0;
  double.answer = (_, response) => {
    const exchange = list[double.seen.length - 1];
    if (!exchange) return response.writeHead(418).end();
    const { 'set-cookie': cookies, ...headers } = exchange.headers;
    response.writeHead(exchange.status, {
      ...headers,
      // The recording joins several cookies with a comma.
      ...(cookies ? { 'set-cookie': cookies.split(/, (?=_)/) } : {}),
    });
    return response.end(exchange.text.replace('<redacted>', 'made-up-token'));
  };
}

test('begins at the server, keeps its state cookie and leaves the browser to the forge', async () => {
  answerWith(theirs[0]);
  const begun = await link.begin();
  expect(begun).toEqual({ location: theirs[0]?.headers.location, state, cookie: `_oauth_state_=${state}` });
  expect(new URL(begun.location).searchParams.get('state')).toBe(state);
  expect(double.seen.map((seen) => `${seen.method} ${seen.url}`)).toEqual(['GET /login']);
});

test('a sign-in that would come back elsewhere is refused before the browser leaves', async () => {
  const callbackUrl = 'http://127.0.0.1:4000/auth/drone/callback';
  const right = await droneBefore({ callbackUrl });
  const wrong = await droneBefore({ callbackUrl: 'https://console.example.test/auth/server/ci/callback' });
  answerWith(theirs[0]);
  const recorded = double.answer;
  for (const one of [right, wrong]) {
    one.double.answer = (seen, response) => {
      double.seen.splice(0, Number.POSITIVE_INFINITY, seen);
      recorded(seen, response);
    };
  }
  await expect(right.drone.oneClick?.begin()).resolves.toMatchObject({ state });
  await expect(wrong.drone.oneClick?.begin()).rejects.toMatchObject({
    code: 'link_misdirected',
    facts: { raw: expect.stringContaining(`redirect_uri is ${callbackUrl}, expected https://console`) },
  });
  await right.double.stop();
  await wrong.double.stop();
});

test.each([
  ['http://127.0.0.1:3000', null],
  ['http://127.0.0.1:3000/', null],
  ['http://127.0.0.1:3001', 'link_misdirected'],
  ['https://127.0.0.1:3000', 'link_misdirected'],
  ['http://127.0.0.1:3000/git', 'link_misdirected'],
  ['http://127.0.0.1:3000/log', 'link_misdirected'],
])(
  'a sign-in that would lead to another forge is refused before the browser leaves: %s',
  async (forgeUrl, code) => {
    const one = await droneBefore({ forgeUrl });
    answerWith(theirs[0]);
    const recorded = double.answer;
    one.double.answer = (seen, response) => {
      double.seen.splice(0, Number.POSITIVE_INFINITY, seen);
      recorded(seen, response);
    };
    const begun = one.drone.oneClick?.begin();
    if (code === null) await expect(begun).resolves.toMatchObject({ state });
    else
      await expect(begun).rejects.toMatchObject({ code, facts: { raw: expect.not.stringContaining(state) } });
    await one.double.stop();
  },
);

test('finishes with that cookie: person, token, and the session is ended', async () => {
  answerWith(theirs[1], theirs[2], theirs[3], theirs[4]);
  const linked = await link.finish({ code: 'made-up-code', state }, `_oauth_state_=${state}`);
  expect(linked).toEqual({
    token: 'made-up-token',
    person: { login: 'linus', administrator: false, machine: false, syncing: false },
  });
  expect(double.seen.map((seen) => [`${seen.method} ${seen.url}`, seen.headers.cookie])).toEqual([
    [`GET /login?code=made-up-code&state=${state}`, `_oauth_state_=${state}`],
    ['GET /api/user', '_session_=<redacted>'],
    ['POST /api/user/token', '_session_=<redacted>'],
    ['GET /logout', '_session_=<redacted>'],
  ]);
  expect(double.seen.every((seen) => seen.headers.authorization === undefined)).toBe(true);
});

test.each([
  [5, 'http: named cookie not present'],
  [6, 'unauthorized_client: client is not authorized'],
  [7, 'access_denied'],
])("the server's refusal comes in its own words (%i)", async (index, words) => {
  answerWith(theirs[index]);
  const finishing = link.finish({ code: 'x', state }, 'a=b');
  await expect(finishing).rejects.toMatchObject({ code: 'ci_refused', facts: { raw: words } });
  expect(double.seen).toHaveLength(1);
});

test('a code is never sent twice', async () => {
  const patient = await droneBefore({ limits: { retries: 2 } });
  patient.double.answer = (_, response) => response.writeHead(503).end();
  const finishing = patient.drone.oneClick?.finish({ code: 'x', state }, 'a=b');
  await expect(finishing).rejects.toMatchObject({ code: 'ci_error' });
  expect(patient.double.seen).toHaveLength(1);
  await patient.double.stop();
});

test('a server that signs in by a form of its own offers no such link', async () => {
  double.answer = (_, response) => response.writeHead(303, { location: '/login/form' }).end();
  await expect(link.begin()).rejects.toMatchObject({ code: 'ci_refused', facts: { raw: '/login/form' } });
});

test('the session is ended also when it turns out useless', async () => {
  answerWith(theirs[1], undefined, theirs[4]);
  await expect(link.finish({ code: 'x', state }, 'a=b')).rejects.toMatchObject({ code: 'ci_refused' });
  expect(double.seen.at(-1)?.url).toBe('/logout');
});

test("another's callback is handed on unchanged, by the public address", () => {
  expect(link.handOn('code=a%2Fb+c&state=x&error=')).toBe(
    'https://ci.example.test/sub/login?code=a%2Fb+c&state=x&error=',
  );
  expect(link.handOn('?code=a\r\nSet-Cookie: x=y#z')).toBe(
    'https://ci.example.test/sub/login?code=aSet-Cookie: x=yz',
  );
});

test('is absent where it is not configured', async () => {
  const plain = await droneBefore({ oneClickLink: false });
  expect(plain.drone.oneClick).toBeNull();
  expect(plain.drone.declaration.capabilities).not.toContain('one-click-link');
  expect(drone.declaration.capabilities).toContain('one-click-link');
  await plain.double.stop();
});
