import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { contract, plainRoutes, problemSchema } from '@flightdeck/api-client/contract';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../../testing/browser.ts';
import { freePort, type RunningConsole, startConsole } from '../../testing/console.ts';
import { needs } from './openapi.ts';
import { routeMatrix } from './route-matrix.literal.ts';

let at: RunningConsole;
let ada: Browser;
beforeAll(async () => {
  at = await startConsole({ background: false, env: { FLIGHTDECK_LIMITS_RATES_WRITES: '1000' } });
  ada = await at.signIn('ada');
});
afterAll(() => at.stop());

const origin = () => new URL(at.url).origin;
const problemOf = async (answer: Response) => {
  const problem = problemSchema.strict().parse(await answer.json());
  expect(problem.requestId).toBe(answer.headers.get('x-request-id'));
  return `${answer.status} ${problem.code}`;
};

describe('headers', () => {
  const everywhere = {
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy':
      'camera=(), microphone=(), geolocation=(), payment=(), usb=(), clipboard-write=(self)',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
  const api = "default-src 'none';frame-ancestors 'none';sandbox";

  it.each([
    ['a page', '', 200, 'no-store', null],
    ['a page deep below', 'r/drone/acme/checkout/-/builds/3', 200, 'no-store', null],
    ['the interactive page', 'api-docs', 200, 'no-store', null],
    ['a file of the page', 'theme.js', 200, 'public, max-age=3600', api],
    ['an answer', 'api/console', 200, 'no-store', api],
    ['a refusal', 'api/session', 401, 'no-store', api],
    ['nothing there', 'api/nothing', 404, 'no-store', api],
    ['a file that is not there', 'assets/none.js', 404, 'no-store', api],
    ['a redirect to the forge', 'auth/forge/gitea', 302, 'no-store', api],
    ['a redirect after a failure', 'auth/forge/gitea/callback', 303, 'no-store', api],
    ['health', 'healthz', 200, 'no-store', api],
    ['metrics', 'metrics', 200, 'no-store', api],
    ['the description', 'openapi.json', 200, 'no-store', api],
    ['an address too long', `api/console?${'x'.repeat(5_000)}`, 414, 'no-store', api],
    ['an address that cannot be decoded', 'auth/forge/%ff', 400, 'no-store', api],
  ])('%s has them', async (_, path, status, cache, policy) => {
    const answer = await fetch(at.url + path, { redirect: 'manual' });
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject({ ...everywhere, 'cache-control': cache });
    if (policy !== null) expect(answer.headers.get('content-security-policy')).toBe(policy);
    for (const gone of [
      'x-powered-by',
      'server',
      'etag',
      'access-control-allow-origin',
      'strict-transport-security',
    ]) {
      expect(answer.headers.get(gone), gone).toBeNull();
    }
    expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{16}$/);
  });

  it('has them when something breaks inside', async () => {
    const people = at.console as unknown as { stop(): Promise<void> };
    expect(people).toBeDefined();
    const other = await startConsole({ background: false });
    const browser = await other.signIn('ada');
    await other.console.stop();
    for (const accept of ['application/json', 'text/html']) {
      const answer = await browser.go(`${other.url}${accept === 'text/html' ? '' : 'api/session'}`, {
        headers: { accept },
      });
      expect(answer.status).toBe(503);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        ...everywhere,
        'cache-control': 'no-store',
      });
      const text = await answer.text();
      expect(text).toContain(answer.headers.get('x-request-id'));
      expect(
        text.startsWith(accept === 'text/html' ? '<!doctype html>' : '{"code":"store_unavailable"'),
      ).toBe(true);
    }
    await other.stop().catch(() => {});
  });

  it('keeps a request id that is a plain word, replaces any other, and logs it', async () => {
    const asked = async (id: string) =>
      (await fetch(`${at.url}api/console`, { headers: { 'x-request-id': id } })).headers.get('x-request-id');
    expect(await asked('proxy-4711-abcd')).toBe('proxy-4711-abcd');
    for (const bad of ['short', 'a'.repeat(65), 'with space here', '<script>alert', '"quoted-quoted"']) {
      expect(await asked(bad)).not.toBe(bad);
    }
    expect(
      at.log.some(
        (line) => line.includes('"requestId":"proxy-4711-abcd"') && line.includes('"path":"/api/console"'),
      ),
    ).toBe(true);
  });

  it('lets no page of another origin ask beforehand', async () => {
    const answer = await fetch(`${at.url}api/session`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://evil.example',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'x-flightdeck',
      },
    });
    expect(await problemOf(answer)).toBe('405 method_not_allowed');
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('the page', () => {
  it('carries the nonce of its own policy, another one each time', async () => {
    const nonces = new Set<string>();
    for (const path of ['', 'repos', 'r/drone/acme/checkout']) {
      const answer = await fetch(at.url + path);
      const nonce = /'nonce-([\w-]+)'/.exec(answer.headers.get('content-security-policy') ?? '')?.[1] ?? '';
      const text = await answer.text();
      expect(text).toContain(`<meta property="csp-nonce" nonce="${nonce}"`);
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(3);
  });

  it('allows scripts and styles of our own only, the forge’s pictures and the socket of this host', async () => {
    const policy = (await fetch(at.url)).headers.get('content-security-policy');
    expect(policy?.replace(/nonce-[\w-]+/, 'nonce-N')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-N'; " +
        `img-src 'self' data: ${new URL(at.sandbox.urls.gitea).origin}; font-src 'self'; ` +
        `connect-src 'self' ${origin().replace('http', 'ws')}; manifest-src 'self'; worker-src 'self'; ` +
        "base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'",
    );
  });

  it('is in the person’s language and colours, else in the browser’s language', async () => {
    const html = async (browser: Browser, headers: Record<string, string> = {}) =>
      /<html[^>]*>/.exec(await (await browser.go(at.url, { headers })).text())?.[0];
    expect(await html(new Browser(), { 'accept-language': 'zh-TW,zh;q=0.9' })).toBe('<html lang="zh-CN">');
    expect(await html(new Browser(), { 'accept-language': 'fr' })).toBe('<html lang="en">');
    const wei = await at.signIn('wei');
    await at.api(wei, 'PUT', 'api/session/preferences', {
      language: 'zh-CN',
      theme: 'dark',
      singleKeys: false,
    });
    expect(await html(wei, { 'accept-language': 'en' })).toBe(
      '<html lang="zh-CN" data-theme="dark" data-mantine-color-scheme="dark">',
    );
  });

  it('is never sent as it lies there', async () => {
    const text = await (await fetch(`${at.url}index.html`)).text();
    expect(text).not.toContain('nonce=""');
  });
});

describe('a host that is not one of the console', () => {
  /** As `fetch` cannot: with a Host of one's own. */
  const ask = (path: string, headers: Record<string, string>) =>
    new Promise<{ status: number; text: string }>((done, fail) => {
      const { port } = new URL(at.url);
      request({ host: '127.0.0.1', port, path, headers }, (answer) => {
        let text = '';
        answer.on('data', (part) => {
          text += part;
        });
        answer.on('end', () => done({ status: answer.statusCode ?? 0, text }));
      })
        .on('error', fail)
        .end();
    });

  it('gets neither page nor answer nor file, and nobody upstream hears of it', async () => {
    const since = at.sandbox.control.parts.calls.counts().last;
    const headers = { host: 'evil.test', cookie: ada.cookies(at.url) };
    for (const path of [
      '/',
      '/api/session',
      '/api/deck',
      '/theme.js',
      '/openapi.json',
      '/auth/forge/gitea',
    ]) {
      const { status, text } = await ask(path, headers);
      expect([path, status, (JSON.parse(text) as { code: string }).code]).toEqual([path, 421, 'host']);
    }
    expect(at.sandbox.control.parts.calls.counts({ since }).gitea.total).toBe(0);
    expect(at.sandbox.control.parts.calls.counts({ since }).drone.total).toBe(0);
  });

  it('is told the public address, in the reader’s language', async () => {
    const html = { host: 'evil.test', accept: 'text/html', 'accept-language': 'zh' };
    const { status, text } = await ask('/repos', html);
    expect(status).toBe(421);
    expect(text).toContain('这不是控制台的地址');
    expect(text).toContain(`href="${at.url}"`);
  });

  it('may ask what operators ask, and this machine’s own names are known', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      expect((await ask(path, { host: 'pod-7.internal' })).status, path).toBe(200);
    }
    expect((await ask('/api/console', { host: 'localhost:1' })).status).toBe(200);
  });

  it('is one that the configuration names, or a trusted proxy does', async () => {
    const other = await startConsole({
      basePath: '/ci/',
      background: false,
      env: { FLIGHTDECK_ALLOWED_HOSTS: 'flightdeck, 10.0.0.5' },
    });
    try {
      const { port } = new URL(other.url);
      const status = (path: string, host: string) =>
        new Promise<number>((done) =>
          request({ host: '127.0.0.1', port, path, headers: { host } }, (answer) =>
            done(answer.resume().statusCode ?? 0),
          ).end(),
        );
      expect(await status('/ci/api/console', 'flightdeck:8080')).toBe(200);
      expect(await status('/ci/api/console', '10.0.0.5')).toBe(200);
      expect(await status('/ci/api/console', '10.0.0.6')).toBe(421);
      expect([await status('/ci/healthz', 'x.test'), await status('/healthz', 'x.test')]).toEqual([200, 200]);
    } finally {
      await other.stop();
    }
  });
});

