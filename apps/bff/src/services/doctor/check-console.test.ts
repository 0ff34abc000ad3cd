import { doctorFinding } from '@flightdeck/api-client/model';
import { describe, expect, it } from 'vitest';
import type { Arrived, Echo, OwnAddress } from '../../ports/own-address.ts';
import { checkConsole } from './check-console.ts';

const arrived = (more: Partial<Arrived> = {}): Arrived => ({
  ...{ instance: 'this', trusted: false, named: false, forwardedProto: null },
  from: { peer: '172.18.0.2', forwardedFor: null },
  ...more,
});

function own(echo: Omit<Echo, 'tried'>, more: Partial<OwnAddress> = {}): OwnAddress {
  return {
    echo: async () => ({ tried: 'GET echo', ...echo }) as Echo,
    drip: async () => ({ tried: 'GET drip', fault: null, raw: null }),
    socket: async () => ({ tried: 'GET socket', fault: null, raw: null }),
    ...more,
  };
}

const check = (address: OwnAddress, publicUrl = 'https://ci.test/') =>
  checkConsole({ own: address, publicUrl, instance: 'this' }, null);
const codes = ({ findings }: Awaited<ReturnType<typeof check>>) =>
  findings.map(({ hop, code }) => `${hop} ${code}`);
const met = (more: Partial<Arrived> = {}) => own({ fault: null, arrived: arrived(more) } as never);

describe('the console’s own address', () => {
  it.each([
    ['unreachable', true],
    ['certificate', true],
    ['redirect', false],
    ['another', false],
  ] as const)(
    '%s: what hangs on it is not checked; whether it can be judged is %s',
    async (fault, stands) => {
      const checked = await check(own({ fault, raw: 'words' } as never));
      expect(checked.stands).toBe(stands);
      expect(codes(checked)).toEqual([
        `public ${fault}`,
        'forwarded depends',
        'websocket depends',
        'buffering depends',
      ]);
      expect(checked.findings[0]).toMatchObject({ raw: 'words', state: stands ? 'warning' : 'broken' });
    },
  );

  it('another process of ours at the address is told', async () => {
    expect(codes(await check(met({ instance: 'other' }), 'http://ci.test/'))[0]).toBe('public other-console');
  });

  it('nothing is asked where the own port cannot be had', async () => {
    const never = () => Promise.reject(new Error('asked'));
    const deps = {
      own: { echo: never, drip: never, socket: never },
      publicUrl: 'http://x/',
      instance: 'this',
    };
    const { findings } = await checkConsole(deps, doctorFinding('listen', 'port-taken'));
    expect(findings.map(({ code }) => code)).toEqual(['port-taken', ...Array(4).fill('depends')]);
  });
});

describe('what is known of the caller', () => {
  it.each<[string, Partial<Arrived>, string, string]>([
    ['nobody in between', {}, 'http://ci.test/', 'direct'],
    ['https, and the proxy is silent', {}, 'https://ci.test/', 'no-address'],
    ['a stranger names callers', { named: true }, 'https://ci.test/', 'untrusted-proxy'],
    ['a proxy that is believed', { named: true, trusted: true }, 'https://ci.test/', 'ok'],
    [
      'a proxy that was called by http',
      { named: true, trusted: true, forwardedProto: 'https, http' },
      'https://ci.test/',
      'scheme',
    ],
    [
      'the nearest proxy’s word counts',
      { named: true, trusted: true, forwardedProto: 'http, https' },
      'https://ci.test/',
      'ok',
    ],
  ])('%s', async (_, how, publicUrl, code) => {
    expect(codes(await check(met(how), publicUrl))[1]).toBe(`forwarded ${code}`);
  });

  it('shows the headers and the peer as they came', async () => {
    const { findings } = await check(
      met({ named: true, from: { peer: '172.18.0.2', forwardedFor: '10.1.1.1' } }),
    );
    expect(findings[1]?.raw).toBe('peer 172.18.0.2\nX-Forwarded-For: 10.1.1.1');
  });
});
