import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { From } from '../ports/own-address.ts';
import { proxyProbe } from './proxy-probe.ts';

const noted: [string, From][] = [];
const probes = proxyProbe({
  ...{ instance: 'this', isProxy: () => true, clock: { sleep: async () => {} } },
  arrivals: { note: (word, from) => void noted.push([word, from]), take: () => null },
});
const server = createServer((req, res) =>
  probes.find(({ path }) => req.url?.startsWith(path))?.handler(req, res),
);
beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
afterAll(() => new Promise((done) => server.close(done)));

it('tells whoever calls no network address; those are kept by the word of the call', async () => {
  const { port } = server.address() as AddressInfo;
  const headers = { 'x-forwarded-for': '203.0.113.9, 10.0.0.7', 'x-forwarded-proto': 'https' };
  const answer = await fetch(`http://127.0.0.1:${port}/api/probe/echo?word=made-up`, { headers });
  expect(await answer.json()).toEqual({
    ...{ instance: 'this', trusted: true, named: true, forwardedProto: 'https' },
  });
  expect(noted).toEqual([['made-up', { peer: '127.0.0.1', forwardedFor: '203.0.113.9, 10.0.0.7' }]]);
});