describe('a change', () => {
  const changes = routeMatrix.filter(({ method }) => !['GET', 'SOCKET'].includes(method));
  const good = () => ({ 'x-flightdeck': '1', origin: origin(), 'content-type': 'application/json' });
  const without = (name: string) =>
    Object.fromEntries(Object.entries(good()).filter(([key]) => key !== name));

  const attacks: [string, () => Record<string, string>, string][] = [
    [
      'a form',
      () => ({ ...without('x-flightdeck'), 'content-type': 'application/x-www-form-urlencoded' }),
      '403 csrf',
    ],
    [
      'JSON dressed as text',
      () => ({ ...without('x-flightdeck'), 'content-type': 'text/plain' }),
      '403 csrf',
    ],
    ['no header', () => without('x-flightdeck'), '403 csrf'],
    ['no origin', () => without('origin'), '403 origin'],
    ['the origin null', () => ({ ...good(), origin: 'null' }), '403 origin'],
    ['another origin', () => ({ ...good(), origin: 'https://evil.example' }), '403 origin'],
    [
      'a sibling host',
      () => ({ ...good(), origin: origin().replace('127.0.0.1', 'git.127.0.0.1') }),
      '403 origin',
    ],
    ['another port', () => ({ ...good(), origin: 'http://127.0.0.1:1' }), '403 origin'],
    ['another scheme', () => ({ ...good(), origin: origin().replace('http:', 'https:') }), '403 origin'],
    ['an origin that goes on', () => ({ ...good(), origin: `${origin()}.evil.example` }), '403 origin'],
    ['a browser that says cross-site', () => ({ ...good(), 'sec-fetch-site': 'cross-site' }), '403 origin'],
    ['a browser that says same-site', () => ({ ...good(), 'sec-fetch-site': 'same-site' }), '403 origin'],
    ['another kind of body', () => ({ ...good(), 'content-type': 'text/plain' }), '400 invalid'],
  ];

  it.each(attacks)(
    'is refused with %s, on every route that changes something, and nobody upstream hears of it',
    async (_, headers, expected) => {
      expect(changes.length).toBeGreaterThan(20);
      const since = at.sandbox.control.parts.calls.counts().last;
      for (const { row, method, path } of changes) {
        const url =
          at.url + path.replaceAll('{server}', 'drone').replaceAll('{build}', '1').replaceAll('{who}', 'x');
        const answer = await fetch(url, {
          method,
          headers: { ...headers(), cookie: ada.cookies(at.url) },
          body: '{"a":1}',
        });
        expect(await problemOf(answer), row).toBe(expected);
      }
      expect(at.sandbox.control.parts.calls.counts({ since }).gitea.total).toBe(0);
      expect(at.sandbox.control.parts.calls.counts({ since }).drone.total).toBe(0);
    },
  );

  it('passes from our own page, with and without the browser’s own word for it', async () => {
    const body = JSON.stringify({ language: 'en', theme: 'light', singleKeys: true });
    for (const more of [{}, { 'sec-fetch-site': 'same-origin' }]) {
      const headers = { ...good(), ...more, cookie: ada.cookies(at.url) };
      expect((await fetch(`${at.url}api/session/preferences`, { method: 'PUT', headers, body })).status).toBe(
        200,
      );
    }
  });
});

