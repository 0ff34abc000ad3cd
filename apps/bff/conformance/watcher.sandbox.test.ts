import type { BuildView, ListedBuild } from '@flightdeck/api-client/contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BuildWatch } from '../src/live/build-watch.ts';
import { type BuildsWorld, buildsWorld, eventually, toRead, toWrite } from './builds-world.ts';

/** What a listener heard, with the moment of each. */
function ear() {
  const heard: { at: number; listed: ListedBuild | null; view: BuildView | null }[] = [];
  return {
    heard,
    listener: (change: { listed: ListedBuild | null; view: BuildView | null }) =>
      void heard.push({ at: performance.now(), ...change }),
    of: (path: string, number: number) =>
      heard.filter(({ listed }) => listed?.path === path && listed.build.number === number),
  };
}

describe('what the watcher tells', () => {
  let world: BuildsWorld;
  const ends: (() => void)[] = [];
  const watch = (start: (watcher: BuildWatch) => () => void) => {
    const end = start(world.side.watcher);
    ends.push(end);
    return end;
  };
  beforeAll(async () => {
    world = await buildsWorld({ intervals: { graceMs: 300 } });
    for (const login of ['ada', 'grace']) await world.link(login);
    world.side.watcher.start();
    // The first look over everything.
    await eventually(() => expect(world.side.live.open('drone').length).toBeGreaterThanOrEqual(8));
    await eventually(async () => {
      for (const { active, slug, builds } of world.sandbox.control.state()) {
        const id = world.side.catalog.last('drone')?.byPath.get(slug)?.forgeRepoId ?? '';
        if (active && builds.length > 0)
          expect(await world.side.index.newest('drone', id)).toBe(builds[0]?.number);
      }
    });
  }, 60_000);
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });
  afterAll(() => world.stop());

  const push = (repo: string, message: string, author = 'wei') =>
    world.sandbox.control.push({ repo, author, message }).build ?? 0;

  /** Milliseconds from `act` to the first thing heard of which `is` holds. */
  async function delay(
    heard: ReturnType<typeof ear>,
    act: () => Promise<void> | void,
    is: (change: ListedBuild) => boolean,
    within: number,
  ): Promise<number> {
    const begun = performance.now();
    await act();
    const found = await eventually(() => {
      const change = heard.heard.find(({ at, listed }) => at >= begun && listed && is(listed));
      if (!change) throw new Error('not heard');
      return change;
    }, within + 1_000);
    const took = found.at - begun;
    expect(took).toBeLessThan(within);
    return took;
  }

  describe('a repository that somebody looks at, within 2 s', () => {
    it('a build that awaits approval: created, half approved, declined, by others', async () => {
      const repo = await world.open('ada', 'acme/infra', toWrite);
      const heard = ear();
      watch((watcher) => watcher.watchRepository(repo, heard.listener));
      const admin = world.asAda();
      let number = 0;
      const statusIs = (status: string) => (one: ListedBuild) =>
        one.build.number === number && one.build.status === status;
      const took = [
        await delay(
          heard,
          () => {
            number = push('acme/infra', 'Held');
          },
          (one) => statusIs('approval')(one),
          2_000,
        ),
        await delay(
          heard,
          () => admin.decline('acme/infra', number, null),
          (one) => statusIs('declined')(one),
          2_000,
        ),
      ];
      const stage = async () => {
        number = push('acme/infra', 'Held again');
        await eventually(() => expect(heard.of('acme/infra', number).length).toBeGreaterThan(0));
      };
      await stage();
      took.push(
        await delay(
          heard,
          async () => {
            for (const one of [1, 2]) await admin.approve('acme/infra', number, one);
          },
          (one) => one.build.number === number && one.build.status !== 'approval',
          2_000,
        ),
      );
      await stage();
      took.push(
        await delay(
          heard,
          () => admin.cancel('acme/infra', number),
          (one) => statusIs('cancelled')(one),
          2_000,
        ),
      );
      console.log(`watched: heard after ${took.map(Math.round).join(', ')} ms`);
    }, 30_000);

    it('a running build, from its first stage to its end, without going back', async () => {
      const repo = await world.open('grace', 'acme/checkout', toRead);
      const heard = ear();
      watch((watcher) => watcher.watchRepository(repo, heard.listener));
      world.sandbox.control.setClock({ rate: 10 });
      const number = push('acme/checkout', 'Watch me');
      let end = () => {};
      const views = ear();
      end = watch((watcher) => watcher.watchBuild(repo, number, views.listener));
      await eventually(() => {
        const last = views.heard.at(-1)?.view;
        expect(['success', 'failure', 'cancelled']).toContain(last?.build.status);
      }, 20_000);
      end();
      world.sandbox.control.setClock({ rate: 1 });
      const order = ['approval', 'waiting', 'running', 'success', 'failure'];
      const seen = views.heard.map(({ view }) => order.indexOf(view?.build.status ?? ''));
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      const last = views.heard.at(-1)?.view;
      expect(last?.build).toEqual(await world.side.builds.get(repo, number).then((view) => view.build));
      for (const { listed, view } of views.heard) {
        expect(listed).toBeNull();
        expect(view?.build.number).toBe(number);
      }
    }, 40_000);

    it('is asked once, however many look, and no more when the last has gone', async () => {
      const repo = await world.open('ada', 'oss/tinyqueue', toRead);
      // What earlier tests looked at is let go only after its grace: counted before, it would go in the middle of this one.
      await eventually(() => expect(world.side.watches.size()).toBe(0), 20_000);
      const leave = Array.from({ length: 5 }, () =>
        watch((watcher) => watcher.watchRepository(repo, () => {})),
      );
      expect(world.side.watches.size()).toBe(1);
      for (const go of leave) {
        go();
        go();
      }
      expect(world.side.watches.size()).toBe(1);
      await eventually(() => expect(world.side.watches.size()).toBe(0), 20_000);
    }, 30_000);
  });

  describe('elsewhere, within 10 s', () => {
    it('what the event stream never tells reaches the Deck of whoever may read it', async () => {
      const [ada, mallory] = [ear(), ear()];
      const adaIs = await world.caller('ada');
      const malloryIs = await world.caller('mallory');
      watch((watcher) => watcher.watchDeck(adaIs, ada.listener));
      watch((watcher) => watcher.watchDeck(malloryIs, mallory.listener));
      // A repository nobody looks at.
      await eventually(() => expect(world.side.watches.size()).toBe(0), 20_000);
      const admin = world.asAda();
      let number = 0;
      const took = [
        await delay(
          ada,
          () => {
            number = push('acme/infra', 'Held elsewhere');
          },
          (one) => one.build.number === number && one.build.status === 'approval',
          10_000,
        ),
        await delay(
          ada,
          () => admin.decline('acme/infra', number, null),
          (one) => one.build.number === number && one.build.status === 'declined',
          10_000,
        ),
      ];
      const held = async (message: string) => {
        number = push('acme/infra', message);
        await eventually(() => expect(ada.of('acme/infra', number).length).toBeGreaterThan(0), 10_000);
      };
      await held('Approved elsewhere');
      took.push(
        await delay(
          ada,
          async () => {
            for (const stage of [1, 2]) await admin.approve('acme/infra', number, stage);
          },
          (one) => one.build.number === number && one.build.status !== 'approval',
          10_000,
        ),
      );
      await held('Cancelled elsewhere');
      took.push(
        await delay(
          ada,
          () => admin.cancel('acme/infra', number),
          (one) => one.build.number === number && one.build.status === 'cancelled',
          10_000,
        ),
      );
      expect(world.side.watches.size()).toBe(0);
      console.log(`elsewhere: heard after ${took.map(Math.round).join(', ')} ms`);
      const declined = ada.heard.find(({ listed }) => listed?.build.status === 'declined');
      expect(declined?.listed?.cause).toMatchObject({ kind: 'declined' });
      expect(mallory.heard.filter(({ listed }) => listed?.path === 'acme/infra')).toEqual([]);
    }, 60_000);

    it('what the event stream announces reaches the Deck within 2 s: a start, an end, a cancel', async () => {
      const ada = ear();
      const adaIs = await world.caller('ada');
      watch((watcher) => watcher.watchDeck(adaIs, ada.listener));
      expect(world.side.watches.size()).toBe(0);
      const file = (command: string) =>
        `kind: pipeline\ntype: exec\nname: ci\nclone: {disable: true}\nsteps: [{name: unit, commands: [${command}]}]\n`;
      let number = 0;
      const statusIs = (status: string) => (one: ListedBuild) =>
        one.path === 'acme/load-tests' && one.build.number === number && one.build.status === status;
      const run = (command: string) => () => {
        number =
          world.sandbox.control.push({
            repo: 'acme/load-tests',
            author: 'ada',
            message: 'Announced',
            files: { '.drone.yml': file(command) },
          }).build ?? 0;
      };
      const at = () => ({ repo: 'acme/load-tests', build: number, stage: 1, step: 1 });
      const held = () => eventually(() => expect(world.sandbox.control.printed(at()).held).toBe('here'));
      const took = [await delay(ada, run('sandbox-hold here'), statusIs('running'), 2_000)];
      await held();
      const { control } = world.sandbox;
      took.push(await delay(ada, () => void control.release(at()), statusIs('success'), 2_000));
      await delay(ada, run('sandbox-hold here'), statusIs('running'), 2_000);
      await held();
      const end = () => world.asAda().cancel('acme/load-tests', number);
      took.push(await delay(ada, end, statusIs('cancelled'), 2_000));
      console.log(`announced: heard after ${took.map(Math.round).join(', ')} ms`);
    }, 30_000);

    it('hears builds again after its event stream was cut', async () => {
      const ada = ear();
      const adaIs = await world.caller('ada');
      watch((watcher) => watcher.watchDeck(adaIs, ada.listener));
      world.sandbox.control.cutStreams({ kind: 'events' });
      const number = push('acme/storefront', 'After the cut', 'grace');
      await eventually(() => expect(ada.of('acme/storefront', number).length).toBeGreaterThan(0), 10_000);
    }, 20_000);
  });
});

