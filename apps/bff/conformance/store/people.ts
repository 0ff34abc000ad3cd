import { describe, expect, it } from 'vitest';
import type { StoreHarness } from '../store.suite.ts';

export const ada = { forge: 'git', forgeUserId: '2' };
export const grace = { forge: 'git', forgeUserId: '3' };
/** The same number on another forge is another person. */
export const otherAda = { forge: 'elsewhere', forgeUserId: '2' };

const adaRecord = { ...ada, login: 'ada', name: 'Ada 爱达', email: 'ada@example.test', avatarUrl: null };

export function peopleRules({ make }: StoreHarness): void {
  describe('people', () => {
    it('knows a person by forge and number, with the labels last seen', async () => {
      const { people } = await make();
      expect(await people.get(ada)).toBeNull();
      await people.upsert(adaRecord);
      await people.upsert({ ...adaRecord, login: 'ada-l', email: null });
      expect(await people.get(ada)).toEqual({ ...adaRecord, login: 'ada-l', email: null });
      expect(await people.get(otherAda)).toBeNull();
    });

    it('keeps preferences, also when the labels change', async () => {
      const { people } = await make();
      await people.upsert(adaRecord);
      expect(await people.preferences(ada)).toBeNull();
      const chosen = { language: 'zh-CN', theme: 'dark', singleKeys: false } as const;
      await people.setPreferences(ada, chosen);
      await people.upsert({ ...adaRecord, name: 'Countess' });
      expect(await people.preferences(ada)).toEqual(chosen);
      expect(await people.preferences(grace)).toBeNull();
    });

    it('keeps favourites and closed offers per person, setting twice is setting once', async () => {
      const { people } = await make();
      await people.setFavourite(ada, 'ci', 'acme/web', true);
      await people.setFavourite(ada, 'ci', 'acme/web', true);
      await people.setFavourite(ada, 'ci', 'acme/api', true);
      await people.setFavourite(grace, 'ci', 'acme/infra', true);
      await people.setFavourite(ada, 'ci', 'never/there', false);
      expect(await people.favourites(ada)).toEqual([
        { server: 'ci', path: 'acme/api' },
        { server: 'ci', path: 'acme/web' },
      ]);
      await people.setFavourite(ada, 'ci', 'acme/api', false);
      expect(await people.favourites(ada)).toEqual([{ server: 'ci', path: 'acme/web' }]);
      expect(await people.favourites(grace)).toEqual([{ server: 'ci', path: 'acme/infra' }]);

      await people.setDismissed(ada, 'ci');
      await people.setDismissed(ada, 'ci');
      expect(await people.dismissed(ada)).toEqual(['ci']);
      expect(await people.dismissed(grace)).toEqual([]);
    });
  });
}
