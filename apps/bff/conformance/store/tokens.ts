import { describe, expect, it } from 'vitest';
import type { ForgeTokens } from '../../src/ports/forge.ts';
import type { LinkedAccountRecord } from '../../src/ports/store.ts';
import type { StoreHarness } from '../store.suite.ts';
import { ada, grace, otherAda } from './people.ts';

const pair = (n: number): ForgeTokens => ({
  accessToken: `made-up-access-${n}`,
  refreshToken: `made-up-refresh-${n}`,
  expiresAt: 1_700_000_000_000 + n,
  redirectUri: 'http://console.test/auth/forge/git/callback',
});

const account = (server: string, more: Partial<LinkedAccountRecord> = {}): LinkedAccountRecord => ({
  server,
  token: `made-up-ci-token-${server}`,
  login: 'ada',
  administrator: false,
  linkedAt: 1_700_000_000_000,
  state: 'linked',
  ...more,
});

export function tokenRules({ make }: StoreHarness): void {
  describe('forge tokens', () => {
    it('gives back the pair of that person, plain', async () => {
      const { forgeTokens } = await make();
      expect(await forgeTokens.get(ada)).toBeNull();
      await forgeTokens.put(ada, pair(1));
      await forgeTokens.put(otherAda, { ...pair(9), refreshToken: null, expiresAt: null });
      expect(await forgeTokens.get(ada)).toMatchObject(pair(1));
      expect(await forgeTokens.get(otherAda)).toMatchObject({ refreshToken: null, expiresAt: null });
      await forgeTokens.remove(ada);
      expect(await forgeTokens.get(ada)).toBeNull();
      expect(await forgeTokens.get(otherAda)).not.toBeNull();
    });

    it('lets one of several refreshes win, and a new sign-in wins over all of them', async () => {
      const { forgeTokens } = await make();
      await forgeTokens.put(ada, pair(1));
      const seen = (await forgeTokens.get(ada))?.revision ?? -1;
      const won = await Promise.all([2, 3, 4].map((n) => forgeTokens.replace(ada, seen, pair(n))));
      expect(won.filter(Boolean)).toHaveLength(1);
      const winner = [2, 3, 4][won.indexOf(true)] ?? 0;
      expect(await forgeTokens.get(ada)).toMatchObject(pair(winner));

      const before = (await forgeTokens.get(ada))?.revision ?? -1;
      await forgeTokens.put(ada, pair(5));
      expect(await forgeTokens.replace(ada, before, pair(6))).toBe(false);
      expect(await forgeTokens.get(ada)).toMatchObject(pair(5));
    });

    it('removes a given revision only while it is the one that stands', async () => {
      const { forgeTokens } = await make();
      await forgeTokens.put(ada, pair(1));
      const seen = (await forgeTokens.get(ada))?.revision ?? -1;
      await forgeTokens.put(ada, pair(2));
      await forgeTokens.remove(ada, seen);
      expect(await forgeTokens.get(ada)).toMatchObject(pair(2));
      await forgeTokens.remove(ada, seen + 1);
      expect(await forgeTokens.get(ada)).toBeNull();
    });

    it('does not bring a removed pair back by replacing it', async () => {
      const { forgeTokens } = await make();
      await forgeTokens.put(ada, pair(1));
      const seen = (await forgeTokens.get(ada))?.revision ?? -1;
      await forgeTokens.remove(ada);
      expect(await forgeTokens.replace(ada, seen, pair(2))).toBe(false);
      expect(await forgeTokens.get(ada)).toBeNull();
    });
  });

  describe('linked accounts', () => {
    it('keeps one per person and server', async () => {
      const { accounts } = await make();
      expect(await accounts.get(ada, 'ci')).toBeNull();
      await accounts.put(ada, account('ci'));
      await accounts.put(ada, account('ci', { token: 'made-up-newer', administrator: true }));
      await accounts.put(ada, account('another'));
      await accounts.put(grace, account('ci', { login: 'grace' }));
      expect(await accounts.get(ada, 'ci')).toEqual(
        account('ci', { token: 'made-up-newer', administrator: true }),
      );
      expect((await accounts.list(ada)).map((a) => a.server)).toEqual(['another', 'ci']);

      await accounts.setState(ada, 'ci', 'expired');
      expect((await accounts.get(ada, 'ci'))?.state).toBe('expired');
      expect((await accounts.get(ada, 'another'))?.state).toBe('linked');
      expect((await accounts.get(grace, 'ci'))?.state).toBe('linked');

      await accounts.remove(ada, 'ci');
      expect(await accounts.get(ada, 'ci')).toBeNull();
      expect((await accounts.list(grace)).map((a) => a.login)).toEqual(['grace']);
    });
  });
}
