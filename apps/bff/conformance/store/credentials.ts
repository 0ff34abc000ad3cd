import { expect, it } from 'vitest';
import type { StoreHarness } from '../store.suite.ts';

export function credentialRules({ make }: StoreHarness): void {
  it('describes registry credentials, one per host of a repository', async () => {
    const { registries } = await make();
    const one = {
      server: 'ci',
      path: 'acme/checkout',
      host: 'registry.example.com:5000',
      username: 'robot',
      secretName: 'registry_example',
      changedAt: 5,
      changedBy: 'ada',
    };
    await registries.put(one);
    await registries.put({ ...one, username: 'robot-2', changedAt: 6 });
    await registries.put({ ...one, host: 'docker.io' });
    await registries.put({ ...one, path: 'acme/web' });
    expect(await registries.list('ci', 'acme/checkout')).toEqual([
      { ...one, host: 'docker.io' },
      { ...one, username: 'robot-2', changedAt: 6 },
    ]);
    await registries.remove('ci', 'acme/checkout', 'docker.io');
    expect(await registries.list('ci', 'acme/checkout')).toHaveLength(1);
    expect(await registries.list('ci', 'acme/web')).toHaveLength(1);
  });

  it('notes who changed a secret; names differing by case are two', async () => {
    const { secretNotes } = await make();
    const note = { server: 'ci', path: 'acme/checkout', name: 'TOKEN', changedAt: 1, changedBy: 'ada' };
    await secretNotes.put(note);
    await secretNotes.put({ ...note, name: 'token' });
    await secretNotes.put({ ...note, changedAt: 2, changedBy: 'grace' });
    expect(await secretNotes.list('ci', 'acme/checkout')).toEqual([
      { ...note, changedAt: 2, changedBy: 'grace' },
      { ...note, name: 'token' },
    ]);
    await secretNotes.remove('ci', 'acme/checkout', 'TOKEN');
    expect((await secretNotes.list('ci', 'acme/checkout')).map((n) => n.name)).toEqual(['token']);
    expect(await secretNotes.list('other', 'acme/checkout')).toEqual([]);
  });
}
