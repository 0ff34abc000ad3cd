import { describe, expect, test } from 'vitest';
import { type Abilities, expectFailure, type Get } from './harness.ts';

/** What the check of the configuration asks of a server. */
export function examination(abilities: Abilities, get: Get): void {
  const roles = test.skipIf(!abilities.roles);

  describe('examination', () => {
    test('says of itself what it is, and what time it has', async () => {
      const { server } = get();
      const reached = await server.examination.reach();
      expect(reached.version).toBe((await server.probe()).version);
      expect(Math.abs((reached.serverTime ?? 0) - Date.now())).toBeLessThan(300_000);
      expect(reached.tried).toMatch(/^GET https?:\/\/\S+$/);
    });

    test('names whose token it is, and refuses one that is none', async () => {
      const { server, administrator } = get();
      const { login, machine, ...account } = await server.examination.account(administrator.token);
      expect({ login, administrator: account.administrator }).toEqual({
        login: administrator.login,
        administrator: true,
      });
      expect([true, false, null]).toContain(machine);
      await expectFailure(server.examination.account('made-up-token'), 'ci_token_refused');
    });

    roles('a reader is no administrator', async () => {
      const { server, reader } = get();
      const account = await server.examination.account(reader?.token ?? '');
      expect(account).toMatchObject({ login: reader?.login, administrator: false });
    });

    test('its sign-in leads to a forge and back, and repositories say which forge’s they are', async () => {
      const { server, administrator } = get();
      const { leadsTo, comesBackTo, clientId } = await server.examination.signIn();
      const addresses = await server.examination.repositoriesAt(administrator.token);
      expect(addresses.length).toBeGreaterThan(0);
      for (const address of addresses) expect(URL.canParse(address), address).toBe(true);
      // A server whose sign-in is a form of its own leads nowhere.
      if (leadsTo === null) return;
      expect(leadsTo).toMatch(/^https?:\/\/[^?#]+$/);
      expect(comesBackTo).toMatch(/^https?:\/\//);
      expect(clientId).toBeTruthy();
    });
  });
}
