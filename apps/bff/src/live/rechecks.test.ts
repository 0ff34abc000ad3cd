import type { Topic } from '@flightdeck/api-client/contract';
import { beforeEach, expect, it } from 'vitest';
import type { Caller, Gate } from '../services/context.ts';
import { defaultLiveLimits } from './limits.ts';
import type { LiveSocket } from './live-socket.ts';
import { Rechecks } from './rechecks.ts';
import { VirtualClock } from './testing/virtual-clock.ts';

const MINUTE = defaultLiveLimits.recheckMs;

let clock: VirtualClock;
let rechecks: Rechecks;
let gateCalls: string[];
let sessionCalls: string[];
/** Sessions that have ended. */
let over: Set<string>;

beforeEach(() => {
  clock = new VirtualClock();
  gateCalls = [];
  sessionCalls = [];
  over = new Set();
  const gate = {
    open: async (caller: Caller, _server: string, path: string) => {
      gateCalls.push(`${caller.person.login} ${path}`);
    },
  } as unknown as Gate;
  rechecks = new Rechecks({ clock, random: () => 0.5, gate, limits: defaultLiveLimits });
});

/** A socket of a person's session that watches a step's log; `closed` once it was. */
function watching(login: string, session: string): { closed: boolean } {
  const person = { forge: 'forge', forgeUserId: login, login, name: login, email: null, avatarUrl: null };
  const caller = { person, sessionHash: session, address: '::1', requestId: 'r' } as unknown as Caller;
  const topic = { kind: 'log', server: 'ci', repo: 'acme~checkout', number: 7, stage: 1, step: 2 };
  const state = { closed: false };
  const socket = {
    caller,
    topics: [topic as unknown as Topic],
    close: () => {
      state.closed = true;
    },
    revoke: () => {},
  };
  rechecks.add(socket as unknown as LiveSocket, async () => {
    sessionCalls.push(session);
    return over.has(session) ? null : caller;
  });
  return state;
}

it('asks once for each session and once for each repository of a person, whatever the number of sockets', async () => {
  for (let index = 0; index < 10; index++) watching('ada', index < 7 ? 'desk' : 'phone');
  for (let index = 0; index < 10; index++) watching('grace', 'grace');
  await clock.advance(MINUTE * 1.5);
  expect(sessionCalls.sort()).toEqual(['desk', 'grace', 'phone']);
  expect(gateCalls.sort()).toEqual(['ada acme/checkout', 'grace acme/checkout']);
});

it('closes every socket of a session that has ended, and none of the others', async () => {
  const desk = [watching('ada', 'desk'), watching('ada', 'desk')];
  const phone = watching('ada', 'phone');
  over.add('desk');
  await clock.advance(MINUTE * 1.5);
  expect([...desk, phone].map(({ closed }) => closed)).toEqual([true, true, false]);
});
