import { isFinished } from '@flightdeck/api-client/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFailure } from '../src/domain/failure.ts';
import type { GatedRepo } from '../src/services/context.ts';
import { type BuildsWorld, buildsWorld, eventually, toAdminister, toRead, toWrite } from './builds-world.ts';

const key = (text: string) => text.padEnd(20, '-');
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (isFailure(error) ? error.code : String(error)),
  );
/** Calls of people and the service account that changed something on the CI server. */
const writes = (world: BuildsWorld) =>
  world.sandbox.control.parts.calls
    .list()
    .filter((call) => call.face === 'drone' && call.method !== 'GET')
    .map((call) => `${call.method} ${call.path}`);

describe('builds on the sandbox', () => {
  let world: BuildsWorld;
  let ada: GatedRepo;
  let grace: GatedRepo;
  let linus: GatedRepo;
  beforeAll(async () => {
    world = await buildsWorld({ rate: 20 });
    for (const login of ['ada', 'grace']) await world.link(login);
    ada = await world.open('ada', 'acme/checkout', toWrite);
    grace = await world.open('grace', 'acme/checkout', toWrite);
    linus = await world.open('linus', 'acme/checkout', toRead);
  }, 60_000);
  afterAll(() => world.stop());

  const ended = (repo: GatedRepo, number: number) =>
    eventually(async () => {
      const view = await world.side.builds.get(repo, number);
      expect(isFinished(view.build.status)).toBe(true);
      return view;
    });

  describe('lists', () => {
    it('shows the newest at once and fills the rest behind', async () => {
      const first = await world.side.builds.list(ada, { limit: 20 });
      expect(first.items).toHaveLength(20);
      expect(first.nextBefore).toBe(first.items.at(-1)?.build.number);
      await eventually(async () => {
        expect((await world.side.builds.list(ada, { limit: 1 })).reach).toMatchObject({
          complete: true,
          oldest: 1,
        });
      });
    });

    it('pages to the end without a hole or a double', async () => {
      const numbers: number[] = [];
      let before: number | undefined;
      for (;;) {
        const page = await world.side.builds.list(ada, { limit: 33, before });
        numbers.push(...page.items.map((item) => item.build.number));
        if (page.nextBefore === null) break;
        before = page.nextBefore;
      }
      const all = world.sandbox.control.state().find((one) => one.slug === 'acme/checkout')?.builds ?? [];
      expect(numbers).toEqual(all.map((one) => one.number).sort((a, b) => b - a));
      expect(all.length).toBeGreaterThan(200);
    });

    it('filters by what the server cannot: event, status, author, branch', async () => {
      for (const filter of [
        { event: 'promote' as const },
        { status: 'failure' as const },
        { author: 'grace' },
        { branch: 'main', status: 'success' as const, author: 'wei' },
      ]) {
        const { items } = await world.side.builds.list(ada, { limit: 100, ...filter });
        expect(items.length).toBeGreaterThan(0);
        for (const { build } of items) {
          if (filter.event) expect(build.event).toBe(filter.event);
          if (filter.status) expect(build.status).toBe(filter.status);
          if (filter.author) expect(build.author.login).toBe(filter.author);
          if (filter.branch) expect(build.branch).toBe(filter.branch);
        }
      }
      const { authors, branches } = await world.side.builds.list(ada, { limit: 1 });
      expect(authors).toEqual(expect.arrayContaining(['ada', 'grace', 'wei']));
      expect(branches).toContain('main');
    });

    it('a repository that the server does not know has an empty list', async () => {
      const repo = await world.open('ada', 'data/warehouse', toRead);
      expect(await world.side.builds.list(repo, { limit: 10 })).toMatchObject({
        items: [],
        nextBefore: null,
      });
    });
  });

  it('builds that were purged on the server go from the index too', async () => {
    const repo = await world.open('ada', 'acme/storefront', toRead);
    await eventually(async () => {
      expect((await world.side.builds.list(repo, { limit: 1 })).reach.complete).toBe(true);
    });
    const token = world.sandbox.world.ci.user('ada')?.token;
    const address = `${world.sandbox.urls.drone}/api/repos/acme/storefront/builds?before=11`;
    const answer = await fetch(address, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(204);
    expect(await codeOf(world.side.builds.get(repo, 5))).toBe('not_found');
    await eventually(async () => {
      const page = await world.side.builds.list(repo, { limit: 100, before: 60 });
      expect(page.items.at(-1)?.build.number).toBe(11);
      expect(page.reach).toMatchObject({ oldest: 11, complete: true });
    });
    expect((await world.side.builds.get(repo, 11)).older).toBeNull();
  });

  describe('one build', () => {
    it('opens where it broke, says why, and links to the forge', async () => {
      const { items } = await world.side.builds.list(ada, { limit: 100, status: 'failure' });
      const view = await world.side.builds.get(ada, items[0]?.build.number ?? 0);
      const stage = view.build.stages.find((one) => one.number === view.opensAt?.stage);
      const step = stage?.steps.find((one) => one.number === view.opensAt?.step);
      expect(step).toMatchObject({ status: 'failure', ignoresFailure: false });
      expect(view.cause).toMatchObject({ step: step?.name, exitCode: step?.exitCode });
      expect(view.links.commit).toBe(`${world.sandbox.urls.gitea}/acme/checkout/commit/${view.build.commit}`);
      expect(view.older).toBe(view.build.number - 1);
      expect(view.newer).toBe(view.build.number + 1);
    });

    it.each([
      ['acme/checkout', 'custom'],
      ['acme/checkout', 'tag'],
      ['data/etl-nightly', 'cron'],
    ] as const)('of %s, %s: links to its commit on the forge, where there is one', async (path, event) => {
      const repo = await world.open('ada', path, toRead);
      const build = await eventually(async () => {
        const { items } = await world.side.builds.list(repo, { limit: 1, event });
        expect(items[0]?.build.event).toBe(event);
        return items[0]?.build.number ?? 0;
      });
      const { links, build: full } = await world.side.builds.get(repo, build);
      expect(links.commit).toBe(`${world.sandbox.urls.gitea}/${path}/commit/${full.commit}`);
      // Who is not signed in on the forge sees what is public.
      const page = await fetch(links.commit, { redirect: 'manual' });
      expect(page.status).toBe(path === 'acme/checkout' ? 200 : 404);
      // Never the server's own link, which leads to the forge's API or nowhere.
      expect(Object.values(links).filter((link) => link?.includes('/api/'))).toEqual([]);
    });

    it('that is not there is not found, and asks for nothing else', async () => {
      expect(await codeOf(world.side.builds.get(ada, 99_999))).toBe('not_found');
    });
  });

  describe('starting', () => {
    it('one build for one key, however often and however close together', async () => {
      const input = { key: key('start-twice'), branch: 'main', parameters: { DEPTH: '7' } };
      const [a, b] = await Promise.all([
        world.side.builds.start(grace, input),
        world.side.builds.start(grace, input),
      ]);
      expect(a).toEqual(b);
      expect(await world.side.builds.start(grace, input)).toEqual(a);
      const view = await world.side.builds.get(grace, a.number ?? 0);
      expect(view.build).toMatchObject({ event: 'custom', startedBy: 'grace', parameters: { DEPTH: '7' } });
      const { items } = await world.side.builds.list(grace, { limit: 10, event: 'custom' });
      expect(items.filter((item) => item.build.parameters.DEPTH === '7')).toHaveLength(1);
      expect(items[0]?.build.number).toBe(a.number);
    });

    it('another request under the same key is refused', async () => {
      const input = { key: key('start-twice'), branch: 'main', parameters: { DEPTH: '3' } };
      expect(await codeOf(world.side.builds.start(grace, input))).toBe('key_reused');
    });

    it('says in words that nothing matched, and does so again for the same key', async () => {
      const only =
        'kind: pipeline\ntype: exec\nname: only\ntrigger: {event: [push]}\nsteps: [{name: a, commands: [echo]}]\n';
      await world.side.repositories.activate(await world.open('ada', 'acme/docs-site', toAdminister));
      world.sandbox.control.push({
        repo: 'acme/docs-site',
        author: 'ada',
        message: 'Only pushes',
        files: { '.drone.yml': only },
      });
      const repo = await world.open('ada', 'acme/docs-site', toWrite);
      const input = { key: key('nothing'), branch: 'main', parameters: {} };
      for (let at = 0; at < 2; at++) {
        expect(await world.side.builds.start(repo, input)).toEqual({ outcome: 'nothing', number: null });
      }
      expect((await world.store.audit.recent(1))[0]).toMatchObject({
        action: 'build.start',
        outcome: 'done',
        answer: '{"build":null}',
      });
    });

    it('is not for readers', async () => {
      const docs = await world.open('ada', 'oss/tinyqueue', toRead);
      expect(docs.level).toBe('read');
      expect(
        await codeOf(world.side.builds.start(docs, { key: key('no-right'), branch: 'main', parameters: {} })),
      ).toBe('needs_write');
    });

    it('a branch that is not there', async () => {
      const input = { key: key('no-branch'), branch: 'nope', parameters: {} };
      expect(await codeOf(world.side.builds.start(grace, input))).toBe('not_found');
      expect(await codeOf(world.side.builds.start(grace, input))).toBe('ci_refused');
    });

    it('an answer that got lost is found on the server, and no second build is started', async () => {
      const before = (await world.side.builds.list(ada, { limit: 1 })).items[0]?.build.number ?? 0;
      const lost = { ...ada, speaker: { ...ada.speaker, client: { ...ada.speaker.client } } };
      lost.speaker.client.restart = async (...request) => {
        await ada.speaker.client.restart(...request);
        const { Failure } = await import('../src/domain/failure.ts');
        throw new Failure('outcome_uncertain', 'cut');
      };
      const input = { key: key('lost-answer'), parameters: { LOST: 'yes' }, debug: false };
      const outcome = await world.side.builds.restart(lost, 1, input);
      expect(outcome).toEqual({ outcome: 'started', number: before + 1 });
      expect(await world.side.builds.restart(lost, 1, input)).toEqual(outcome);
      expect((await world.side.builds.list(ada, { limit: 1 })).items[0]?.build.number).toBe(before + 1);
    });
  });

  describe('restart and cancel', () => {
    it('restarts with parent and person, audited', async () => {
      const { number } = await world.side.builds.restart(grace, 3, {
        key: key('restart-3'),
        parameters: {},
        debug: false,
      });
      const view = await world.side.builds.get(grace, number ?? 0);
      expect(view.build).toMatchObject({ parent: 3, startedBy: 'grace' });
      const rows = await world.store.audit.recent(5);
      expect(rows.find((row) => row.action === 'build.restart')).toMatchObject({
        login: 'grace',
        outcome: 'done',
        as: 'account',
        answer: JSON.stringify({ build: number }),
      });
      await world.side.builds.cancel(grace, number ?? 0);
    });

    it('cancels a running build, says who did, and a second cancel does no harm', async () => {
      const { number } = await world.side.builds.start(grace, {
        key: key('to-cancel'),
        branch: 'main',
        parameters: {},
      });
      await eventually(async () => {
        expect((await world.side.builds.get(grace, number ?? 0)).build.status).toBe('running');
      });
      const view = await world.side.builds.cancel(grace, number ?? 0);
      expect(view.build.status).toBe('cancelled');
      expect(view.build.stages.every((stage) => isFinished(stage.status))).toBe(true);
      expect(view.cause).toMatchObject({ kind: 'cancelled', by: 'grace' });
      expect(view.permits.cancel).toBe('not-running');
      const calls = writes(world).length;
      expect((await world.side.builds.cancel(grace, number ?? 0)).build.status).toBe('cancelled');
      expect(writes(world)).toHaveLength(calls);
    });

    it('a reader may do nothing, and the CI server hears nothing of it', async () => {
      const calls = writes(world).length;
      const { number } = (await world.side.builds.list(linus, { limit: 1 })).items[0]?.build ?? { number: 0 };
      expect(
        await codeOf(
          world.side.builds.restart(linus, number, { key: key('r'), parameters: {}, debug: false }),
        ),
      ).toBe('needs_write');
      expect(
        await codeOf(world.side.builds.start(linus, { key: key('s'), branch: 'main', parameters: {} })),
      ).toBe('needs_write');
      expect(writes(world)).toHaveLength(calls);
      const { permits } = await world.side.builds.get(linus, number);
      expect(permits).toMatchObject({ restart: 'needs-write', promote: 'needs-write' });
    });
  });

  describe('approval', () => {
    const held = async (message: string) => {
      const { build } = world.sandbox.control.push({ repo: 'acme/infra', author: 'wei', message });
      const repo = await world.open('ada', 'acme/infra', toWrite);
      return { repo, number: build ?? 0, view: await world.side.builds.get(repo, build ?? 0) };
    };

    it('says that it waits, by whom, and whether for you', async () => {
      const { repo, number, view } = await held('Change the gateway');
      expect(view.build.status).toBe('approval');
      expect(view.waits[0]).toMatchObject({ kind: 'approval', you: true, because: 'protected' });
      const approversFor = async (login: string) => {
        const { waits } = await world.side.builds.get(await world.open(login, 'acme/infra', toRead), number);
        return waits.flatMap((one) => (one.kind === 'approval' ? one.approvers : [])).map((one) => one.login);
      };
      expect(await approversFor('wei')).toContain('ada');
      // Of the one who asks, `you` tells.
      expect(await approversFor('ada')).not.toContain('ada');
      expect(view.permits.approve).toBeNull();
      const listed = await world.side.builds.list(repo, { limit: 5 });
      expect(listed.items.find((item) => item.build.number === number)).toMatchObject({
        build: { status: 'approval' },
        waits: { kind: 'approval' },
      });
      expect(
        (await world.side.builds.list(repo, { limit: 50, status: 'approval' })).items.map(
          (item) => item.build.number,
        ),
      ).toContain(number);
      const writer = await world.open('wei', 'acme/infra', toWrite);
      const his = await world.side.builds.get(writer, number);
      expect(his.waits[0]).toMatchObject({ kind: 'approval', you: false });
      expect(his.permits).toMatchObject({
        approve: 'needs-approver',
        restart: 'needs-approver',
        promote: 'needs-approver',
      });
    });

    it('a writer’s restart of it is refused and never sent; an approver’s is not', async () => {
      const { repo, number } = await held('Guarded change');
      const writer = await world.open('wei', 'acme/infra', toWrite);
      const calls = writes(world).length;
      const input = { key: key('bypass'), parameters: {}, debug: false };
      expect(await codeOf(world.side.builds.restart(writer, number, input))).toBe('awaiting_approval');
      expect(await codeOf(world.side.builds.approve(writer, number, { commit: 'x' }))).toBe(
        'changed_meanwhile',
      );
      expect(writes(world)).toHaveLength(calls);
      const outcome = await world.side.builds.restart(repo, number, { ...input, key: key('approver') });
      expect(outcome.outcome).toBe('started');
    });

    it('approves every held stage, one by one, and refuses another commit', async () => {
      const { repo, number, view } = await held('To be approved');
      expect(await codeOf(world.side.builds.approve(repo, number, { commit: `${view.build.commit}0` }))).toBe(
        'changed_meanwhile',
      );
      const calls = writes(world).length;
      const after = await world.side.builds.approve(repo, number, { commit: view.build.commit });
      expect(after.build.status).not.toBe('approval');
      expect(writes(world).slice(calls)).toHaveLength(view.build.stages.length);
      expect(await codeOf(world.side.builds.approve(repo, number, { commit: view.build.commit }))).toBe(
        'not_waiting',
      );
      expect((await ended(repo, number)).build.status).toBe('success');
    });

    it('declines the whole build, by name', async () => {
      const { repo, number, view } = await held('To be declined');
      const after = await world.side.builds.decline(repo, number, { commit: view.build.commit });
      expect(after.build.status).toBe('declined');
      expect(after.cause).toMatchObject({ kind: 'declined', by: 'ada' });
      expect(after.permits.restart).toBe('not-supported');
    });

    it('declines the rest after one stage was approved', async () => {
      const { repo, number, view } = await held('Half approved');
      await world.side.builds.approve(repo, number, { commit: view.build.commit, stage: 1 });
      const after = await world.side.builds.decline(repo, number, { commit: view.build.commit });
      expect(after.build.status).toBe('declined');
    });

    it('tries once more when two writers collide on the server', async () => {
      const { repo, number, view } = await held('Collision');
      const collide = (times: number) =>
        world.sandbox.control.addFault({
          face: 'drone',
          match: `^POST /api/repos/acme/infra/builds/${number}/approve/1`,
          status: 500,
          body: '{"message":"Optimistic Lock Error"}',
          times,
        });
      collide(1);
      const after = await world.side.builds.approve(repo, number, { commit: view.build.commit });
      expect(after.build.status).not.toBe('approval');
      world.sandbox.control.clearFaults();
    });

    it('says what was done and what not when it fails half way', async () => {
      const { repo, number, view } = await held('Half way');
      world.sandbox.control.addFault({
        face: 'drone',
        match: `^POST /api/repos/acme/infra/builds/${number}/approve/2`,
        status: 500,
        body: '{"message":"database is locked"}',
      });
      const error = await world.side.builds
        .approve(repo, number, { commit: view.build.commit })
        .catch((e: unknown) => e);
      world.sandbox.control.clearFaults();
      expect(isFailure(error) && error.code).toMatch(/ci_error|outcome_uncertain/);
      expect(isFailure(error) && error.message).toContain('Done for plan, but not for apply');
      const now = await world.side.builds.get(repo, number);
      expect(now.build.stages.map((stage) => stage.status === 'approval')).toEqual([false, true]);
    });
  });
});

describe('the Deck’s failures', () => {
  let world: BuildsWorld;
  beforeAll(async () => {
    world = await buildsWorld({ rate: 20, intervals: { openMs: 300, catalogMs: 300 } });
    await world.link('ada');
    world.side.watcher.start();
  }, 60_000);
  afterAll(() => world.stop());

  it('are the newest of each branch, with what broke them, until a newer one passes', async () => {
    const file = (command: string) =>
      `kind: pipeline\ntype: exec\nname: ci\nclone: {disable: true}\nsteps: [{name: lint, failure: ignore, commands: [exit 1]}, {name: unit, commands: [${command}]}]\n`;
    const push = (command: string) =>
      world.sandbox.control.push({
        repo: 'acme/load-tests',
        branch: 'work',
        author: 'ada',
        message: 'Try',
        files: { '.drone.yml': file(command) },
      }).build ?? 0;
    const failed = async () =>
      (await world.side.deck.get(await world.caller('ada'))).failed.filter(
        (one) => one.path === 'acme/load-tests',
      );
    world.sandbox.control.branch({ repo: 'acme/load-tests', branch: 'work' });
    const numbers = [push('exit 3'), push('exit 4')];
    await eventually(async () => {
      const [one, ...more] = await failed();
      expect(more).toEqual([]);
      expect(one).toMatchObject({
        build: { number: numbers[1], status: 'failure' },
        cause: { kind: 'exit-code', exitCode: 4, step: 'unit', ignoredSteps: ['lint'] },
      });
    });
    push('echo fine');
    await eventually(async () => expect(await failed()).toEqual([]));
  }, 30_000);
});

describe('why builds wait, and that one is silent', () => {
  let world: BuildsWorld;
  beforeAll(async () => {
    world = await buildsWorld();
    await world.link('ada');
    world.side.watcher.start();
    await eventually(() => expect(world.side.live.open('drone').length).toBeGreaterThanOrEqual(8));
  }, 60_000);
  afterAll(() => world.stop());

  const builds = async (login: string, part: 'waiting' | 'running') =>
    (await world.side.deck.get(await world.caller(login)))[part];

  it('the Deck puts what waits for me first and says why each waits', async () => {
    await eventually(async () => {
      const [first, ...rest] = await builds('ada', 'waiting');
      expect(first).toMatchObject({
        path: 'acme/infra',
        waits: { kind: 'approval', you: true },
        permits: { approve: null },
      });
      expect(rest.find((one) => one.path === 'data/etl-nightly')?.waits).toMatchObject({
        kind: 'concurrency-limit',
        limit: 1,
        behind: [{ waiting: false }],
      });
      // Its runner was killed two days before: earlier builds tell since when.
      const wallet = rest.find((one) => one.path === 'mobile/ios-wallet')?.waits;
      expect(wallet).toMatchObject({ kind: 'no-runner', platform: { os: 'darwin', arch: 'arm64' } });
      const since = wallet?.kind === 'no-runner' ? (wallet.since ?? 0) : 0;
      expect(world.clock.now() - since).toBeGreaterThan(2 * 24 * 3_600_000);
    });
  });

  it('a reader hears that it waits for others', async () => {
    const waiting = await builds('linus', 'waiting');
    expect(waiting.map((one) => one.path)).toEqual(['acme/infra']);
    expect(waiting[0]).toMatchObject({
      waits: { kind: 'approval', you: false },
      permits: { approve: 'needs-approver' },
    });
  });

  it('a step whose runner died is silent since its last line; one that works is not', async () => {
    await eventually(async () => {
      const running = await builds('ada', 'running');
      const dead = running.find((one) => one.path === 'data/etl-nightly');
      expect(dead?.silence).toMatchObject({ runner: 'exec-basement', step: 'extract' });
      const last = world.sandbox.control.printed({
        repo: 'data/etl-nightly',
        build: dead?.build.number ?? 0,
        stage: 1,
        step: 2,
      });
      const spoke = (last.records.at(-1)?.time ?? 0) * 1000;
      const repo = await world.open('ada', 'data/etl-nightly', toRead);
      const { build } = await world.side.builds.get(repo, dead?.build.number ?? 0);
      expect(dead?.silence?.since).toBe((build.stages[0]?.steps[1]?.startedAt ?? 0) + spoke);
      expect(running.find((one) => one.path === 'acme/storefront')?.silence).toBeNull();
    });
  });

  it('a cancel ends the build whose runner died, and lets the next one go', async () => {
    const repo = await world.open('ada', 'data/etl-nightly', toWrite);
    const { items } = await world.side.builds.list(repo, { limit: 10 });
    const [dead, next] = [
      items.find((item) => item.build.status === 'running')?.build.number ?? 0,
      items.find((item) => item.build.status === 'waiting')?.build.number ?? 0,
    ];
    expect(next).toBeGreaterThan(dead);
    expect((await world.side.builds.cancel(repo, dead)).build.status).toBe('cancelled');
    await eventually(async () => {
      expect((await world.side.builds.get(repo, next)).build.status).toBe('running');
    });
  });

  it('all runners busy: behind what may be read by the one who asks, the rest only counted', async () => {
    const push = (repo: string) =>
      world.sandbox.control.push({ repo, author: 'ada', message: 'Fill' }).build ?? 0;
    // The one docker runner takes two; a private repository has them.
    await eventually(() =>
      expect(world.sandbox.control.runners().find((one) => one.name === 'docker1')?.capacity).toBe(2),
    );
    const [taken, behind] = [push('acme/storefront'), push('acme/storefront')];
    const docker = (await world.open('ada', 'acme/storefront', toRead)).path;
    const file =
      'kind: pipeline\ntype: docker\nname: docs\nsteps: [{name: a, image: alpine, commands: [echo]}]\n';
    await world.side.repositories.activate(await world.open('ada', 'acme/docs-site', toAdminister));
    const docs = world.sandbox.control.push({
      repo: 'acme/docs-site',
      author: 'ada',
      message: 'Docs',
      files: { '.drone.yml': file },
    });
    const busy = async (login: string) => {
      const repo = await world.open(login, 'acme/docs-site', toRead);
      return (await world.side.builds.get(repo, docs.build ?? 0)).waits[0];
    };
    const numbers = await eventually(async () => {
      const seen = await busy('ada');
      expect(seen).toMatchObject({ kind: 'runners-busy', runners: ['docker1'], hidden: 0 });
      const found = seen?.kind === 'runners-busy' ? seen.behind.map((one) => one.number) : [];
      expect(found).toContain(taken);
      return found;
    });
    expect(numbers).not.toContain(behind);
    // mallory may read acme/docs-site, which is public, and knows nothing of the shop.
    const told = await busy('mallory');
    expect(told).toMatchObject({ kind: 'runners-busy', behind: [], hidden: numbers.length });
    expect(JSON.stringify(told)).not.toContain(docker);
  });
});