describe('limits', () => {
  const put = async (body: string, path = 'api/session/preferences', method = 'PUT') =>
    fetch(at.url + path, {
      method,
      headers: {
        'x-flightdeck': '1',
        origin: origin(),
        'content-type': 'application/json',
        cookie: ada.cookies(at.url),
      },
      body,
    });
  const secrets = 'api/servers/drone/repositories/acme~checkout/secrets';
  const registries = 'api/servers/drone/repositories/acme~checkout/registries';

  it.each([
    ['64 KiB', 'api/session/preferences', 'PUT', 65_600, '413 too_large'],
    ['96 KiB for a secret', secrets, 'POST', 98_400, '413 too_large'],
    ['more than 64 KiB for a secret, of which the value is too long', secrets, 'POST', 80_000, '400 invalid'],
    ['16 KiB for a registry', registries, 'POST', 16_500, '413 too_large'],
  ])('a body of at most %s', async (_, path, method, size, expected) => {
    const body = JSON.stringify({ name: 'a', value: 'x'.repeat(size) });
    expect(await problemOf(await put(body, path, method))).toBe(expected);
  });

  it.each([
    ['deep', `${'{"a":'.repeat(17)}1${'}'.repeat(17)}`],
    ['wide', JSON.stringify(Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`k${i}`, 1])))],
    ['long', JSON.stringify({ a: Array.from({ length: 1001 }, () => 1) })],
    ['poisoned', '{"__proto__":{"polluted":true}}'],
    ['poisoned below', '{"a":{"constructor":{"prototype":{"polluted":true}}}}'],
    ['broken', '{"a":'],
    ['a bare text', '"a"'],
  ])('a body that is %s is invalid', async (_, body) => {
    expect(await problemOf(await put(body))).toBe('400 invalid');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('names the fields that are wrong', async () => {
    const answer = await put('{"language":"fr","theme":"dark","singleKeys":"perhaps"}');
    expect(answer.status).toBe(400);
    const problem = problemSchema.parse(await answer.json());
    expect(problem.code).toBe('invalid');
    expect(Object.keys(problem.fields ?? {})).toEqual(['language', 'singleKeys']);
  });

  it('at most 100 headers', async () => {
    const headers = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`x-h-${i}`, '1']));
    expect(await problemOf(await fetch(`${at.url}api/console`, { headers }))).toBe('431 too_large');
  });

  it('at most 16 KiB of headers, answered by the server itself with the same headers', async () => {
    const answer = await raw(`GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain("content-security-policy: default-src 'none'");
  });

  it('nothing that is no HTTP, and no two lengths', async () => {
    expect(await raw('GARBAGE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    const two =
      'POST /api/session/sign-out HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n';
    expect(await raw(two)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('guests by network address: beyond it 429 with the time to wait', async () => {
    const other = await startConsole({
      background: false,
      env: { FLIGHTDECK_LIMITS_RATES_GUEST_READS: '3', FLIGHTDECK_LIMITS_RATES_SIGN_IN_STARTS: '2' },
    });
    try {
      const asked = [];
      for (let i = 0; i < 4; i++)
        asked.push(await fetch(`${other.url}api/console`, { headers: { 'x-forwarded-for': `10.0.0.${i}` } }));
      expect(asked.map((answer) => answer.status)).toEqual([200, 200, 200, 429]);
      expect(Number(asked[3]?.headers.get('retry-after'))).toBeGreaterThan(0);
      const starts = [];
      for (let i = 0; i < 3; i++)
        starts.push(await fetch(`${other.url}auth/forge/gitea`, { redirect: 'manual' }));
      expect(starts.map((answer) => answer.status)).toEqual([302, 302, 429]);
      const page = await fetch(`${other.url}auth/forge/gitea`, {
        headers: { accept: 'text/html', 'accept-language': 'zh' },
      });
      expect(await page.text()).toContain('尝试次数过多');
    } finally {
      await other.stop();
    }
  });

  it('promotions and approvals of a repository, by everybody together and only by who may', async () => {
    const other = await startConsole({
      background: false,
      env: { FLIGHTDECK_LIMITS_RATES_PROMOTIONS_PER_REPOSITORY: '1' },
    });
    try {
      const people = await Promise.all(['mallory', 'ada', 'grace'].map((login) => other.signIn(login)));
      const codes = [];
      for (const person of people) {
        const path = 'api/servers/drone/repositories/acme~checkout/builds/1/decline';
        const answer = await other.api(person, 'POST', path, { commit: 'c0ffee' });
        codes.push(((await answer.json()) as { code: string }).code);
      }
      expect(codes).toEqual(['needs_write', expect.not.stringMatching('rate_limited'), 'rate_limited']);
    } finally {
      await other.stop();
    }
  });

  it('behind a trusted proxy the caller is whom it names: for the limits, the log and the audit alike', async () => {
    const other = await startConsole({
      background: false,
      env: { FLIGHTDECK_TRUST_PROXY: 'loopback', FLIGHTDECK_LIMITS_RATES_GUEST_READS: '2' },
    });
    try {
      const status = async (from: string) =>
        (await fetch(`${other.url}api/console`, { headers: { 'x-forwarded-for': from } })).status;
      const near = '203.0.113.5, 198.51.100.7';
      expect([await status(near), await status('198.51.100.7'), await status(near)]).toEqual([200, 200, 429]);
      expect(await status('198.51.100.8')).toBe(200);
      const lines = other.log.map((line) => JSON.parse(line) as { req?: { from?: string } });
      expect(lines.filter((line) => line.req?.from === '198.51.100.7')).toHaveLength(3);
      await other.signIn('ada', { 'x-forwarded-for': '198.51.100.9' });
      const rows = new Database(join(other.config.dataDir, 'flightdeck.db'), { readonly: true });
      expect(rows.prepare("select distinct address from audit where login = 'ada'").all()).toEqual([
        { address: '198.51.100.9' },
      ]);
      rows.close();
    } finally {
      await other.stop();
    }
  });

  function raw(text: string): Promise<string> {
    const { port } = new URL(at.url);
    return new Promise((done, fail) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end(text));
      let all = '';
      socket.on('data', (part) => {
        all += part.toString();
      });
      socket.on('error', fail);
      socket.on('close', () => done(all));
    });
  }
});

describe('addresses', () => {
  it('that the API does not have are problems; other methods are named', async () => {
    expect(await problemOf(await fetch(`${at.url}api/nothing`))).toBe('404 not_found');
    const wrong = await fetch(`${at.url}api/servers/drone/repositories/acme~checkout/secrets`, {
      method: 'PUT',
      headers: { 'x-flightdeck': '1', origin: origin() },
    });
    expect(wrong.headers.get('allow')).toBe('GET, POST');
    expect(await problemOf(wrong)).toBe('405 method_not_allowed');
    expect(await problemOf(await fetch(`${at.url}auth/forge/unknown`))).toBe('404 not_found');
  });

  it('of repositories hold no way out: nothing upstream is asked', async () => {
    const since = at.sandbox.control.parts.calls.counts().last;
    for (const repo of [
      '..~..',
      'acme~..',
      'acme',
      'acme~check%2Fout',
      'acme~%00',
      'acme~a~..~b',
      '~',
      'acme~check out',
      '%2e%2e~x',
    ]) {
      const answer = await at.api(ada, 'GET', `api/servers/drone/repositories/${repo}/builds`);
      expect(answer.status, repo).toBe(404);
    }
    expect(at.sandbox.control.parts.calls.list({ since })).toEqual([]);
  });
});

describe('below a base path', () => {
  it('everything works, and nothing lies outside it but what operators ask', async () => {
    const below = await startConsole({ basePath: '/tools/ci/', background: false });
    try {
      const outside = new URL(below.url).origin;
      const html = await (await fetch(`${below.url}r/drone/acme/checkout/-/builds/1`)).text();
      expect(html).toContain('<meta name="flightdeck-base" content="/tools/ci/"');
      expect(html).toMatch(/src="\/tools\/ci\/theme\.js"/);
      expect(html).not.toMatch(/(src|href)="\.\//);
      for (const [, file] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
        const answer = await fetch(outside + file);
        expect(answer.status, file).toBe(200);
        expect(answer.headers.get('cache-control'), file).toMatch(/^public, max-age=/);
      }
      const browser = await below.signIn('ada');
      expect((await below.api(browser, 'GET', 'api/session')).status).toBe(200);
      expect((await below.api(browser, 'GET', 'api/servers/drone/repositories/acme~checkout')).status).toBe(
        200,
      );
      expect((await fetch(`${outside}/`, { redirect: 'manual' })).headers.get('location')).toBe('/tools/ci/');
      for (const path of ['/api/console', '/auth/forge/gitea', '/repos', '/tools', '/tools/cinema']) {
        expect((await fetch(outside + path, { redirect: 'manual' })).status, path).toBe(404);
      }
      for (const path of [
        '/healthz',
        '/tools/ci/healthz',
        '/tools/ci/openapi.json',
        '/tools/ci/api-docs',
        '/tools/ci',
      ]) {
        expect((await fetch(outside + path, { redirect: 'manual' })).status, path).toBe(200);
      }
    } finally {
      await below.stop();
    }
  });
});

describe('what operators ask', () => {
  it('the description has every row of the contract and every plain route', async () => {
    const document = (await (await fetch(`${at.url}openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { 'x-needs'?: string; responses: Record<string, unknown> }>>;
    };
    expect(document.openapi).toMatch(/^3\.1/);
    const rows = [
      ...needs(contract).map(({ template, method, need }) => ({ path: template, method, need })),
      ...plainRoutes,
    ];
    expect(rows.length).toBeGreaterThan(50);
    for (const { path, method, need } of rows) {
      const operation = document.paths[path]?.[method.toLowerCase()];
      expect(operation?.['x-needs'], `${method} ${path}`).toBe(need);
      expect(operation?.responses.default).toBeDefined();
    }
  });

  it('the interactive page loads its files from here', async () => {
    const html = await (await fetch(`${at.url}api-docs`)).text();
    expect(html).not.toContain('http');
    for (const [, file] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await fetch(new URL(file ?? '', at.url))).status, file).toBe(200);
    }
  });

  it('metrics count by template and never by what was asked for', async () => {
    await at.api(ada, 'GET', 'api/servers/drone/repositories/acme~checkout');
    const text = await (await fetch(`${at.url}metrics`)).text();
    expect(text).toContain(
      'flightdeck_http_request_seconds_count{method="GET",route="/api/servers/{server}/repositories/{repo}",status="200"}',
    );
    expect(text).toMatch(/flightdeck_upstream_call_seconds_count\{instance="gitea",code="200"\} \d+/);
    expect(text).toMatch(/flightdeck_sign_ins_total\{forge="gitea",outcome="ok"\} \d+/);
    for (const name of [
      'flightdeck_live_sockets',
      'flightdeck_live_subscriptions',
      'flightdeck_live_waiting_bytes',
      'flightdeck_log_memory_bytes',
      'flightdeck_process_cpu_seconds_total',
    ]) {
      expect(text).toContain(name);
    }
    expect(text).not.toContain('checkout');
  });

  it('metrics are closed without a word about them, open with their token', async () => {
    const token = 'made-up-metrics-token';
    const closed = await startConsole({
      background: false,
      env: { FLIGHTDECK_METRICS_OPEN: 'false', FLIGHTDECK_METRICS_TOKEN: token },
    });
    try {
      const ask = async (authorization?: string) =>
        (await fetch(`${closed.url}metrics`, { headers: authorization ? { authorization } : {} })).status;
      expect(await ask()).toBe(401);
      expect(await ask('Bearer wrong')).toBe(401);
      expect(await ask(`Bearer ${token}`)).toBe(200);
    } finally {
      await closed.stop();
    }
  });

  it('metrics with an address of their own are not here, nor is the page in their place', async () => {
    const other = await startConsole({
      basePath: '/tools/ci/',
      background: false,
      env: { FLIGHTDECK_METRICS_OPEN: 'false', FLIGHTDECK_METRICS_ADDRESS: '127.0.0.1:9' },
    });
    try {
      const outside = new URL(other.url).origin;
      for (const address of [`${outside}/metrics`, `${other.url}metrics`]) {
        const answer = await fetch(address);
        expect(await problemOf(answer), address).toBe('404 not_found');
        expect((await fetch(address, { headers: { accept: 'text/html' } })).status, address).toBe(404);
      }
      expect(await problemOf(await fetch(`${other.url}assets/gone-1a2b3c.js`))).toBe('404 not_found');
      expect((await fetch(`${outside}/assets/gone-1a2b3c.js`)).status).toBe(404);
    } finally {
      await other.stop();
    }
  });

  it('readiness fails with the CI server, and says which', async () => {
    const other = await startConsole({
      background: false,
      env: { FLIGHTDECK_SERVER_DRONE_INTERNAL_URL: `http://127.0.0.1:${await freePort()}` },
    });
    try {
      const answer = await fetch(`${other.url}readyz`);
      expect(answer.status).toBe(503);
      const state = (await answer.json()) as {
        dependencies: { id: string; ok: boolean; code: string | null }[];
      };
      expect(state.dependencies.map(({ id, ok, code }) => [id, ok, code])).toEqual([
        ['store', true, null],
        ['gitea', true, null],
        ['drone', false, 'ci_unreachable'],
      ]);
      expect((await fetch(`${other.url}healthz`)).status).toBe(200);
    } finally {
      await other.stop();
    }
  });

  it('the log holds no query, cookie, code or token', async () => {
    const browser = await at.signIn('grace');
    await browser.go(`${at.url}api/console?access_token=CANARY-query`, {
      headers: { authorization: 'Bearer CANARY-header' },
    });
    const text = at.log.join('\n');
    expect(text).not.toMatch(/CANARY|code=|state=|nonce-|sid=|eyJ/);
    expect(text).not.toContain(at.sandbox.serviceToken);
    expect(text).not.toContain(at.sandbox.oauth.clientSecret);
  });
});
