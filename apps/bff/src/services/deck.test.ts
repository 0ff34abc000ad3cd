import type { BuildHead, Level, Promotion } from '@flightdeck/api-client/model';
import { describe, expect, it } from 'vitest';
import type { CiClient } from '../ports/ci-server.ts';
import { aBuild, caller, gatedRepo, strict } from '../testing/gated-repo.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { memoryStore } from '../testing/memory-store.ts';
import type { BuildFacts } from './build-facts.ts';
import type { BuildIndex } from './build-index.ts';
import type { BuildReader } from './build-reader.ts';
import { createDeckService } from './deck.ts';
import type { LiveBuilds } from './live-builds.ts';
import type { OwnLooks } from './own-looks.ts';
import type { RepoCatalog } from './repo-catalog.ts';
import type { HealthBook } from './server-health.ts';
import type { Listed, Standings } from './standings.ts';

const now = 2_000_000;
const ada = { forge: 'git', forgeUserId: '1' };

const promotion = (key: string, path: string): Promotion => ({
  ...{ key, path, kind: 'promote', server: 'ci', from: 4, commit: 'c0ffee', environment: 'staging' },
  ...{ parameters: {}, by: 'ada', requestedAt: 1, state: 'sending', build: null, raw: null },
});

/** A Deck over one repository with these builds. */
async function setUp(heads: BuildHead[], level: Level = 'write') {
  const store = await memoryStore();
  const { server, path, forgeRepoId, account, onServer } = gatedRepo();
  const listed: Listed = {
    ...{ caller, server, path, forgeRepoId, level, account, onServer },
    ...{ forgeClient: null, onForge: null },
  };
  const deck = createDeckService({
    connections: new Map([['ci', { server, service: strict<CiClient>('service', {}) }]]),
    forges: new Map(),
    store,
    clock: new ManualClock(now),
    standings: strict<Standings>('standings', { of: async () => ({ items: [listed], forges: [] }) }),
    index: strict<BuildIndex>('index', { recent: async () => heads }),
    live: strict<LiveBuilds>('live', { known: () => [], get: () => undefined }),
    reader: strict<BuildReader>('reader', { build: async () => Promise.reject(new Error('not now')) }),
    ownLooks: strict<OwnLooks>('own looks', { look: () => {}, clientFor: async () => null }),
    catalog: strict<RepoCatalog>('catalog', { last: () => null }),
    health: strict<HealthBook>('health', { of: (id: string) => ({ id }) as never }),
    facts: strict<BuildFacts>('facts', {
      listed: async (_, build) => ({ build }) as never,
      permitFacts: () => ({
        ...{ level, linked: false, ciAdministrator: false, activation: 'active', approveNeeds: 'admin' },
        ...{
          secretsNeed: 'write',
          administratorSettings: [],
          promotionsAllowed: null,
          capabilities: server.declaration.capabilities,
        },
      }),
    }),
  });
  return { store, deck };
}

const numbers = (rows: { build: { number: number } }[]) => rows.map(({ build }) => build.number);

describe('the Deck', () => {
  it('shows one’s own builds only, when asked: written, started, or started through the console', async () => {
    const other = { login: 'ada', name: 'Ada', avatarUrl: null };
    const heads = [
      aBuild({ number: 5, author: other, startedBy: 'flightdeck', status: 'running', createdAt: 5 }),
      aBuild({ number: 4, author: other, startedBy: 'ada', status: 'running', createdAt: 4 }),
      aBuild({ number: 3, author: { ...other, login: 'Grace' }, createdAt: 3 }),
      aBuild({ number: 2, author: other, startedBy: 'grace', status: 'failure', branch: 'x', createdAt: 2 }),
      aBuild({ number: 1, author: other, status: 'waiting', createdAt: 1 }),
    ];
    const { store, deck } = await setUp(heads);
    await store.audit.intent({
      ...{ id: 'a1', at: 1, person: caller.person, login: 'grace', sessionHash: '', address: '' },
      ...{ server: 'ci', path: 'acme/checkout', forgeRepoId: '11', action: 'build.restart' },
      ...{ request: '{"build":4}', as: 'service', outcome: 'intent', answer: null },
    });
    await store.audit.outcome('a1', 'done', JSON.stringify({ build: 5 }));
    const all = await deck.get(caller);
    expect([numbers(all.running), numbers(all.failed), numbers(all.waiting)]).toEqual([[5, 4], [2], [1]]);
    const mine = await deck.get(caller, 'mine');
    expect(numbers(mine.running)).toEqual([5]);
    expect(numbers(mine.failed)).toEqual([2]);
    expect(numbers(mine.waiting)).toEqual([]);
    expect(numbers(mine.recent)).toEqual([5, 3, 2]);
  });

  it('keeps what waits for one’s consent among one’s own, and only then', async () => {
    const held = [aBuild({ number: 7, status: 'approval' }), aBuild({ number: 6, status: 'waiting' })];
    const approver = await setUp(held, 'admin');
    expect(numbers((await approver.deck.get(caller, 'mine')).waiting)).toEqual([7]);
    const writer = await setUp(held);
    expect(numbers((await writer.deck.get(caller, 'mine')).waiting)).toEqual([]);
    expect(numbers((await writer.deck.get(caller)).waiting)).toEqual([7, 6]);
  });

  it('lists the promotions nobody knows the end of, by the repository’s id and present path, and no others', async () => {
    const { store, deck } = await setUp([]);
    const put = (key: string, forgeRepoId: string, path = 'acme/checkout') =>
      store.intents.claim(ada, promotion(key, path), 1, forgeRepoId);
    await put('renamed', '11', 'acme/old-name');
    await put('elsewhere', '12', 'secret/repo');
    await put('done', '11');
    await store.intents.settle(ada, 'done', { state: 'started', build: 9, raw: null });
    const { promotions } = await deck.get(caller);
    expect(promotions.map(({ key, path, state }) => [key, path, state])).toEqual([
      ['renamed', 'acme/checkout', 'sending'],
    ]);
    expect(promotions[0]).not.toHaveProperty('forgeRepoId');
  });
});
