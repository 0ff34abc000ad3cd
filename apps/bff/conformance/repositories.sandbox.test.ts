import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFailure } from '../src/domain/failure.ts';
import { type BuildsWorld, buildsWorld, eventually, toAdminister, toRead } from './builds-world.ts';

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (isFailure(error) ? error.code : String(error)),
  );
const everything = { show: 'all', sort: 'name', from: 0, limit: 100 } as const;

describe('repositories on the sandbox', () => {
  let world: BuildsWorld;
  beforeAll(async () => {
    world = await buildsWorld({ rate: 20 });
    for (const login of ['ada', 'grace', 'wei']) await world.link(login);
  }, 60_000);
  afterAll(() => world.stop());

  describe('lists', () => {
    it.each([
      [
        'ada',
        [
          'acme/checkout',
          'acme/docs-site',
          'acme/infra',
          'acme/load-tests',
          'acme/storefront',
          'data/etl-nightly',
          'data/warehouse',
          'mobile/ios-wallet',
        ],
        ['oss/tinyqueue'],
      ],
      // Added to the public ones too, but the forge keeps no role that everybody has.
      ['linus', ['acme/infra', 'acme/storefront'], ['acme/checkout', 'acme/load-tests', 'oss/tinyqueue']],
      ['mallory', [], ['acme/checkout', 'acme/load-tests', 'oss/tinyqueue']],
    ] as const)(
      'of %s: own ones and what is public, nothing else, not even counted',
      async (login, own, strangers) => {
        const list = await world.side.repositories.list(await world.caller(login), everything);
        const of = (mine: boolean) => list.items.filter((one) => one.mine === mine).map((one) => one.path);
        expect(of(true)).toEqual([...own]);
        expect(of(false)).toEqual([...strangers]);
        expect(list.total).toBe(own.length + strangers.length);
        for (const one of list.items) if (!one.mine) expect(one.level).toBe('read');
      },
    );

    it('say where each stands on the server', async () => {
      const { items } = await world.side.repositories.list(await world.caller('ada'), everything);
      const standing = Object.fromEntries(items.map((one) => [one.path, one.activation]));
      expect(standing).toMatchObject({
        'acme/checkout': 'active',
        'acme/docs-site': 'inactive',
        'data/warehouse': 'unknown',
      });
    });

    it('search, filter, sort and page', async () => {
      const ada = await world.caller('ada');
      const list = (query: object) => world.side.repositories.list(ada, { ...everything, ...query });
      expect((await list({ q: 'acme store' })).items.map((one) => one.path)).toEqual(['acme/storefront']);
      expect((await list({ q: '购物车' })).items.map((one) => one.path)).toEqual(['acme/checkout']);
      expect((await list({ show: 'inactive' })).items.map((one) => one.path)).toEqual([
        'acme/docs-site',
        'data/warehouse',
      ]);
      expect((await list({ server: 'other' })).total).toBe(0);
      const page = await list({ limit: 4, from: 4 });
      expect([page.items.length, page.total, page.nextFrom]).toEqual([4, 9, 8]);
      for (const path of ['acme/checkout', 'acme/infra']) {
        const repo = await world.open('ada', path);
        await world.side.builds.list(repo, { limit: 1 });
      }
      const { items } = await list({ sort: 'activity' });
      const times = items.map((one) => one.lastBuild?.createdAt ?? 0);
      expect(times).toEqual([...times].sort((a, b) => b - a));
      expect(items[0]?.lastBuild).not.toBeNull();
    });

    it('favourites', async () => {
      const repo = await world.open('linus', 'acme/infra', toRead);
      await world.side.repositories.setFavourite(repo, true);
      const list = () => world.side.repositories.list(repo.caller, { ...everything, show: 'favourites' });
      expect((await list()).items).toMatchObject([{ path: 'acme/infra', favourite: true }]);
      expect((await world.side.deck.get(repo.caller)).favourites).toMatchObject([{ path: 'acme/infra' }]);
      await world.side.repositories.setFavourite(repo, false);
      expect((await list()).items).toEqual([]);
    });

    it('search finds public ones of others and hides what is private on either side', async () => {
      const mallory = await world.caller('mallory');
      const found = (text: string) => world.side.repositories.search(mallory, text);
      expect(await found('check')).toMatchObject([
        { path: 'acme/checkout', mine: false, private: false, level: 'read', activation: 'active' },
      ]);
      expect(await found('infra')).toEqual([]);
      // Public on the forge, private on the CI server, and no role: hidden.
      const repo = world.sandbox.world.ci.repositoryBySlug('acme/load-tests');
      if (!repo) throw new Error('load-tests');
      repo.visibility = 'private';
      world.side.catalog.expire('drone');
      expect(await found('load')).toEqual([]);
      expect(
        (await world.side.repositories.list(mallory, everything)).items.map((one) => one.path),
      ).not.toContain('acme/load-tests');
      repo.visibility = 'public';
      world.side.catalog.expire('drone');
    });

    it('branches come from the forge, the default one first', async () => {
      const repo = await world.open('grace', 'acme/checkout', toRead);
      world.sandbox.control.branch({ repo: 'acme/checkout', branch: 'a-first' });
      const branches = await world.side.repositories.branches(repo);
      expect(branches[0]).toMatchObject({ name: 'main' });
      expect(branches.map((one) => one.name)).toContain('a-first');
    });
  });

  describe('activation', () => {
    it('of one the server has never heard of reports sync, find, enable and hook', async () => {
      const repo = await world.open('ada', 'data/warehouse', toAdminister);
      expect((await world.side.repositories.get(repo)).permits).toMatchObject({
        activate: null,
        deactivate: 'needs-active',
      });
      const report = await world.side.repositories.activate(repo);
      expect(report.steps.map((step) => [step.name, step.state])).toEqual([
        ['sync', 'done'],
        ['find', 'done'],
        ['enable', 'done'],
        ['hook', 'done'],
      ]);
      expect(report.repository).toMatchObject({
        path: 'data/warehouse',
        activation: 'active',
        permits: { activate: 'already-active' },
      });
      // Owned by the person, not by the console's account: it must be able to clone.
      expect(world.sandbox.world.ci.repositoryBySlug('data/warehouse')?.userId).toBe(
        world.sandbox.world.ci.user('ada')?.id,
      );
      const { items } = await world.side.repositories.list(repo.caller, everything);
      expect(items.find((one) => one.path === 'data/warehouse')?.activation).toBe('active');
    });

    it('of a known one skips the sync; off and on again', async () => {
      const off = await world.side.repositories.deactivate(
        await world.open('ada', 'data/warehouse', toAdminister),
      );
      expect(off.activation).toBe('inactive');
      const again = await world.side.repositories.activate(
        await world.open('ada', 'data/warehouse', toAdminister),
      );
      expect(again.steps.map((step) => step.state)).toEqual(['skipped', 'done', 'done', 'done']);
      const rows = await world.store.audit.recent(10);
      expect(rows.map((row) => row.action)).toEqual(
        expect.arrayContaining(['repository.activate', 'repository.deactivate']),
      );
      expect(
        rows.filter((row) => row.action.startsWith('repository.')).every((row) => row.as === 'account'),
      ).toBe(true);
    });

    it('that fails says at which step and with the server’s words, and is refused in the audit', async () => {
      const repo = await world.open('ada', 'acme/docs-site', toAdminister);
      world.sandbox.control.addFault({
        face: 'drone',
        match: '^POST /api/repos/acme/docs-site$',
        status: 500,
        body: '{"message":"cannot create the hook"}',
      });
      const report = await world.side.repositories.activate(repo);
      world.sandbox.control.clearFaults();
      expect(report.steps.at(-1)).toMatchObject({
        name: 'enable',
        state: 'failed',
        raw: expect.stringContaining('cannot create the hook'),
      });
      expect(report.repository?.activation).toBe('inactive');
      expect((await world.store.audit.recent(1))[0]?.answer).toBe('{"failed":"enable"}');
    });

    it('needs an account of one’s own and admin', async () => {
      expect(await codeOf(world.open('linus', 'acme/checkout', toAdminister))).toBe('needs_admin');
      const detail = await world.side.repositories.get(await world.open('linus', 'acme/checkout', toRead));
      expect(detail.permits).toMatchObject({
        deactivate: 'needs-admin',
        start: 'needs-write',
        listSecrets: 'needs-write',
      });
    });

    it('repairs and takes ownership', async () => {
      const repo = await world.open('grace', 'mobile/ios-wallet', toAdminister);
      expect(await world.side.repositories.repair(repo)).toMatchObject({ activation: 'active' });
      await world.side.repositories.takeOwnership(repo);
      expect(world.sandbox.world.ci.repositoryBySlug('mobile/ios-wallet')?.userId).toBe(
        world.sandbox.world.ci.user('grace')?.id,
      );
    });
  });

  describe('settings', () => {
    it('are kept and shown', async () => {
      const repo = await world.open('grace', 'mobile/ios-wallet', toAdminister);
      const after = await world.side.repositories.changeSettings(repo, {
        ignoreForks: true,
        pipelineFile: '.ci/build.yml',
      });
      expect(after.values).toMatchObject({ ignoreForks: true, pipelineFile: '.ci/build.yml' });
      const again = await world.side.repositories.settings(
        await world.open('grace', 'mobile/ios-wallet', toRead),
      );
      expect(again.values).toMatchObject({ ignoreForks: true, pipelineFile: '.ci/build.yml' });
      await world.side.repositories.changeSettings(repo, { pipelineFile: '.drone.yml', ignoreForks: false });
    });

    it('of the server’s administrators are refused to others and never sent', async () => {
      const repo = await world.open('grace', 'mobile/ios-wallet', toAdminister);
      const before = world.sandbox.control.parts.calls
        .list()
        .filter((call) => call.method === 'PATCH').length;
      for (const change of [
        { trusted: true },
        { timeoutMinutes: 5 },
        { concurrentBuilds: 1 },
        { buildCounter: 900 },
      ]) {
        expect(await codeOf(world.side.repositories.changeSettings(repo, change))).toBe(
          'needs_ci_administrator',
        );
      }
      expect(world.sandbox.control.parts.calls.list().filter((call) => call.method === 'PATCH')).toHaveLength(
        before,
      );
      expect((await world.side.repositories.settings(repo)).permits).toMatchObject({
        trusted: 'needs-ci-administrator',
        protected: null,
      });
    });

    it('that the server answers 200 to and drops are told', async () => {
      const repo = await world.open('ada', 'acme/checkout', toAdminister);
      // An administrator by our records whose account lost that right on the server.
      const user = world.sandbox.world.ci.user('ada');
      if (!user) throw new Error('ada');
      user.admin = false;
      const result = await world.side.repositories
        .changeSettings(repo, { trusted: true, timeoutMinutes: 7 })
        .catch((error: unknown) => error);
      user.admin = true;
      expect(isFailure(result, 'changed_meanwhile') && Object.keys(result.facts.fields ?? {})).toEqual([
        'trusted',
        'timeoutMinutes',
      ]);
      const after = await world.side.repositories.changeSettings(repo, { timeoutMinutes: 7 });
      expect(after.values.timeoutMinutes).toBe(7);
    });
  });

  describe('a CI server that is down', () => {
    it('leaves the lists with their last good data, and says since when', async () => {
      const ada = await world.caller('ada');
      const repo = await world.open('ada', 'acme/checkout', toRead);
      const before = await world.side.repositories.list(ada, everything);
      const builds = await world.side.builds.list(repo, { limit: 5 });
      const number = builds.items[0]?.build.number ?? 0;
      await world.side.builds.get(repo, number);
      world.side.catalog.expire('drone');
      world.sandbox.control.addFault({ face: 'drone', refuse: true });
      try {
        const after = await world.side.repositories.list(ada, everything);
        expect(after.items.map((one) => [one.path, one.activation])).toEqual(
          before.items.map((one) => [one.path, one.activation]),
        );
        expect(after.servers).toMatchObject([{ id: 'drone', ok: false, code: 'ci_unreachable' }]);
        expect(after.servers[0]?.lastGoodAt).toBeGreaterThan(0);
        expect(after.asOf).toBeLessThanOrEqual(before.asOf + 60_000);
        expect(
          (await world.side.builds.list(repo, { limit: 5 })).items.map((item) => item.build.number),
        ).toEqual(builds.items.map((item) => item.build.number));
        expect((await world.side.deck.get(ada)).recent.length).toBeGreaterThan(0);
      } finally {
        world.sandbox.control.clearFaults();
      }
      await eventually(async () => {
        world.side.catalog.expire('drone');
        expect((await world.side.repositories.list(ada, everything)).servers).toMatchObject([{ ok: true }]);
      }, 45_000);
    }, 60_000);
  });
});
