import { describe, expect, it } from 'vitest';
import type { PersonRecord } from '../../src/ports/store.ts';
import type { StoreHarness } from '../store.suite.ts';

const one = (forge: string, forgeUserId: string, login: string): PersonRecord => ({
  ...{ forge, forgeUserId, login },
  name: login.toUpperCase(),
  email: null,
  avatarUrl: null,
});
const ada = one('git', '2', 'ada');
const grace = one('git', '3', 'grace');
const adaLab = one('lab', '2', 'ada.l');
const adaThird = one('third', '9', 'ada3');

export function identityRules({ make }: StoreHarness): void {
  describe('several accounts of one person', () => {
    it('are added to the one a person began with, in order', async () => {
      const { identities, people } = await make();
      await people.upsert(ada);
      expect(await identities.ownerOf(adaLab)).toBeNull();
      expect(await identities.add(ada, adaLab, 20)).toBe(true);
      expect(await identities.add(ada, adaThird, 10)).toBe(true);
      expect(await identities.ownerOf(adaLab)).toEqual({ forge: 'git', forgeUserId: '2' });
      expect(await identities.ownerOf(ada)).toBeNull();
      expect(await identities.addedTo(ada)).toEqual([adaThird, adaLab]);
      expect(await identities.addedTo(adaLab)).toEqual([]);
      await people.upsert({ ...adaLab, login: 'countess' });
      expect((await identities.addedTo(ada)).map((identity) => identity.login)).toEqual(['ada3', 'countess']);
    });

    it('belong to one person: neither another’s, nor one who signed in by itself, nor two of one forge', async () => {
      const { identities, people } = await make();
      await people.upsert(ada);
      await people.upsert(grace);
      expect(await identities.add(ada, adaLab, 1)).toBe(true);
      // another's, again, and of a forge where there is one
      expect(await identities.add(grace, adaLab, 2)).toBe(false);
      expect(await identities.add(ada, adaLab, 2)).toBe(false);
      expect(await identities.add(ada, one('lab', '77', 'other'), 2)).toBe(false);
      expect(await identities.add(ada, one('git', '77', 'other'), 2)).toBe(false);
      // nobody's, but signed in by itself
      await people.upsert(adaThird);
      expect(await identities.add(ada, adaThird, 2)).toBe(false);
      // an added one owns nothing
      expect(await identities.add(adaLab, one('fourth', '1', 'x'), 2)).toBe(false);
      expect(await identities.addedTo(ada)).toEqual([adaLab]);
      expect(await identities.addedTo(grace)).toEqual([]);
      expect(await people.get(one('lab', '77', 'other'))).toBeNull();
    });

    it('of two who want it at the same moment, one gets it', async () => {
      const { identities, people } = await make();
      await people.upsert(ada);
      await people.upsert(grace);
      const got = await Promise.all([identities.add(ada, adaLab, 1), identities.add(grace, adaLab, 1)]);
      expect(got.filter(Boolean)).toHaveLength(1);
    });

    it('are forgotten whole, and nobody else’s with them', async () => {
      const { identities, people, forgeTokens, accounts, sessions } = await make();
      await people.upsert(ada);
      await identities.add(ada, adaLab, 1);
      const pair = { accessToken: 'a', refreshToken: null, expiresAt: null, redirectUri: '' };
      const account = { ...{ server: 'ci', token: 't', login: 'ada' }, administrator: false, linkedAt: 1 };
      for (const key of [ada, adaLab]) {
        await forgeTokens.put(key, pair);
        await accounts.put(key, { ...account, state: 'linked' });
        await people.setFavourite(key, 'ci', 'a/b', true);
        await people.setDismissed(key, 'ci');
        const { forge, forgeUserId } = key;
        await sessions.put({
          ...{ hash: forge, data: '{}', person: { forge, forgeUserId } },
          ...{ createdAt: 1, touchedAt: 1, expiresAt: 2 },
        });
      }
      await identities.forget(adaLab);
      expect(await people.get(adaLab)).toBeNull();
      expect(await identities.ownerOf(adaLab)).toBeNull();
      expect(await identities.addedTo(ada)).toEqual([]);
      expect(await forgeTokens.get(adaLab)).toBeNull();
      expect(await accounts.list(adaLab)).toEqual([]);
      expect(await people.favourites(adaLab)).toEqual([]);
      expect(await people.dismissed(adaLab)).toEqual([]);
      expect(await sessions.ofPerson(adaLab)).toEqual([]);

      expect(await people.get(ada)).toEqual(ada);
      expect((await forgeTokens.get(ada))?.accessToken).toBe('a');
      expect(await accounts.list(ada)).toHaveLength(1);
      expect(await people.favourites(ada)).toHaveLength(1);
      expect(await sessions.ofPerson(ada)).toHaveLength(1);
      // free again
      expect(await identities.add(ada, adaLab, 3)).toBe(true);
    });
  });
}
