import express, { type ErrorRequestHandler } from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { Failure } from '../domain/failure.ts';
import type { LinkEnd } from '../services/account-links.ts';
import { caller } from '../testing/gated-repo.ts';
import { linkRoutes } from './link-routes.ts';

function site(options: { begin?: () => Promise<string>; end?: LinkEnd; guest?: boolean }) {
  const seen: unknown[][] = [];
  const app = express();
  app.use((req, _res, next) => {
    req.caller = options.guest ? null : caller;
    req.requestId = 'req-1';
    next();
  });
  const accounts = {
    begin: async (...args: unknown[]) => {
      seen.push(args.slice(1));
      return options.begin ? options.begin() : 'http://git.test/authorize';
    },
    finish: async (...args: unknown[]) => {
      seen.push(args.slice(1));
      return options.end ?? { kind: 'linked' as const, returnTo: '/ci/account' };
    },
  };
  app.use('/ci', linkRoutes({ accounts, publicUrl: 'http://console.test/ci/' }));
  const last: ErrorRequestHandler = (error: Failure, _req, res, _next) => {
    res.status(500).json({ code: error.code });
  };
  app.use(last);
  return { http: request(app), seen };
}

describe('link routes', () => {
  it('sends the browser to the forge and remembers a page of ours only', async () => {
    const { http, seen } = site({});
    const good = await http.get('/ci/auth/server/main?return=%2Fci%2Fr%2Fmain%2Facme%2Fweb%3Fx%3D1%23p2');
    expect([good.status, good.headers.location]).toEqual([303, 'http://git.test/authorize']);
    expect(good.headers['cache-control']).toBe('no-store');
    await http.get('/ci/auth/server/main?return=https%3A%2F%2Fevil.test%2F');
    expect(seen).toEqual([
      ['main', '/ci/r/main/acme/web?x=1#p2'],
      ['main', '/ci/'],
    ]);
  });

  it('lets a guest sign in first', async () => {
    const { http, seen } = site({ guest: true });
    const answer = await http.get('/ci/auth/server/main?return=%2Fci%2Faccount');
    expect(answer.headers.location).toBe('/ci/sign-in?return=%2Fci%2Faccount');
    expect(seen).toEqual([]);
  });

  it('hands the query on byte for byte', async () => {
    const location = 'http://ci.test/login?code=x%2Fy&state=theirs';
    const { http, seen } = site({ guest: true, end: { kind: 'hand-on', location } });
    const answer = await http.get('/ci/auth/server/main/callback?code=x%2Fy&state=theirs&a=%20%2B');
    expect([answer.status, answer.headers.location]).toEqual([303, location]);
    expect(seen).toEqual([['main', 'code=x%2Fy&state=theirs&a=%20%2B']]);
  });

  it('ends on the page, or on the account page with a code and nothing of what others said', async () => {
    const linked = await site({ end: { kind: 'linked', returnTo: '/ci/r/a' } }).http.get(
      '/ci/auth/server/main/callback?code=a&state=b',
    );
    expect(linked.headers.location).toBe('/ci/r/a');
    const failure = new Failure('link_other_person', 'x', { raw: '<script>ada' });
    const failed = await site({ end: { kind: 'failed', failure, returnTo: '/ci/r/a' } }).http.get(
      '/ci/auth/server/main/callback?code=a&state=b',
    );
    expect(failed.headers.location).toBe('/ci/account?link=link_other_person&server=main&request=req-1');
    const down = site({ begin: () => Promise.reject(new Failure('ci_unreachable', 'x')) });
    expect((await down.http.get('/ci/auth/server/main')).headers.location).toBe(
      '/ci/account?link=ci_unreachable&server=main&request=req-1',
    );
  });

  it('knows no server with a name that none has', async () => {
    const { http, seen } = site({});
    for (const name of ['%2e%2e', 'UPPER', 'a%2Fb', '-a', 'a'.repeat(41)]) {
      const answer = await http.get(`/ci/auth/server/${name}/callback?state=x`);
      expect(answer.status, name).toBeGreaterThanOrEqual(400);
    }
    expect(seen).toEqual([]);
  });
});
