import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFailure } from '../../../domain/failure.ts';
import type { Forge } from '../../../ports/forge.ts';
import { type HttpDouble, httpDouble } from '../../../testing/http-double.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import { createGogsForge } from './adapter.ts';

interface Exchange {
  note?: string;
  as?: string;
  request: { method: string; path: string };
  response: { status: number; headers: Record<string, string>; json?: unknown; text?: string };
}

const file = new URL(
  '../../../../../sandbox/recordings/gogs-0.14.3/01-token-sign-in-and-repositories.json',
  import.meta.url,
);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Exchange[];

let double: HttpDouble;
let forge: Forge;

beforeAll(async () => {
  double = await httpDouble();
  forge = createGogsForge({
    id: 'gogs',
    name: 'Gogs',
    publicUrl: 'http://127.0.0.1:3100/',
    internalUrl: double.url,
    clientId: '',
    clientSecret: '',
    clock: new ManualClock(1_795_000_000_000),
    limits: { retries: 0 },
  });
});
afterAll(() => double.stop());

const as = () => forge.as('made-up-token');
const byPassword = async () => forge.credentials?.byPassword('grace', 'made-up-password');
const refused = (code: string, raw: string) => ({ code, raw });

const person = (id: string, login: string) => ({
  id,
  login,
  name: login,
  email: `${login}@example.test`,
  avatarUrl: `http://127.0.0.1:3100/avatars/${id}`,
  active: true,
});
const repo = (id: string, name: string, level: string, isPrivate = false) => ({
  id,
  path: `acme/${name}`,
  private: isPrivate,
  internal: false,
  archived: false,
  defaultBranch: 'master',
  description: '',
  createdAt: Date.parse('2026-11-21T03:15:45Z'),
  url: `http://127.0.0.1:3100/acme/${name}`,
  level,
});
const checkout = (level: string) => repo('1', 'checkout', level);
const infra = (level: string) => repo('2', 'infra', level, true);

type Case = [call: () => Promise<unknown>, expected: unknown];
const whole = 'part of a search or of who administers: see below';

/** Every exchange: what the adapter makes of it, or why it never makes that call. */
const cases: (Case | string)[] = [
  [() => forge.probe(), { version: null }],
  [() => as().me(), refused('forge_signed_out', '401')],
  'a password opens only the calls about tokens',
  'a list of tokens shows no tokens',
  [byPassword, { accessToken: '<token>', refreshToken: null, expiresAt: null, redirectUri: '' }],
  [byPassword, refused('forge_refused', '422 access token already exists: map[name:flightdeck2 userID:3]')],
  [byPassword, refused('forge_signed_out', '401')],
  [() => as().me(), person('2', 'ada')],
  [() => as().me(), person('3', 'grace')],
  ...Array<string>(5).fill('making the recorded world'),
  [() => as().repositories(), [checkout('admin'), infra('admin')]],
  [() => as().repositories(), [checkout('write')]],
  [() => as().repositories(), [infra('read')]],
  [() => as().repository('acme/checkout'), checkout('admin')],
  [() => as().repository('acme/infra'), infra('admin')],
  [() => as().repository('acme/checkout'), checkout('write')],
  [() => as().repository('acme/infra'), null],
  [() => as().repository('acme/checkout'), checkout('read')],
  [() => as().repository('acme/infra'), infra('read')],
  [() => as().repository('acme/checkout'), checkout('read')],
  [() => as().repository('acme/infra'), null],
  'organisations: not asked',
  whole,
  [
    () => as().branches('acme/checkout'),
    [{ name: 'master', commit: 'ac028eddcf1d99fa6b895cdf32163a37095198ab' }],
  ],
  'commits: not asked',
  'hooks: they show secrets',
  'hooks: they show secrets',
  whole,
  'there is no such endpoint',
  'there is no such endpoint',
  [() => as().file('acme/checkout', 'master', 'README.md'), '# checkout\n\n'],
  [() => as().repositories(), [checkout('admin'), infra('admin')]],
  'the same list as one’s own',
  whole,
];

function answer({ response }: Exchange, to: ServerResponse): void {
  const headers = Object.entries(response.headers).filter(([name]) => name !== 'content-length');
  const body = response.json === undefined ? (response.text ?? '') : JSON.stringify(response.json);
  to.writeHead(response.status, Object.fromEntries(headers)).end(body);
}

const outcome = (work: Promise<unknown>) =>
  work.catch((error: unknown) =>
    isFailure(error) ? { code: error.code, raw: error.facts.raw } : Promise.reject(error),
  );

describe('every recorded answer of Gogs 0.14.3', () => {
  it('is in the table', () => {
    expect(cases).toHaveLength(recorded.length);
  });

  for (const [n, one] of recorded.entries()) {
    const entry = cases[n];
    if (!Array.isArray(entry)) continue;
    it(`G${n} ${one.request.method} ${one.request.path} as ${one.as} ${one.note ?? ''}`, async () => {
      double.seen.length = 0;
      double.answer = (_seen, to) => answer(one, to);
      const [call, expected] = entry;
      expect(await outcome(call())).toEqual(expected);
      const [asked, ...more] = double.seen;
      expect(`${asked?.method} ${asked?.url}`).toBe(
        `${one.request.method} ${one.request.path.split('?')[0]}`,
      );
      // Whether the token is good, after what a guest would be told too.
      expect(more.filter(({ url }) => url !== '/api/v1/user')).toEqual([]);
    });
  }

  it('a search names public ones without permissions, one’s own are found with theirs', async () => {
    double.answer = (seen, to) =>
      answer((seen.url.includes('/search') ? recorded[26] : recorded[16]) as Exchange, to);
    // linus: a role in infra, none in the public checkout
    expect(await as().search('check')).toEqual([checkout('read')]);
    expect(await as().search('infra')).toEqual([infra('read'), checkout('read')]);
  });

  it('who administers is not told of an organisation, and told of a person’s repository', async () => {
    double.answer = (seen, to) => {
      if (seen.url.includes('/orgs/')) answer(recorded[37] as Exchange, to);
      else answer(recorded[17] as Exchange, to);
    };
    expect(await as().admins('acme/checkout')).toBeNull();
    double.answer = (seen, to) => {
      if (seen.url.includes('/orgs/')) answer(recorded[20] as Exchange, to);
      else if (seen.url.endsWith('/collaborators')) answer(recorded[31] as Exchange, to);
      else answer(recorded[17] as Exchange, to);
    };
    expect(await as().admins('acme/checkout')).toEqual([
      { login: 'acme', name: 'Acme Corp', avatarUrl: 'http://127.0.0.1:3100/img/avatar_default.png' },
    ]);
    double.answer = (seen, to) => {
      if (seen.url.includes('/orgs/')) answer(recorded[20] as Exchange, to);
      else if (seen.url.endsWith('/collaborators')) answer(recorded[30] as Exchange, to);
      else answer(recorded[17] as Exchange, to);
    };
    expect(await as().admins('acme/checkout')).toBeNull();
  });
});
