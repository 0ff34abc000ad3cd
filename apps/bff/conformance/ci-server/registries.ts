import { describe, expect, test } from 'vitest';
import { type Abilities, clients, expectFailure, type Get, hiddenOrForbidden } from './harness.ts';

export function registries(abilities: Abilities, get: Get): void {
  const writes = test.skipIf(!abilities.writes);
  const roles = test.skipIf(!abilities.roles);
  const host = 'flightdeck-check.example.test:5000';

  /** Nothing to check where secrets carry them. */
  describe('registry credentials of the server’s own', () => {
    writes('are put, replaced and removed; their password never comes back', async () => {
      const { registries: own } = clients(get()).administrator;
      if (!own) return;
      const { repo } = get();
      const find = async () => (await own.list(repo)).find((one) => one.host === host);
      await own.remove(repo, host).catch(() => {});
      expect(await find()).toBeUndefined();
      await own.put(repo, { host, username: 'bot', password: 'made-up-password' });
      expect(await find()).toEqual({ host, username: 'bot' });
      await own.put(repo, { host, username: 'other-bot', password: 'made-up-anew' });
      expect(await find()).toEqual({ host, username: 'other-bot' });
      expect(JSON.stringify(await own.list(repo))).not.toContain('made-up');
      await own.remove(repo, host);
      expect(await find()).toBeUndefined();
      await expectFailure(own.remove(repo, host), 'not_found');
    });

    roles('are for who may see them', async () => {
      const { reader, writer, administrator } = clients(get());
      const { repo } = get();
      if (!administrator.registries || !reader.registries || !writer.registries) return;
      const credential = { host, username: 'bot', password: 'made-up' };
      await expectFailure(reader.registries.list(repo), ...hiddenOrForbidden);
      await expectFailure(reader.registries.put(repo, credential), ...hiddenOrForbidden);
      expect(await writer.registries.list(repo)).toEqual(await administrator.registries.list(repo));
    });
  });
}
