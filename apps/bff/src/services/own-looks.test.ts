import { beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../domain/failure.ts';
import type { CiClient, CiRepository } from '../ports/ci-server.ts';
import { aBuild, caller, gatedRepo, strict } from '../testing/gated-repo.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import type { RepoPlace } from './connections.ts';
import type { Speaker } from './context.ts';
import type { LiveBuild } from './live-builds.ts';
import { createOwnLooks } from './own-looks.ts';
import type { Catalog } from './repo-catalog.ts';
import type { Listed } from './standings.ts';

const { server, path, forgeRepoId, account, onServer } = gatedRepo();
const service = strict<CiClient>('service', {});
const own = strict<CiClient>('own', {});
const place: RepoPlace = { server: server.id, path, forgeRepoId };

const clock = new ManualClock();
let whole = false;
let linked = true;
let down = false;
let open: LiveBuild[] = [];
let asked: string[] = [];
const who = (client: CiClient) => (client === own ? 'own' : 'service');

const looks = () =>
  createOwnLooks({
    connections: new Map([[server.id, { server, service }]]),
    gate: {
      speaker: async () =>
        (linked ? { as: 'account', client: own } : { as: 'service', client: service }) as Speaker,
    },
    catalog: { last: () => ({ whole, byId: new Map() }) as unknown as Catalog },
    reader: {
      build: async (_, number, client) => {
        asked.push(`#${number} ${who(client)}`);
        return null;
      },
      newest: async (_, client) => {
        asked.push(`newest ${who(client)}`);
        if (down) throw new Failure('ci_timeout', 'no answer');
      },
    },
    live: { open: () => open },
    clock,
  });
const row = (counter: number | null): Listed => ({
  ...{ caller, server, path, forgeRepoId, account, level: 'read', forgeClient: null, onForge: null },
  onServer: { ...(onServer as CiRepository), counter },
});
/** What one look asks; everything here answers within a turn of the event loop. */
async function askedBy(act: () => void): Promise<string[]> {
  asked = [];
  act();
  await new Promise(setImmediate);
  return asked;
}

beforeEach(() => {
  [whole, linked, down, open] = [false, true, false, []];
});

describe('a look at what only the own account is told of', () => {
  it('asks as that account, and again when the counter has moved', async () => {
    const { look } = looks();
    expect(await askedBy(() => look([row(4)]))).toEqual(['newest own']);
    expect(await askedBy(() => look([row(4)]))).toEqual([]);
    expect(await askedBy(() => look([row(5)]))).toEqual(['newest own']);
    expect(await askedBy(() => [look([row(6)]), look([row(6)])])).toEqual(['newest own']);
  });

  it('asks again after a while where there is no counter, and after a failure', async () => {
    const { look } = looks();
    await askedBy(() => look([row(null)]));
    clock.advance(29_999);
    expect(await askedBy(() => look([row(null)]))).toEqual([]);
    clock.advance(1);
    down = true;
    expect(await askedBy(() => look([row(null)]))).toEqual(['newest own']);
    expect(await askedBy(() => look([row(null)]))).toEqual(['newest own']);
  });

  it('asks what has not ended for its end', async () => {
    const { look } = looks();
    await askedBy(() => look([row(4)]));
    open = [{ place, build: aBuild({ number: 4 }), askedAt: clock.now() } as LiveBuild];
    clock.advance(4_999);
    expect(await askedBy(() => look([row(4)]))).toEqual([]);
    clock.advance(1);
    expect(await askedBy(() => look([row(4)]))).toEqual(['#4 own']);
  });

  it('leaves alone what is watched anyway, and what nobody here may ask for', async () => {
    const { look, clientFor } = looks();
    linked = false;
    expect(await askedBy(() => look([row(4)]))).toEqual([]);
    expect(await clientFor(row(4))).toBeNull();
    [whole, linked] = [true, true];
    expect(await askedBy(() => look([row(4)]))).toEqual([]);
    expect(await clientFor(row(4))).toBe(service);
  });
});
