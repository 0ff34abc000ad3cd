import { buildHeadSchema, buildSchema, type Capability, isFinished } from '@flightdeck/api-client/model';
import { describe, expect, test } from 'vitest';
import {
  type Abilities,
  clients,
  controlOf,
  expectFailure,
  type Get,
  hiddenOrForbidden,
  until,
} from './harness.ts';

export function builds(abilities: Abilities, get: Get): void {
  const writes = test.skipIf(!abilities.writes);
  const roles = test.skipIf(!abilities.roles);
  const control = test.skipIf(!abilities.control);
  const start = { branch: 'main', parameters: {} };
  const can = (capability: Capability) => get().server.declaration.capabilities.includes(capability);

  /** The newest build of the repository. */
  const newest = async () => {
    const [head] = await clients(get()).administrator.builds(get().repo, 1, 1);
    return head ?? expect.fail('the repository has no builds');
  };
  const statusOf = async (path: string, number: number) =>
    (await clients(get()).administrator.build(path, number))?.status ?? 'unknown';

  /** Ends what a test has begun; what no runner has taken yet is waited for where it cannot be cancelled. */
  const end = async (path: string, number: number) => {
    const { administrator } = clients(get());
    if (!can('cancel-waiting')) {
      await until(get(), async () => {
        const build = await administrator.build(path, number);
        return build !== null && build.status !== 'waiting' && build.status !== 'approval';
      });
    }
    await administrator.cancel(path, number);
  };

  describe('reading builds', () => {
    test('newest first, page by page, without overlap, to the end', async () => {
      const { administrator } = clients(get());
      const first = await administrator.builds(get().repo, 1, 2);
      const second = await administrator.builds(get().repo, 2, 1);
      const numbers = first.map((head) => head.number);
      expect(numbers).toHaveLength(2);
      expect([...numbers].sort((a, b) => b - a)).toEqual(numbers);
      expect(second.map((head) => head.number)).toEqual([numbers[1]]);
      await expect(administrator.builds(get().repo, 100_000, 100)).resolves.toEqual([]);
    });

    test('every head and every build is one of the model', async () => {
      const { administrator } = clients(get());
      const heads = await administrator.builds(get().repo, 1, 30);
      const { events } = get().server.declaration;
      for (const head of heads) {
        expect(buildHeadSchema.parse(head)).toEqual(head);
        expect([...events, 'unknown']).toContain(head.event);
      }
      for (const head of heads.slice(0, 10)) {
        const build = await administrator.build(get().repo, head.number);
        expect(buildSchema.parse(build)).toEqual(build);
        expect(build).toMatchObject({ number: head.number, commit: head.commit, event: head.event });
        if (isFinished(head.status)) expect(build?.status).toBe(head.status);
      }
    });

    test('one that is not there is null', async () => {
      const { administrator } = clients(get());
      await expect(administrator.build(get().repo, 999_999)).resolves.toBeNull();
      await expect(administrator.build(`${get().repo}-not`, 1)).resolves.toBeNull();
    });
  });

  describe('acting on builds', () => {
    writes('a cancel ends what runs, once', async () => {
      const { administrator } = clients(get());
      const { repo } = get();
      const parent = await newest();
      const again = await administrator.restart(repo, parent.number, { parameters: {}, debug: false });
      const number = again?.number ?? 0;
      if (!can('cancel-waiting')) {
        await expectFailure(administrator.cancel(repo, number), 'not_supported');
        expect(isFinished(await statusOf(repo, number))).toBe(false);
      }
      await end(repo, number);
      await until(get(), async () => isFinished(await statusOf(repo, number)));
      expect(await statusOf(repo, number)).toBe('cancelled');
      const build = await administrator.build(repo, number);
      for (const stage of build?.stages ?? []) {
        expect(isFinished(stage.status)).toBe(true);
        for (const step of stage.steps) expect(isFinished(step.status)).toBe(true);
      }
      await administrator.cancel(repo, number);
      expect(await statusOf(repo, number)).toBe('cancelled');
    });

    writes('a start carries its parameters, and a cancel ends it', async () => {
      if (!can('start-build')) return;
      const { administrator } = clients(get());
      const { repo } = get();
      const before = await newest();
      const parameters = { FLIGHTDECK_CHECK: 'a b&c=d', _two: '' };
      const started = await administrator.start(repo, { branch: 'main', parameters });
      expect(started).toMatchObject({ number: before.number + 1, event: 'custom', parameters });
      expect(started?.startedBy).toBe(get().administrator.login);
      const number = started?.number ?? 0;
      expect((await newest()).number).toBe(number);
      await administrator.cancel(repo, number);
      await until(get(), async () => isFinished(await statusOf(repo, number)));
      expect(await statusOf(repo, number)).toBe('cancelled');
      const build = await administrator.build(repo, number);
      for (const stage of build?.stages ?? []) expect(isFinished(stage.status)).toBe(true);
      await administrator.cancel(repo, number);
      expect(await statusOf(repo, number)).toBe('cancelled');
    });

    writes('a restart is a new build of the same commit that names its parent', async () => {
      const { administrator } = clients(get());
      const { repo } = get();
      const parent = await newest();
      const kept = can('parameters-kept') ? { AGAIN: 'yes' } : {};
      const again = await administrator.restart(repo, parent.number, {
        parameters: { AGAIN: 'yes' },
        debug: can('debug'),
      });
      expect(again).toMatchObject({
        number: parent.number + 1,
        parent: can('parent-named') ? parent.number : null,
        commit: parent.commit,
        event: parent.event,
        debug: can('debug'),
        parameters: { ...parent.parameters, ...kept },
      });
      await end(repo, again?.number ?? 0);
    });

    writes('a promotion names its environment, its parent and who asked', async () => {
      const { administrator } = clients(get());
      const { repo, environment } = get();
      if (!environment) return;
      const parent = await newest();
      const request = { environment, parameters: { REGION: '亚洲' } };
      const promoted = await administrator.promote(repo, parent.number, request);
      const startedBy = can('starter-named') ? get().administrator.login : null;
      const expected = { environment, parent: parent.number, startedBy };
      expect(promoted).toMatchObject({ ...expected, event: 'promote', number: parent.number + 1 });
      if (can('parameters-kept')) expect(promoted?.parameters).toMatchObject({ REGION: '亚洲' });
      await end(repo, promoted?.number ?? 0);
      if (!get().server.declaration.capabilities.includes('rollback-event')) return;
      const back = await administrator.rollback(repo, parent.number, request);
      expect(back).toMatchObject({ ...expected, event: 'rollback', number: parent.number + 2 });
      await end(repo, back?.number ?? 0);
    });

    writes('what is not there cannot be acted on', async () => {
      const { administrator } = clients(get());
      const { repo } = get();
      const none = 999_999;
      await expectFailure(administrator.restart(repo, none, { parameters: {}, debug: false }), 'not_found');
      await expectFailure(administrator.cancel(repo, none), 'not_found');
      await expectFailure(
        administrator.promote(repo, none, { environment: 'x', parameters: {} }),
        'not_found',
      );
      if (!can('start-build')) return;
      await expectFailure(
        administrator.start(repo, { branch: 'no/such branch', parameters: {} }),
        'not_found',
      );
    });

    roles('a reader starts, restarts, cancels, promotes nothing', async () => {
      const { reader } = clients(get());
      const { repo } = get();
      const { number } = await newest();
      if (can('start-build')) await expectFailure(reader.start(repo, start), ...hiddenOrForbidden);
      await expectFailure(
        reader.restart(repo, number, { parameters: {}, debug: false }),
        ...hiddenOrForbidden,
      );
      await expectFailure(reader.cancel(repo, number), ...hiddenOrForbidden);
      const promotion = { environment: 'production', parameters: {} };
      await expectFailure(reader.promote(repo, number, promotion), ...hiddenOrForbidden);
      expect((await newest()).number).toBe(number);
    });

    control('where nothing matches there is no build, and no failure', async () => {
      const { administrator } = clients(get());
      const { path, number, environment } = controlOf(get()).nowhere;
      const [before] = await administrator.builds(path, 1, 1);
      const request = { environment, parameters: {} };
      const promoted = await administrator.promote(path, number, request);
      if (!can('rejects-unmatched')) {
        // It is made all the same. Either it has no stages and never begins, and a cancel ends it; or it runs what has
        // no condition, and nothing of the rest.
        expect(promoted).toMatchObject({ status: 'waiting', parent: number, environment });
        const made = promoted?.number ?? 0;
        await get().pause(30_000);
        const build = await administrator.build(path, made);
        if (build && build.stages.length > 0) {
          const steps = build.stages.flatMap((stage) => stage.steps.map((step) => step.name));
          expect(steps).not.toContain('deploy');
          return expect(build.status).toBe('success');
        }
        expect(build).toMatchObject({ status: 'waiting', stages: [] });
        await administrator.cancel(path, made);
        return expect(await statusOf(path, made)).toBe('cancelled');
      }
      expect(promoted).toBeNull();
      if (get().server.declaration.capabilities.includes('rollback-event')) {
        await expect(administrator.rollback(path, number, request)).resolves.toBeNull();
      }
      const [after] = await administrator.builds(path, 1, 1);
      expect(after?.number).toBe(before?.number);
    });

    control('a build is started once, however often its answer is slow', async () => {
      const { administrator } = clients(get());
      const { number } = await newest();
      controlOf(get()).fault('refuse', 1);
      const again = () => administrator.restart(get().repo, number, { parameters: {}, debug: false });
      const begin = can('start-build') ? () => administrator.start(get().repo, start) : again;
      await expectFailure(begin(), 'outcome_uncertain');
      controlOf(get()).clearFaults();
      expect((await newest()).number).toBe(number);
    });
  });

  describe('approval', () => {
    control('a held build says so, waits for who may consent, and goes on', async () => {
      const { administrator, writer } = clients(get());
      const { path, number } = await controlOf(get()).pushHeld();
      const held = await administrator.build(path, number);
      expect(held?.status).toBe('approval');
      // Some make its stages only when it may run.
      if (can('approve-stages')) expect(held?.stages.length).toBeGreaterThan(0);
      expect(held?.stages.every((stage) => stage.status === 'approval')).toBe(true);
      if (get().server.declaration.approveNeeds === 'admin') {
        await expectFailure(writer.approve(path, number, 1), ...hiddenOrForbidden);
        await expectFailure(writer.decline(path, number, null), ...hiddenOrForbidden);
      }
      const stages = can('approve-stages') ? (held?.stages ?? []) : (held?.stages ?? []).slice(0, 1);
      for (const stage of stages) await administrator.approve(path, number, stage.number);
      if (stages.length === 0) await administrator.approve(path, number, 1);
      await until(get(), async () => (await statusOf(path, number)) === 'running');
      await expectFailure(administrator.approve(path, number, 1), 'not_waiting');
      await administrator.cancel(path, number);
    });

    control('a held build is started again or not, as declared', async () => {
      const { administrator } = clients(get());
      const { path, number } = await controlOf(get()).pushHeld();
      const again = administrator.restart(path, number, { parameters: {}, debug: false });
      if (can('restart-held')) {
        const made = await again;
        expect(made).toMatchObject({ commit: (await administrator.build(path, number))?.commit });
        await end(path, made?.number ?? 0);
      } else await expectFailure(again, 'awaiting_approval');
      expect(await statusOf(path, number)).toBe('approval');
      await administrator.decline(path, number, null);
    });

    control('a declined build is over, also for who wants to approve it then', async () => {
      const { administrator } = clients(get());
      const { path, number } = await controlOf(get()).pushHeld();
      await administrator.decline(path, number, null);
      expect(await statusOf(path, number)).toBe('declined');
      await expectFailure(administrator.approve(path, number, 1), 'not_waiting');
      const other = await controlOf(get()).pushHeld();
      await administrator.decline(other.path, other.number, 1);
      expect(await statusOf(other.path, other.number)).toBe('declined');
    });
  });

  describe('the whole server', () => {
    control('what has not ended is listed, with its stages in the queue', async () => {
      const { administrator } = clients(get());
      const { repo } = get();
      const number = await controlOf(get()).push();
      const listed = async () =>
        (await administrator.incomplete()).find((one) => one.path === repo && one.build.number === number);
      await until(get(), async () => (await listed()) !== undefined);
      const queue = await administrator.queue();
      // Some name a task by inner ids alone.
      const isIt = (named: number | null) => named === number || named === null;
      const mine = queue.filter((stage) => stage.path === repo && isIt(stage.number));
      expect(mine.length).toBeGreaterThan(0);
      for (const stage of mine) if (stage.number !== null) expect(stage.stage).not.toBe('');
      await end(repo, number);
      await until(get(), async () => isFinished(await statusOf(repo, number)));
      expect(await listed()).toBeUndefined();
    });
  });
}
