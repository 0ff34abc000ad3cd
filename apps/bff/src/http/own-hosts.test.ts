import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ownHosts } from './own-hosts.ts';

const options = { publicUrl: 'http://ci.lan:8080/ci/', allowedHosts: ['flightdeck'], isProxy: () => false };
const has = (headers: IncomingMessage['headers'], over: Partial<typeof options> = {}) =>
  ownHosts({ ...options, ...over })({ headers } as IncomingMessage);

describe('a host of the console', () => {
  it.each([
    'ci.lan:8080',
    'ci.lan',
    'CI.LAN:8080',
    'ci.lan.:8080',
    'ci.lan:80',
    'flightdeck:3000',
    'localhost:8080',
    '127.0.0.1',
    '127.8.8.8:8080',
    '[::1]:8080',
  ])('is %s', (host) => {
    expect(has({ host })).toBe(true);
  });

  it.each([
    'evil.test',
    'evil.test:8080',
    'ci.lan.evil.test',
    'evil.test:ci.lan',
    'xci.lan',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    '192.0.2.1:8080',
    '169.254.169.254',
    '[::ffff:192.0.2.1]',
    '[2001:db8::1]:8080',
    '0.0.0.0:8080',
    'ci.lan@evil.test',
    'evil.test,ci.lan:x',
    ' ',
    '',
  ])('is not %j', (host) => {
    expect(has({ host })).toBe(false);
  });

  it('is named by a proxy only where that is trusted', () => {
    const headers = { host: 'flightdeck.internal', 'x-forwarded-host': 'ci.lan' };
    expect(has(headers)).toBe(false);
    expect(has(headers, { isProxy: () => true })).toBe(true);
    const evil = { host: 'ci.lan', 'x-forwarded-host': 'evil.test' };
    expect(has(evil)).toBe(true);
    expect(has(evil, { isProxy: () => true })).toBe(false);
    // What the caller put in front does not count.
    expect(has({ 'x-forwarded-host': 'ci.lan, evil.test' }, { isProxy: () => true })).toBe(false);
    expect(has({ host: 'ci.lan' }, { isProxy: () => true })).toBe(true);
  });

  it('is missing', () => {
    expect(has({})).toBe(false);
  });
});
