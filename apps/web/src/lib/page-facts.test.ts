import { describe, expect, it } from 'vitest';
import { safeReturn, withBase } from './page-facts.ts';

describe('the page to return to', () => {
  it.each([
    ['/repos?show=active#top', '/repos?show=active#top'],
    ['/r/ci/acme/checkout/-/builds/7/1/2#p120-p140', '/r/ci/acme/checkout/-/builds/7/1/2#p120-p140'],
    ['/', '/'],
  ])('keeps %s', (wanted, kept) => expect(safeReturn(wanted)).toBe(kept));

  it.each([
    undefined,
    '',
    'repos',
    '//evil.example',
    '/\\evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    '\\\\evil.example',
    ' //evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
  ])('goes to the first page instead of %j', (wanted) => {
    const target = safeReturn(wanted);
    expect(new URL(target, 'http://console.example').origin).toBe('http://console.example');
    expect(target).toBe('/');
  });

  it('puts addresses below the base path', () => {
    expect(withBase('/repos')).toBe('/repos');
  });
});
