import { describe, expect, test } from 'vitest';
import { type Abilities, clients, expectFailure, type Get, hiddenOrForbidden } from './harness.ts';

export function secrets(abilities: Abilities, get: Get): void {
  const writes = test.skipIf(!abilities.writes);
  const roles = test.skipIf(!abilities.roles);
  const name = 'flightdeck_check';
  const value = 'made-up value, 中文\nwith lines & "quotes"';

  describe('secrets', () => {
    writes('are added, changed and removed; their value never comes back', async () => {
      const { administrator } = clients(get());
      const { repo } = get();
      const find = async () => (await administrator.secrets(repo)).find((secret) => secret.name === name);
      await administrator.removeSecret(repo, name).catch(() => {});
      await administrator.addSecret(repo, { name, value, pullRequests: false });
      expect(await find()).toEqual({ name, pullRequests: false });
      await expectFailure(
        administrator.addSecret(repo, { name, value: 'other', pullRequests: true }),
        'already_exists',
      );
      await administrator.changeSecret(repo, name, { value: 'made up anew' });
      expect(await find()).toEqual({ name, pullRequests: false });
      await administrator.changeSecret(repo, name, { pullRequests: true });
      expect(await find()).toEqual({ name, pullRequests: true });
      await administrator.changeSecret(repo, name, { value: 'and again' });
      expect(await find()).toEqual({ name, pullRequests: true });
      await administrator.changeSecret(repo, name, { pullRequests: false });
      expect(await find()).toEqual({ name, pullRequests: false });
      expect(JSON.stringify(await administrator.secrets(repo))).not.toContain('made');
      await administrator.removeSecret(repo, name);
      expect(await find()).toBeUndefined();
      await expectFailure(administrator.removeSecret(repo, name), 'not_found');
      await expectFailure(administrator.changeSecret(repo, name, { value: 'x' }), 'not_found');
    });

    writes.each(['', 'with space', 'a/b', '..'])('a name %j is refused', async (odd) => {
      const { administrator } = clients(get());
      const adding = administrator.addSecret(get().repo, {
        name: odd,
        value: 'made up',
        pullRequests: false,
      });
      await expectFailure(adding, 'invalid', 'ci_refused');
      // `not_supported`: somebody made it past the console, and the server has no address for it.
      await expectFailure(administrator.removeSecret(get().repo, odd), 'not_found', 'not_supported');
    });

    roles('are for who may see them', async () => {
      const { reader, writer, administrator } = clients(get());
      const { repo, server } = get();
      await expectFailure(reader.secrets(repo), ...hiddenOrForbidden);
      await expectFailure(reader.addSecret(repo, { name, value, pullRequests: true }), ...hiddenOrForbidden);
      await expectFailure(reader.removeSecret(repo, name), ...hiddenOrForbidden);
      if (server.declaration.secretsNeed === 'write') {
        expect(await writer.secrets(repo)).toEqual(await administrator.secrets(repo));
      } else await expectFailure(writer.secrets(repo), ...hiddenOrForbidden);
    });
  });
}
