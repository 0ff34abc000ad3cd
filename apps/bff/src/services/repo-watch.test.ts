import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Failure } from '../domain/failure.ts';
import type { CiBuildEvent, CiClient } from '../ports/ci-server.ts';
import { gatedRepo, strict } from '../testing/gated-repo.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import type { BuildReader } from './build-reader.ts';
import type { LiveBuilds } from './live-builds.ts';
import { createRepoWatches } from './repo-watch.ts';
import { defaultIntervals } from './server-watch.ts';

async function* silence(
  _: string | null,
  signal: AbortSignal,
): AsyncIterable<CiBuildEvent | { type: 'open' }> {
  yield { type: 'open' };
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function setUp(newest: (client: CiClient) => Promise<void>) {
  const clock = new ManualClock();
  const asked: CiClient[] = [];
  const service = strict<CiClient>('service', { events: silence });
  const repo = gatedRepo({ client: { events: silence } });
  const watches = createRepoWatches({
    connections: new Map([['ci', { server: repo.server, service }]]),
    live: strict<LiveBuilds>('live', { open: () => [], unsettled: () => [] }),
    reader: strict<BuildReader>('reader', {
      newest: (_, client) => {
        asked.push(client);
        return newest(client);
      },
    }),
    signs: { silenceOf: () => null, seen: () => {} },
    clock,
    intervals: defaultIntervals,
    onError: () => {},
  });
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 250) {
      for (let turn = 0; turn < 6; turn++) await setImmediate();
      clock.advance(Math.min(250, left));
    }
    for (let turn = 0; turn < 6; turn++) await setImmediate();
  };
  return { watches, repo, service, asked, pass };
}

describe('a repository that is open in browsers', () => {
  it('is asked every 1.25 s, whatever the number of viewers', async () => {
    const { watches, repo, asked, pass } = setUp(async () => {});
    const leave = [watches.enter(repo), watches.enter(repo), watches.enter({ ...repo })];
    await pass(15_000);
    expect(asked).toHaveLength(13);
    for (const go of leave) go();
    await watches.stop();
  });

  it('is let go some time after the last viewer, and not if one comes back', async () => {
    const { watches, repo, asked, pass } = setUp(async () => {});
    const first = watches.enter(repo);
    first();
    await pass(10_000);
    const second = watches.enter(repo);
    await pass(10_000);
    expect(watches.size()).toBe(1);
    second();
    second();
    await pass(20_000);
    expect(watches.size()).toBe(0);
    const before = asked.length;
    await pass(10_000);
    expect(asked).toHaveLength(before);
  });

  it('is read as the viewer where the service account is not let in', async () => {
    const { watches, repo, service, asked, pass } = setUp(async (client) => {
      if (client === service) throw new Failure('not_found', 'hidden');
    });
    watches.enter(repo);
    await pass(20_000);
    expect(asked[0]).toBe(service);
    expect(asked.at(-1)).toBe(repo.speaker.client);
    await watches.stop();
  });

  it('is asked less often while the server is down', async () => {
    const { watches, repo, asked, pass } = setUp(async () => {
      throw new Failure('ci_unreachable', 'down');
    });
    watches.enter(repo);
    await pass(60_000);
    expect(asked.length).toBeLessThan(8);
    await watches.stop();
  });
});
