import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ciToken } from '../../../sandbox/src/seed/demo-people.ts';
import type { Browser } from '../../testing/browser.ts';
import { type RunningConsole, startConsole } from '../../testing/console.ts';

/**
 * Values that must not be seen again, put in through every door, with servers that echo them in their errors. Then all
 * that left the process is swept: answers with their headers, the log at `debug`, metrics, the store with its journal.
 */
const canaries = {
  secret: 'made-up-canary "secret"\nof two lines',
  changed: 'made-up-canary-changed-value',
  password: 'made-up-canary-registry-password',
  wrongToken: 'made-up-canary-ci-token-of-nobody',
  query: 'made-up-canary-in-a-query',
  header: 'made-up-canary-in-a-header',
};

let at: RunningConsole;
let ada: Browser;
let mallory: Browser;
const left: string[] = [];

async function say(browser: Browser, method: string, path: string, body?: unknown): Promise<number> {
  const answer = await at.api(browser, method, path, body);
  left.push(`${[...answer.headers].map((pair) => pair.join(': ')).join('\n')}\n${await answer.text()}`);
  return answer.status;
}

beforeAll(async () => {
  at = await startConsole({ env: { FLIGHTDECK_LIMITS_RATES_SECRETS: '1000' } });
  ada = await at.signIn('ada');
  mallory = await at.signIn('mallory');
}, 60_000);
afterAll(() => at.stop());

function spellings(value: string): string[] {
  const bytes = Buffer.from(value);
  const shifted = [0, 1, 2].map((skip) => bytes.subarray(skip, bytes.length - ((bytes.length - skip) % 3)));
  return [
    value.slice(0, 12),
    value.slice(-12),
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    bytes.toString('hex'),
    ...shifted.map((part) => part.toString('base64')),
  ];
}

it('no value is seen again', async () => {
  const repo = 'api/servers/drone/repositories/acme~checkout';
  const { faults } = at.sandbox.control.parts;
  const told: number[] = [];

  told.push(await say(ada, 'POST', `${repo}/secrets`, { name: 'CANARY', value: canaries.secret }));
  told.push(await say(ada, 'PATCH', `${repo}/secrets/CANARY`, { value: canaries.changed }));
  told.push(
    await say(ada, 'POST', `${repo}/registries`, {
      host: 'registry.example.com',
      username: 'robot',
      password: canaries.password,
    }),
  );
  expect(told).toEqual([200, 200, 200]);
  // A proxy's own errors are left out: a handful of them and nobody is asked any more.
  for (const echo of [
    (value: string) => JSON.stringify({ message: `cannot insert ${value}` }),
    (value: string) => `pq: row is too big: ${value.slice(0, 14)}...`,
    (value: string) => JSON.stringify({ message: JSON.stringify({ data: value }) }),
    (value: string) => Buffer.from(`robot:${value}`).toString('base64'),
  ]) {
    for (const status of [400, 409, 422, 500]) {
      const fault = (value: string, match: string) =>
        faults.add({ face: 'drone', match, status, body: echo(value), times: 1 });
      fault(canaries.secret, '^POST .*/secrets');
      expect(
        await say(ada, 'POST', `${repo}/secrets`, { name: 'ANOTHER', value: canaries.secret }),
      ).toBeGreaterThan(399);
      fault(canaries.changed, '^PATCH .*/secrets');
      expect(await say(ada, 'PATCH', `${repo}/secrets/CANARY`, { value: canaries.changed })).toBeGreaterThan(
        399,
      );
      faults.clear();
      fault(canaries.wrongToken, '^GET /api/user$');
      expect(
        await say(mallory, 'POST', 'api/accounts/drone', { token: canaries.wrongToken }),
      ).toBeGreaterThan(399);
      faults.clear();
    }
  }
  // Each kind of answer that is not as it should be, and what a caller adds of his own.
  await say(ada, 'POST', `${repo}/secrets`, { name: 'no such name!', value: canaries.secret });
  await say(ada, 'POST', `${repo}/secrets`, { name: 'TOO_MUCH', value: canaries.secret.repeat(4_000) });
  await say(mallory, 'POST', `${repo}/secrets`, { name: 'CANARY', value: canaries.secret });
  await say(ada, 'GET', `api/console?access_token=${canaries.query}&code=${canaries.query}`);
  await ada.go(`${at.url}api/session`, { headers: { authorization: `Bearer ${canaries.header}` } });
  expect(await say(ada, 'POST', 'api/accounts/drone', { token: ciToken('ada') })).toBe(200);
  // The check of the configuration shows servers' own words, of answers to the console's own secrets.
  const { clientSecret } = at.sandbox.oauth;
  const shown = (face: 'gitea' | 'drone', match: string, secret: string) =>
    faults.add({ face, match, status: 400, body: JSON.stringify({ error_description: `no ${secret}` }) });
  shown('gitea', '^POST /login/oauth/access_token', clientSecret);
  shown('drone', '^GET /api/user$', at.sandbox.serviceToken);
  expect(await say(ada, 'GET', 'api/admin/doctor')).toBe(200);
  faults.clear();
  expect(left.at(-1)).toContain('no [redacted]');
  for (const path of [
    'secrets',
    'registries',
    'deployments',
    'builds',
    'settings',
    'unbuilt?branch=main',
    '',
  ])
    await say(ada, 'GET', `${repo}/${path}`.replace(/\/$/, ''));
  for (const path of [
    'api/session',
    'api/accounts',
    'api/deck',
    'api/repositories',
    'api/console',
    'readyz',
    'metrics',
    'openapi.json',
    'account',
  ])
    await say(ada, 'GET', path);
  await vi.waitFor(async () => {
    expect((await at.api(ada, 'GET', 'api/accounts/drone/sync')).status).toBe(200);
  });

  const files = readdirSync(at.config.dataDir).filter((name) => name.startsWith('flightdeck.db'));
  expect(files).not.toEqual([]);
  const places: Record<string, string> = {
    answers: left.join('\n'),
    log: at.log.join('\n'),
    store: files.map((name) => readFileSync(join(at.config.dataDir, name), 'latin1')).join('\n'),
  };
  const forge = at.sandbox.world.forge;
  const secrets: Record<string, string> = {
    ...canaries,
    'the service account’s token': at.sandbox.serviceToken,
    'the client secret': at.sandbox.oauth.clientSecret,
    'a linked account’s token': ciToken('ada'),
    ...Object.fromEntries(
      [...forge.tokens.keys()].map((token, index) => [`the forge’s token ${index}`, token]),
    ),
    'a session': decodeURIComponent(/sid=s%3A([^.;]+)/.exec(ada.cookies(at.url))?.[1] ?? 'none'),
  };
  expect(forge.tokens.size).toBeGreaterThan(0);
  const seen = Object.entries(secrets).flatMap(([name, value]) =>
    Object.entries(places).flatMap(([place, text]) =>
      spellings(value).some((spelling) => text.includes(spelling)) ? [`${name} in ${place}`] : [],
    ),
  );
  expect(seen).toEqual([]);
}, 60_000);
