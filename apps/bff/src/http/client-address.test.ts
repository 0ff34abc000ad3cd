import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { addressReader } from './client-address.ts';

const from = (remoteAddress: string, header?: string) =>
  ({
    socket: { remoteAddress },
    headers: header === undefined ? {} : { 'x-forwarded-for': header },
  }) as unknown as IncomingMessage;

it.each<[string, string[], string, string | undefined, string]>([
  ['no proxy is trusted', [], '192.0.2.1', '10.0.0.9', '192.0.2.1'],
  ['another than the trusted one says it', ['10.0.0.0/8'], '192.0.2.1', '198.51.100.7', '192.0.2.1'],
  ['a trusted proxy says it', ['10.0.0.0/8'], '10.0.0.1', '198.51.100.7', '198.51.100.7'],
  [
    'the caller put something before it',
    ['10.0.0.1'],
    '10.0.0.1',
    '203.0.113.5, 198.51.100.7',
    '198.51.100.7',
  ],
  ['two proxies, both trusted', ['10.0.0.0/8'], '10.0.0.1', '198.51.100.7, 10.0.0.2', '198.51.100.7'],
  ['two proxies, the far one not', ['10.0.0.1'], '10.0.0.1', '198.51.100.7, 10.0.0.2', '10.0.0.2'],
  ['everything is trusted', ['10.0.0.0/8'], '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ['it says no address', ['10.0.0.1'], '10.0.0.1', 'unknown', '10.0.0.1'],
  ['it says words', ['10.0.0.1'], '10.0.0.1', '1.2.3.4 <b>\u0007', '10.0.0.1'],
  ['it says nothing', ['10.0.0.1'], '10.0.0.1', undefined, '10.0.0.1'],
  ['it says it with an empty header', ['10.0.0.1'], '10.0.0.1', '', '10.0.0.1'],
  ['a name for the own machine', ['loopback'], '127.0.0.1', '198.51.100.7', '198.51.100.7'],
  ['IPv4 over an IPv6 socket', ['10.0.0.0/8'], '::ffff:10.0.0.1', '::ffff:198.51.100.7', '198.51.100.7'],
  ['IPv6', ['fd00::/8'], 'fd00::1', '2001:db8::7', '2001:db8::7'],
])('%s', (_, trusted, peer, header, address) => {
  expect(addressReader(trusted)(from(peer, header))).toBe(address);
});
