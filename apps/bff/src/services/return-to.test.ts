import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeReturn } from './return-to.ts';

const bases = ['http://ci.lan:8080/', 'https://ci.example.com/', 'https://ci.example.com/ci/'];

/** Own list by class: heads that browsers, proxies or decoders have taken for another host, before several tails. */
const heads = [
  // another scheme or none
  ...[
    'http://',
    'https://',
    'HTTPS://',
    'ftp://',
    'javascript:',
    'data:text/html,',
    'vbscript:',
    'blob:',
    'ws://',
    'file:///',
  ],
  // network paths
  ...['//', '///', '////', '/\\', '\\\\', '\\/', '/\\/', '/\\\\', '\\'],
  // characters that are dropped or folded before the address is read
  ...[
    '/\t/',
    '/\n/',
    '/\r/',
    '\t//',
    '\n//',
    ' //',
    '/ /',
    '/\u0000/',
    '\u0001//',
    '/\u00a0/',
    '/\u2028/',
    '/\ufeff/',
  ],
  ...['/\u200b/', '/\u2044', '/\uff0f', '\uff0f\uff0f', '/\uff3c', '/\u29f8', '/\u2215', '/\u202e/'],
  // encoded once and twice
  ...['/%2f', '/%2F%2F', '%2f%2f', '/%5c', '/%5C%5C', '/%09/', '/%0a/', '/%0d%0a/', '/%00/', '/%252f%252f'],
  // dots and parents
  ...['/..//', '/.//', '/a/..//', '/%2e%2e//', '/./\\', '/../', '.', '..', './/', '../'],
  // user parts and ports
  ...[
    '//user@',
    '//ci.lan:8080@',
    'http://ci.lan:8080@',
    '//ci.lan:8080.',
    'http://ci.lan.',
    '@',
    '/@',
    ':',
    '/:',
    '//[::1]',
    '//0x7f.1',
  ],
];
const tails = [
  'evil.example',
  'evil.example/',
  'evil.example/%2e%2e',
  'evil.example?x=/',
  'evil.example#/repos',
  'evil.example\\@ci.lan',
];
const corpus = heads.flatMap((head) => tails.map((tail) => head + tail));

/** What a browser makes of a Location header on a page of the console. */
const whereItLeads = (target: string, base: string): URL =>
  new URL(target, `${base}auth/forge/gitea/callback`);

describe('the page to come back to', () => {
  it(`stays on the console for ${corpus.length} attempts to leave it, below each base`, () => {
    expect(corpus.length).toBeGreaterThanOrEqual(200);
    for (const base of bases) {
      for (const attempt of corpus) {
        const target = safeReturn(attempt, base);
        const end = whereItLeads(target, base);
        expect(end.origin, attempt).toBe(new URL(base).origin);
        expect(end.pathname.startsWith(new URL(base).pathname), attempt).toBe(true);
        // Decoded once more, as a careless hop between would: still a path of this host.
        expect(whereItLeads(decodeURIComponent(target), base).origin, attempt).toBe(new URL(base).origin);
        expect(target).not.toMatch(/^\/[/\\]/);
      }
    }
  });

  it.each([
    ['/', '/'],
    ['/repos', '/repos'],
    ['/repos?q=a%20b&show=active', '/repos?q=a%20b&show=active'],
    ['/r/drone/acme/checkout/-/builds/41/1/2#p120-p140', '/r/drone/acme/checkout/-/builds/41/1/2#p120-p140'],
    ['/r/drone/group/sub/name/-/settings?tab=secrets', '/r/drone/group/sub/name/-/settings?tab=secrets'],
    ['/repos?return=https://evil.example', '/repos?return=https://evil.example'],
    ['/r/drone/acme/x?branch=发布', '/r/drone/acme/x?branch=%E5%8F%91%E5%B8%83'],
  ])('%s is kept', (wish, kept) => {
    expect(safeReturn(wish, 'http://ci.lan:8080/')).toBe(kept);
    expect(safeReturn(`/ci${wish}`, 'https://ci.example.com/ci/')).toBe(`/ci${kept}`);
  });

  it.each([
    ['an address outside the base path', '/repos', 'https://ci.example.com/ci/'],
    ['a neighbour that begins alike', '/cinema', 'https://ci.example.com/ci/'],
    ['a way out by dots', '/ci/../admin', 'https://ci.example.com/ci/'],
    ['the sign-in page, which would loop', '/sign-in?error=x', 'http://ci.lan/'],
    ['an action', '/auth/forge/gitea', 'http://ci.lan/'],
    ['an answer of the API', '/api/session', 'http://ci.lan/'],
    ['something too long', `/${'a'.repeat(3000)}`, 'http://ci.lan/'],
    ['nothing', undefined, 'http://ci.lan/'],
    ['several', ['/a', '/b'], 'http://ci.lan/'],
  ])('%s becomes the first page', (_, wish, base) => {
    expect(safeReturn(wish, base)).toBe(new URL(base).pathname);
  });

  it('never leads elsewhere, whatever is asked for', () => {
    const pieces = fc.constantFrom(
      '/',
      '\\',
      '//',
      '.',
      '..',
      '%2f',
      '%5c',
      '%00',
      '@',
      ':',
      '?',
      '#',
      '\t',
      '\n',
      'evil.example',
      'http:',
      'ci',
      'a',
      '\u3002',
      '\uff0e',
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...bases),
        fc.array(pieces, { maxLength: 12 }),
        fc.string({ unit: 'binary', maxLength: 6 }),
        (base, parts, more) => {
          for (const wish of [`/${parts.join('')}`, parts.join('') + more, more + parts.join('')]) {
            const end = whereItLeads(safeReturn(wish, base), base);
            if (end.origin !== new URL(base).origin || !end.pathname.startsWith(new URL(base).pathname))
              return false;
          }
          return true;
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
