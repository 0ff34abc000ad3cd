import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuildsWorld, buildsWorld, eventually } from './builds-world.ts';

/**
 * A repository is renamed and another one takes its path. Background work remembers the old place and asks with the
 * service account: nothing it hears there may reach the readers of the repository that moved away.
 */
describe('a path that passed to another repository', () => {
  let world: BuildsWorld;
  let moved: { server: string; path: string; forgeRepoId: string };
  let number: number;
  let foreign: string;
  beforeAll(async () => {
    world = await buildsWorld();
    const { ci, forge } = world.sandbox.world;
    const old = ci.repositoryBySlug('acme/infra');
    const heir = ci.repositoryBySlug('acme/checkout');
    if (!old || !heir) throw new Error('the demo has changed');
    moved = { server: 'drone', path: 'acme/infra', forgeRepoId: old.uid };
    world.side.watcher.start();
    // Held builds stay open for ever: the watcher asks for them again and again.
    number = await eventually(() => {
      const open = world.side.live
        .open('drone', moved.path)
        .find(({ build }) => ci.build(heir.id, build.number));
      if (!open) throw new Error('nothing is open yet');
      return open.build.number;
    });
    foreign = ci.build(heir.id, number)?.after ?? '';
    const rename = (repo: typeof old, name: string) => {
      const onForge = forge.repositoryById(Number(repo.uid));
      if (!onForge) throw new Error('not on the forge');
      Object.assign(onForge, { name });
      Object.assign(repo, { name, slug: `acme/${name}` });
    };
    rename(old, 'infra-before');
    rename(heir, 'infra');
    await world.side.catalog.load('drone', 0);
  }, 60_000);
  afterAll(() => world.stop());

  it('its builds are not read into what is known of the one that moved away', async () => {
    expect(await world.side.reader.build(moved, number, world.asAda())).toBeNull();
    await expect(world.side.reader.newest(moved, world.asAda())).rejects.toMatchObject({ code: 'not_found' });
    await world.side.live.settled();
    const known = await world.side.index.query('drone', moved.forgeRepoId, { limit: 100 });
    expect(known.map((head) => head.commit)).not.toContain(foreign);
    expect(world.side.live.get(moved, number)).toBeUndefined();
  });

  it('who may read the new one is told nothing of the old one’s builds', async () => {
    const heir = world.sandbox.world.ci.repositoryBySlug('acme/infra');
    const place = { ...moved, forgeRepoId: heir?.uid ?? '' };
    expect((await world.side.reader.build(place, number, world.asAda()))?.commit).toBe(foreign);
    expect(world.side.live.get(place, number)?.build.commit).toBe(foreign);
  });
});
