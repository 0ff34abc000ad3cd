import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFailure } from '../../../domain/failure.ts';
import type { Forge } from '../../../ports/forge.ts';
import { type HttpDouble, httpDouble, type Seen } from '../../../testing/http-double.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import { oauthOf } from '../../../testing/oauth-of.ts';
import { createGiteaForge } from './adapter.ts';

interface Exchange {
  note?: string;
  as?: string;
  request: { method: string; path: string };
  response: { status: number; headers: Record<string, string>; json?: unknown };
}

const folder = new URL('../../../../../sandbox/recordings/gitea-1.25.4/', import.meta.url);
const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Exchange[];
const recorded = { O: read('01-oauth.json'), R: read('02-repositories.json') };

const NOW = 1_795_000_000_000;
const redirectUri = 'http://127.0.0.1:4000/auth/callback';
const clock = new ManualClock(NOW);
let double: HttpDouble;
let forge: Forge;

beforeAll(async () => {
  double = await httpDouble();
  forge = createGiteaForge({
    id: 'git',
    name: 'Git',
    publicUrl: 'http://127.0.0.1:3000/',
    internalUrl: double.url,
    clientId: '00000000-0000-4000-8000-000000000000',
    clientSecret: 'made-up-client-secret',
    clock,
    limits: { retries: 0 },
  });
});
afterAll(() => double.stop());

const held = { accessToken: '<old>', refreshToken: '<old refresh>', expiresAt: 1, redirectUri };
const as = () => forge.as('made-up-token');
const exchange = () => oauthOf(forge).exchange({ code: '<code>', verifier: 'v', redirectUri });
const refresh = () => forge.refresh(held);
const pair = { accessToken: '<jwt>', refreshToken: '<jwt>', expiresAt: NOW + 3_600_000, redirectUri };
const refused = (code: string, raw: string) => ({ code, raw });

const ada = {
  id: '2',
  login: 'ada',
  name: 'ada',
  email: 'ada@example.test',
  avatarUrl: 'http://127.0.0.1:3000/avatars/28ae5bf8fa0cde12855e61ac303859cc',
  active: true,
};
const repo = (id: string, name: string, level: string, isPrivate = false) => ({
  id,
  path: `acme/${name}`,
  private: isPrivate,
  internal: false,
  archived: false,
  defaultBranch: 'main',
  description: '',
  createdAt: expect.any(Number),
  url: `http://127.0.0.1:3000/acme/${name}`,
  level,
});

type Case = [call: () => Promise<unknown>, expected: unknown];

/** Every exchange: what the adapter makes of it, or why it never makes that call. */
const cases: Record<string, Case | string> = {
  O0: 'a page in the browser',
  O1: 'a page in the browser',
  O2: [exchange, pair],
  O3: 'a page in the browser',
  O4: [exchange, pair],
  O5: [exchange, refused('forge_refused', '400 unauthorized_client: client is not authorized')],
  O6: [() => as().me(), ada],
  O7: [refresh, pair],
  O8: [refresh, pair],
  O9: [() => as().me(), ada],
  O10: [refresh, refused('forge_signed_out', '400 invalid_client: invalid client secret')],
  O11: [() => as().me(), refused('forge_signed_out', '401 invalid username, password or token')],
  O12: 'userinfo: the API tells the same and more',
  O13: 'discovery: not needed for OAuth alone',
  O14: 'a page in the browser',
  O15: 'a page in the browser',
  R0: [() => as().repository('acme/checkout'), repo('1', 'checkout', 'admin')],
  R1: [() => as().repository('acme/infra'), repo('3', 'infra', 'admin', true)],
  R2: [() => as().repository('acme/checkout'), repo('1', 'checkout', 'write')],
  R3: [() => as().repository('acme/infra'), null],
  R4: [() => as().repository('acme/checkout'), repo('1', 'checkout', 'read')],
  R5: [() => as().repository('acme/infra'), repo('3', 'infra', 'read', true)],
  R6: [() => as().repository('acme/checkout'), repo('1', 'checkout', 'read')],
  R7: [() => as().repository('acme/infra'), null],
  R8: [() => as().me(), ada],
  R9: [() => as().repositories(), [repo('2', 'big', 'admin'), repo('1', 'checkout', 'admin')]],
  R10: [() => as().repositories(), [repo('1', 'checkout', 'write')]],
  R11: [() => as().repositories(), [repo('3', 'infra', 'read', true)]],
  R12: 'organisations: not asked',
  R13: 'organisations: not asked',
  R14: [() => as().search('check'), [repo('1', 'checkout', 'admin')]],
  R15: [
    () => as().branches('acme/checkout'),
    [{ name: 'main', commit: 'edd5ed0185c4c041b353a4e629259ccbf3c4554f' }],
  ],
  R16: 'commits: not asked',
  R17: [() => as().branches('acme/infra'), refused('not_found', '404 not found')],
  R18: 'hooks: they show secrets',
  R19: 'hooks: they show secrets',
  R20: 'organisations: not asked',
  R21: 'part of who administers: see below',
  R22: 'part of who administers: see below',
  R23: [
    async () => (await as().file('acme/checkout', 'main', '.drone.yml'))?.split('\n').slice(0, 4),
    ['kind: pipeline', 'type: exec', 'name: build', 'platform: {os: linux, arch: amd64}'],
  ],
  R24: 'commit status: not asked',
  R25: [() => forge.probe(), { version: '1.25.4' }],
};

