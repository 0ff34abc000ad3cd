import type { BuildHead } from '@flightdeck/api-client/model';
import { beforeEach, describe, expect, it } from 'vitest';
import { createInProcessBus } from '../adapters/bus/in-process.ts';
import { headOf } from '../domain/merge-build.ts';
import type { RunnerSight, Store } from '../ports/store.ts';
import { aHeldBuild, aRunningBuild, aRunningStage, aStage, aStep } from '../testing/builds.ts';
import { aBuild, strict } from '../testing/gated-repo.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import type { BuildIndex } from './build-index.ts';
import type { News } from './index-pages.ts';
import { createLiveBuilds, type LiveBuilds } from './live-builds.ts';

const place = { server: 'ci', path: 'acme/checkout', forgeRepoId: '11' };

describe('what is known of open builds', () => {
  let live: LiveBuilds;
  let clock: ManualClock;
  let published: number[];
  let noted: BuildHead[];
  let sights: RunnerSight[];
  let news: News[];
  beforeEach(() => {
    clock = new ManualClock();
    published = [];
    noted = [];
    sights = [];
    news = [];
    const bus = createInProcessBus();
    bus.subscribe((event) => event.type === 'build-changed' && published.push(event.number));
    live = createLiveBuilds({
      bus,
      clock,
      index: strict<BuildIndex>('index', {
        note: async (_, heads) => {
          noted.push(...heads);
          return [];
        },
        newest: async () => 5,
        takePage: async () => news,
      }),
      store: strict<Store>('store', {
        builds: strict<Store['builds']>('builds', {
          noteRunner: async (_, sight) => void sights.push(sight),
        }),
      }),
    });
  });

  it('publishes and notes a difference, and nothing else', async () => {
    const running = aRunningBuild({ number: 6 });
    live.tell(place, running);
    live.tell(place, structuredClone(running));
    live.tellHead(place, headOf(running));
    expect(published).toEqual([6]);
    live.tell(place, { ...running, status: 'success', finishedAt: 5_000_000, version: 3 });
    live.tell(place, running);
    expect(published).toEqual([6, 6]);
    await live.settled();
    expect(noted.map((head) => head.status)).toEqual(['running', 'success']);
    expect(live.open('ci')).toEqual([]);
  });

  it('knows a held build from its stages, whatever a list says', () => {
    live.tell(place, aHeldBuild());
    expect(live.tellHead(place, { ...headOf(aHeldBuild()), status: 'waiting' }).status).toBe('approval');
    expect(published).toEqual([1]);
  });

  it('keeps of a list only what is open', () => {
    expect(live.tellHead(place, headOf(aBuild({ number: 3 })))).toMatchObject({ number: 3 });
    expect(live.get(place, 3)).toBeUndefined();
    live.tellHead(place, headOf(aRunningBuild({ number: 4 })));
    expect(live.get(place, 4)).toMatchObject({ detailed: false, askedAt: 0 });
    expect(live.open('ci', 'acme/other')).toEqual([]);
  });

  it('tells what came and went between two looks, and not the history that is being filled', async () => {
    const head = (number: number) => headOf(aBuild({ number }));
    news = [
      { head: head(6), before: null },
      { head: head(4), before: headOf(aRunningBuild({ number: 4 })) },
      { head: head(2), before: null },
    ];
    await live.tellPage(place, [head(6)], { first: true, last: false });
    expect(published).toEqual([6, 4]);
  });

  it('notes who took a stage once per time, and how many at once', async () => {
    const stage = aRunningStage({ labels: { b: '2', a: '1' } });
    live.tell(
      place,
      aRunningBuild({ number: 6, stages: [stage, aRunningStage({ number: 2, name: 'other' })] }),
    );
    live.tell(
      place,
      aRunningBuild({ number: 6, stages: [{ ...stage, version: 2, steps: [aStep({ number: 2 })] }] }),
    );
    live.noteRunners('ci', {
      ...aBuild(),
      stages: [aStage({ runner: 'old', startedAt: 5 }), aStage({ runner: null })],
    });
    await live.settled();
    expect(sights.map(({ runner, labels, lastTakenAt }) => [runner, labels, lastTakenAt])).toEqual([
      ['runner-1', '[["a","1"],["b","2"]]', 1_001_000],
      ['runner-1', '[]', 1_001_000],
      ['old', '[]', 5],
    ]);
    expect(live.mostAtOnce('ci').get('runner-1')).toBe(2);
    expect(live.mostAtOnce('other').size).toBe(0);
  });

  it('forgets ended builds after a while, never open ones', () => {
    live.tell(place, aBuild({ number: 1 }));
    live.tell(place, aRunningBuild({ number: 2 }));
    clock.advance(13 * 3_600_000);
    live.tell(place, aRunningBuild({ number: 3 }));
    expect(live.get(place, 1)).toBeUndefined();
    expect(live.open('ci').map((one) => one.build.number)).toEqual([2, 3]);
    live.forget(place, 2);
    expect(published.at(-1)).toBe(2);
    expect(live.known(place).map((one) => one.build.number)).toEqual([3]);
  });
});
