import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Browser, Browser as Guest } from '../../testing/browser.ts';
import { type RunningConsole, startConsole } from '../../testing/console.ts';
import { systemClock } from '../ports/clock.ts';
import { needs } from './openapi.ts';

/** It stands, so that two answers can be compared whole. */
const now = Date.now();
let at: RunningConsole;
let ada: Browser;
beforeAll(async () => {
  at = await startConsole({
    background: false,
    clock: { now: () => now, sleep: systemClock.sleep },
    // More than a page asks in a minute.
    env: { FLIGHTDECK_LIMITS_RATES_READ_BURST: '10000', FLIGHTDECK_LIMITS_RATES_CHUNKS: '10000' },
  });
  ada = await at.signIn('ada');
});
afterAll(() => at.stop());

interface Seen {
  status: number;
  body: unknown;
  headers: Record<string, string>;
}

async function ask(who: Browser, path: string): Promise<Seen> {
  const answer = await at.api(who, 'GET', path);
  const {
    'x-request-id': id,
    date: _,
    'content-length': length,
    vary: __,
    'transfer-encoding': ___,
    ...headers
  } = Object.fromEntries(answer.headers);
  const text = await answer.text();
  if (length !== undefined) expect(Number(length)).toBe(Buffer.byteLength(text));
  return { status: answer.status, body: JSON.parse(text.replaceAll(id ?? '', 'ID')), headers };
}

/** An unusual query: nothing reads it, and it makes the request one for the codec. */
const throughCodec = (path: string) => `${path}${path.includes('?') ? '&' : '?'}unused[key]=1`;

const rows = needs().filter(({ method }) => method === 'GET');
const fill = (template: string) =>
  template
    .replace('{server}', 'drone')
    .replace('{repo}', 'acme~checkout')
    .replace('{number}', '1')
    .replace('{stage}', '1')
    .replace('{step}', '1')
    .replace('{key}', 'made-up-key-0123456789')
    .replace('{id}', 'made-up-id-0123456789')
    .slice(1);

describe('a read answers what it answers through the codec', () => {
  it('there are rows to compare', () => expect(rows.length).toBeGreaterThan(15));

  it.each(rows.map(({ template }) => [template]))('%s', async (template) => {
    const path = fill(template);
    for (const who of [ada, new Guest()]) {
      // Some lists grow in the background for a moment after they were first asked for.
      await vi.waitFor(async () => expect(await ask(who, path)).toEqual(await ask(who, throughCodec(path))), {
        timeout: 10_000,
        interval: 100,
      });
    }
  });

  it('builds of every kind, and their logs', async () => {
    interface Row {
      path: string;
      build: { number: number; status: string; event: string };
    }
    const kinds = new Map<string, string>();
    const { items } = (await ask(ada, 'api/repositories?show=active')).body as { items: Row[] };
    for (const { path } of items) {
      const repo = `api/servers/drone/repositories/${path.replace('/', '~')}/builds`;
      const list = (await ask(ada, `${repo}?limit=100`)).body as { items: Row[] };
      for (const { build } of list.items)
        kinds.set(`${build.status} ${build.event}`, `${repo}/${build.number}`);
    }
    expect(kinds.size).toBeGreaterThan(8);
    for (const path of kinds.values()) {
      for (const one of [path, `${path}/stages/1/steps/1/log/lines?generation=1`]) {
        await vi.waitFor(async () => expect(await ask(ada, one)).toEqual(await ask(ada, throughCodec(one))));
      }
    }
  });

  it.each([
    ['a number in the query', 'api/servers/drone/repositories/acme~checkout/builds?limit=2&before=5'],
    ['a flag in the query', 'api/repositories?show=active&sort=name&from=0&limit=3'],
    ['a number that is none', 'api/servers/drone/repositories/acme~checkout/builds/abc'],
    ['a number that is too small', 'api/servers/drone/repositories/acme~checkout/builds/0'],
    ['a filter that is none', 'api/servers/drone/repositories/acme~checkout/builds?limit=many&status=none'],
    ['a repository that is not there', 'api/servers/drone/repositories/acme~none/builds/1'],
    ['a build that is not there', 'api/servers/drone/repositories/acme~checkout/builds/99999'],
    ['a server that is not there', 'api/servers/none/repositories/acme~checkout/builds/1'],
    ['a query with escapes', 'api/repositories?q=check%6Fut'],
  ])('%s', async (_, path) => {
    expect(await ask(ada, path)).toEqual(await ask(ada, throughCodec(path)));
  });
});

describe('out of the ordinary', () => {
  const build = 'api/servers/drone/repositories/acme~checkout/builds/1';

  it('an escaped address means the same', async () => {
    expect(await ask(ada, build.replace('checkout', 'check%6Fut'))).toEqual(await ask(ada, build));
  });

  it('a body with a read is held to the limits of bodies', async () => {
    const status = await new Promise((done, fail) => {
      const body = JSON.stringify({ a: 'x'.repeat(70_000) });
      const headers = {
        cookie: ada.cookies(at.url),
        'content-type': 'application/json',
        'content-length': body.length,
      };
      const sent = request(at.url + build, { method: 'GET', headers }, (answer) => {
        answer.resume();
        done(answer.statusCode);
      });
      sent.on('error', fail);
      sent.end(body);
    });
    expect(status).toBe(413);
  });

  it('a read is not one by another method, and no other address begins like one', async () => {
    expect((await at.api(ada, 'POST', build)).status).toBe(405);
    expect((await at.api(ada, 'GET', `${build}/nothing`)).status).toBe(404);
    expect((await at.api(ada, 'GET', `x${build}`)).headers.get('content-type')).toContain('text/html');
  });

  it('large answers are packed, small ones are not', async () => {
    const headers = { cookie: ada.cookies(at.url), 'accept-encoding': 'gzip' };
    const description = await fetch(`${at.url}openapi.json`, { headers });
    expect(description.headers.get('content-encoding')).toBe('gzip');
    const small = await fetch(at.url + build, { headers });
    expect(small.headers.get('content-encoding')).toBeNull();
    // Not even asked: the packer says so in this header.
    expect(small.headers.get('vary')).toBeNull();
    const list = await fetch(`${at.url}${build.replace(/\/1$/, '')}`, { headers });
    expect((await list.text()).length).toBeGreaterThan(8_192);
    expect(list.headers.get('content-encoding')).toBe('gzip');
    const plain = await fetch(list.url, { headers: { ...headers, 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
  });

  it('below another base path too', async () => {
    const other = await startConsole({ background: false, basePath: '/ci/' });
    try {
      const browser = await other.signIn('ada');
      const answer = await other.api(browser, 'GET', build);
      expect(answer.status).toBe(200);
      // The codec's answers pass the packer, which says so.
      expect(answer.headers.get('vary')).toBeNull();
    } finally {
      await other.stop();
    }
  });
});