function answer({ response }: Exchange, to: ServerResponse): void {
  to.writeHead(response.status, headersOf(response)).end(JSON.stringify(response.json));
}

/** Without the length: the recorded tokens are placeholders. */
const headersOf = ({ headers }: Exchange['response']) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'content-length'));

const outcome = (work: Promise<unknown>) =>
  work.catch((error: unknown) =>
    isFailure(error) ? { code: error.code, raw: error.facts.raw } : Promise.reject(error),
  );

describe('every recorded answer of Gitea 1.25.4', () => {
  it('is in the table', () => {
    const all = Object.entries(recorded).flatMap(([file, list]) => list.map((_, n) => `${file}${n}`));
    expect(Object.keys(cases)).toEqual(all);
  });

  for (const [file, list] of Object.entries(recorded)) {
    for (const [n, one] of list.entries()) {
      const entry = cases[`${file}${n}`];
      if (!Array.isArray(entry)) continue;
      it(`${file}${n} ${one.request.method} ${one.request.path} as ${one.as} ${one.note ?? ''}`, async () => {
        const path = one.request.path.split('?')[0];
        double.seen.length = 0;
        double.answer = (seen: Seen, to) => {
          const url = new URL(seen.url, double.url);
          // What the recording's `link` leads to was not recorded: the page after the last is empty.
          if (url.pathname !== path) to.writeHead(418).end();
          else if (Number(url.searchParams.get('page') ?? '1') > 1) to.writeHead(200).end('[]');
          else answer(one, to);
        };
        const [call, expected] = entry;
        expect(await outcome(call())).toEqual(expected);
        expect(double.seen[0]?.method).toBe(one.request.method);
      });
    }
  }

  it('who administers: the owner and the collaborators that the recorded answers name', async () => {
    const [repository, collaborators, permission] = [recorded.R[0], recorded.R[21], recorded.R[22]];
    double.answer = (seen, to) => {
      const path = seen.url.split('?')[0] ?? '';
      // 405: the owner is a person (source).
      if (path.endsWith('/teams'))
        to.writeHead(405).end('{"message":"repo is not owned by an organization"}');
      else if (path.endsWith('/collaborators')) answer(collaborators as Exchange, to);
      else if (path.endsWith('/permission')) answer(permission as Exchange, to);
      else answer(repository as Exchange, to);
    };
    expect(await as().admins('acme/checkout')).toEqual([
      {
        login: 'acme',
        name: 'Acme Corp',
        avatarUrl: 'http://127.0.0.1:3000/avatars/53bce4f1dfa0fe8e7ca126f91b35d3a6',
      },
    ]);
    double.answer = (_seen, to) => answer(recorded.R[19] as Exchange, to);
    expect(await as().admins('acme/checkout')).toBeNull();
  });

  it('sends tokens in headers or the form, never in an address, and follows the recorded forms', async () => {
    const bodies: Record<string, string> = {};
    const urls: string[] = [];
    double.answer = (seen, to) => {
      urls.push(seen.url);
      bodies[new URLSearchParams(seen.body).get('grant_type') ?? ''] = seen.body;
      expect(seen.headers.authorization ?? '').not.toContain('made-up-client-secret');
      answer(recorded.O[2] as Exchange, to);
    };
    await exchange();
    await refresh();
    expect(Object.fromEntries(new URLSearchParams(bodies.authorization_code))).toEqual({
      client_id: '00000000-0000-4000-8000-000000000000',
      client_secret: 'made-up-client-secret',
      grant_type: 'authorization_code',
      code: '<code>',
      code_verifier: 'v',
      redirect_uri: redirectUri,
    });
    expect(Object.fromEntries(new URLSearchParams(bodies.refresh_token))).toEqual({
      client_id: '00000000-0000-4000-8000-000000000000',
      client_secret: 'made-up-client-secret',
      grant_type: 'refresh_token',
      refresh_token: '<old refresh>',
      redirect_uri: redirectUri,
    });
    expect(urls).toEqual(['/login/oauth/access_token', '/login/oauth/access_token']);
  });
});
