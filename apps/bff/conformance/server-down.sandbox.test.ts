import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFailure } from '../src/domain/failure.ts';
import type { GatedRepo } from '../src/services/context.ts';
import { createDeploymentsService } from '../src/services/deployments.ts';
import { createPipelineFiles } from '../src/services/pipeline-files.ts';
import { type BuildsWorld, buildsWorld, eventually } from './builds-world.ts';

const path = 'acme/checkout';
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (isFailure(error) ? error.code : String(error)),
  );

describe('pages opened for the first time while the CI server is down', () => {
  let world: BuildsWorld;
  let grace: GatedRepo;
  beforeAll(async () => {
    world = await buildsWorld();
    grace = await world.open('grace', path);
    await world.side.builds.list(grace, { limit: 50 });
    await eventually(async () =>
      expect((await world.side.index.reach('drone', grace.forgeRepoId)).complete).toBe(true),
    );
    await world.side.builds.get(grace, await newest('push', 'success'));
    world.sandbox.control.addFault({ face: 'drone', refuse: true });
    await eventually(async () => {
      await codeOf(world.side.reader.build(place(grace), 1, grace.speaker.client));
      expect(world.side.health.of('drone').ok).toBe(false);
    });
  }, 60_000);
  afterAll(() => world.stop());

  const place = (repo: GatedRepo) => ({ server: 'drone', path, forgeRepoId: repo.forgeRepoId });
  const newest = async (event: string, status: string) => {
    const query = { event, status, limit: 1 };
    const [head] = await world.side.index.query('drone', grace.forgeRepoId, query);
    return head?.number ?? expect.fail(`no ${event} that is ${status}`);
  };

  it('show the builds of the index to somebody who never came before, with its age', async () => {
    const linus = await world.open('linus', path);
    const { items, stale, reach } = await world.side.builds.list(linus, { limit: 50 });
    expect(items.length).toBeGreaterThan(10);
    expect(stale).toMatchObject({ id: 'drone', ok: false, code: 'ci_unreachable' });
    expect(stale?.lastGoodAt).toBe(reach.asOf);
    expect((await world.side.repositories.get(linus)).activation).toBe('active');
  });

  it('show the whole of a build that somebody looked at, as of then', async () => {
    const number = await newest('push', 'success');
    const view = await world.side.builds.get(await world.open('linus', path), number);
    expect(view.whole).toBe(true);
    expect(view.build.stages.length).toBeGreaterThan(0);
    expect(view.stale?.lastGoodAt).toBe(world.side.live.get(place(grace), number)?.askedAt);
  });

  it('show the head of a build of which only the list is known, and claim nothing of its stages', async () => {
    const number = await newest('push', 'failure');
    const view = await world.side.builds.get(grace, number);
    expect(view).toMatchObject({ whole: false, opensAt: null, stageWaits: [], waits: [] });
    expect(view.build).toMatchObject({ number, status: 'failure', stages: [] });
    expect(view.stale?.code).toBe('ci_unreachable');
    expect(await codeOf(world.side.builds.get(grace, 99_999))).toBe('ci_unreachable');
  });

  it('show what is deployed where, with its age; a promotion needs the server', async () => {
    const pipelineFiles = createPipelineFiles();
    const deployments = createDeploymentsService({ ...world, ...world.side, pipelineFiles });
    const { environments, stale, reach } = await deployments.list(grace);
    expect(environments.some(({ history }) => history.length > 0)).toBe(true);
    expect(stale).toMatchObject({ id: 'drone', code: 'ci_unreachable', lastGoodAt: reach.asOf });
    expect(await codeOf(deployments.history(grace))).toBe('ci_unreachable');
  });

  it('also after the console was started anew, to those with a role in it alone', async () => {
    const catalog = world.side.catalog.last;
    world.side.catalog.last = () => null;
    world.gate.forget(grace.caller.person);
    try {
      const repo = await world.open('grace', path);
      expect(repo.onServer).toMatchObject({ active: true, visibility: 'private' });
      expect((await world.side.builds.list(repo, { limit: 5 })).items).toHaveLength(5);
      expect(await codeOf(world.open('mallory', path))).toBe('not_found');
      // Open to him on both sides, yet nobody remembers that: only a role opens it.
      expect(await codeOf(world.open('linus', path))).toBe('not_found');
    } finally {
      world.side.catalog.last = catalog;
    }
  });

  it('say nothing of an age once it answers again', async () => {
    world.sandbox.control.clearFaults();
    await eventually(async () => {
      const { stale } = await world.side.builds.list(grace, { limit: 5 });
      expect(stale).toBeNull();
    }, 40_000);
    const number = await newest('push', 'failure');
    expect(await world.side.builds.get(grace, number)).toMatchObject({ whole: true, stale: null });
  }, 60_000);
});
