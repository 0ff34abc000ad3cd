import { expect, it } from 'vitest';
import type { StoreHarness } from '../store.suite.ts';

const here = { server: 'ci', forgeRepoId: '11' };

export function credentialRules({ make }: StoreHarness): void {
  it('describes registry credentials, one per host of a repository', async () => {
    const { registries } = await make();
    const one = {
      server: 'ci',
      path: 'acme/checkout',
      forgeRepoId: '11',
      host: 'registry.example.com:5000',
      username: 'robot',
      secretName: 'registry_example',
      changedAt: 5,
      changedBy: 'ada',
    };
    await registries.put(one);
    await registries.put({ ...one, username: 'robot-2', changedAt: 6 });
    await registries.put({ ...one, host: 'docker.io' });
    await registries.put({ ...one, forgeRepoId: '12' });
    expect(await registries.list(here)).toEqual([
      { ...one, host: 'docker.io' },
      { ...one, username: 'robot-2', changedAt: 6 },
    ]);
    await registries.remove(here, 'docker.io');
    expect(await registries.list(here)).toHaveLength(1);
    expect(await registries.list({ server: 'ci', forgeRepoId: '12' })).toHaveLength(1);
  });

  it('keeps descriptions by the forge’s id: a path that passes to another repository takes none along', async () => {
    const { registries, secretNotes } = await make();
    const path = 'acme/checkout';
    const note = { ...here, path, name: 'TOKEN', changedAt: 1, changedBy: 'ada' };
    const one = {
      ...here,
      path,
      host: 'docker.io',
      username: 'robot',
      secretName: 's',
      changedAt: 1,
      changedBy: 'ada',
    };
    await secretNotes.put(note);
    await registries.put(one);
    const heir = { server: 'ci', forgeRepoId: '12', path };
    expect(await registries.list(heir)).toEqual([]);
    expect(await secretNotes.list(heir)).toEqual([]);
    await registries.put({ ...one, ...heir });
    const renamed = { ...one, path: 'acme/checkout-before', username: 'robot-2' };
    await registries.put(renamed);
    expect(await registries.list(here)).toEqual([renamed]);
    expect(await registries.list(heir)).toEqual([{ ...one, ...heir }]);
  });

  it('notes who changed a secret; names differing by case are two', async () => {
    const { secretNotes } = await make();
    const note = { ...here, path: 'acme/checkout', name: 'TOKEN', changedAt: 1, changedBy: 'ada' };
    await secretNotes.put(note);
    await secretNotes.put({ ...note, name: 'token' });
    await secretNotes.put({ ...note, changedAt: 2, changedBy: 'grace' });
    expect(await secretNotes.list(here)).toEqual([
      { ...note, changedAt: 2, changedBy: 'grace' },
      { ...note, name: 'token' },
    ]);
    await secretNotes.remove(here, 'TOKEN');
    expect((await secretNotes.list(here)).map((n) => n.name)).toEqual(['token']);
    expect(await secretNotes.list({ ...here, server: 'other' })).toEqual([]);
  });
}