describe('a service account that is no administrator', () => {
  let world: BuildsWorld;
  beforeAll(async () => {
    // A reader of acme's repositories, who knows nothing of mobile/ios-wallet.
    world = await buildsWorld({
      serviceIs: 'linus',
      intervals: { graceMs: 300, openMs: 500, catalogMs: 1_000 },
    });
    await world.link('grace');
    world.side.watcher.start();
  }, 60_000);
  afterAll(() => world.stop());

  it('finds new builds by the counters, and ends of waiting ones by asking for them', async () => {
    const linus = await world.caller('linus');
    const heard = ear();
    const end = world.side.watcher.watchDeck(linus, heard.listener);
    await eventually(() => expect(world.side.catalog.last('drone')?.whole).toBe(false));
    await eventually(async () => {
      const id = world.side.catalog.last('drone')?.byPath.get('acme/infra')?.forgeRepoId ?? '';
      expect(await world.side.index.newest('drone', id)).not.toBeNull();
    });
    const number =
      world.sandbox.control.push({ repo: 'acme/infra', author: 'wei', message: 'Held' }).build ?? 0;
    const statuses = () => heard.of('acme/infra', number).map(({ listed }) => listed?.build.status);
    await eventually(() => expect(statuses()).toContain('approval'), 10_000);
    await world.asAda().decline('acme/infra', number, null);
    await eventually(() => expect(statuses()).toContain('declined'), 10_000);
    end();
  }, 40_000);

  it('is made up for by the viewers’ own accounts', async () => {
    const grace = await world.caller('grace');
    const { items } = await world.side.repositories.list(grace, {
      show: 'active',
      sort: 'name',
      from: 0,
      limit: 100,
    });
    expect(items.map((one) => one.path)).toContain('mobile/ios-wallet');
    const repo = await world.open('grace', 'mobile/ios-wallet', toRead);
    const heard = ear();
    const end = world.side.watcher.watchRepository(repo, heard.listener);
    await eventually(() =>
      expect(world.side.live.open('drone', 'mobile/ios-wallet').length).toBeGreaterThan(0),
    );
    const number =
      world.sandbox.control.push({ repo: 'mobile/ios-wallet', author: 'grace', message: 'Mine' }).build ?? 0;
    await eventually(() => expect(heard.of('mobile/ios-wallet', number).length).toBeGreaterThan(0), 10_000);
    // The account that sees nothing of it must not take it for purged: neither its look at what is open nor its list.
    const { calls } = world.sandbox.control.parts;
    const since = calls.counts().last;
    const looks = (match: string) =>
      calls.list({ face: 'drone', since, match }).filter(({ who, status }) => who === 'linus' && status)
        .length;
    await eventually(() => {
      expect(looks('/api/builds/incomplete|/api/repos/.+/builds/')).toBeGreaterThanOrEqual(2);
      expect(looks('/api/user/repos')).toBeGreaterThanOrEqual(2);
    }, 20_000);
    expect((await world.side.builds.list(repo, { limit: 3 })).items[0]?.build.number).toBe(number);
    expect(heard.of('mobile/ios-wallet', number).length).toBeGreaterThan(0);
    end();
  }, 40_000);
});
