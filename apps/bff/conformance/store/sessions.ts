import { describe, expect, it } from 'vitest';
import type { PersonKey, SessionRecord } from '../../src/ports/store.ts';
import type { StoreHarness } from '../store.suite.ts';
import { ada, grace, otherAda } from './people.ts';

const session = (
  hash: string,
  person: PersonKey | null,
  more: Partial<SessionRecord> = {},
): SessionRecord => ({
  hash,
  data: '{"k":"v"}',
  person,
  createdAt: 1_700_000_000_000,
  touchedAt: 1_700_000_000_000,
  expiresAt: 1_700_000_100_000,
  ...more,
});

export function sessionRules({ make }: StoreHarness): void {
  describe('sessions', () => {
    it('keeps, replaces, touches and removes a session', async () => {
      const { sessions } = await make();
      expect(await sessions.get('a')).toBeNull();
      await sessions.put(session('a', null));
      await sessions.put(session('a', ada, { data: '{}' }));
      expect(await sessions.get('a')).toEqual(session('a', ada, { data: '{}' }));
      await sessions.touch('a', 1_700_000_000_500, 1_700_000_200_000);
      expect(await sessions.get('a')).toMatchObject({
        touchedAt: 1_700_000_000_500,
        expiresAt: 1_700_000_200_000,
        createdAt: 1_700_000_000_000,
      });
      await sessions.remove('a');
      await sessions.remove('a');
      expect(await sessions.get('a')).toBeNull();
    });

    it('does not bring a removed session back by touching it', async () => {
      const { sessions } = await make();
      await sessions.put(session('a', ada));
      await sessions.remove('a');
      await sessions.touch('a', 1, 2_000_000_000_000);
      expect(await sessions.get('a')).toBeNull();
    });

    it('ends all of a person, and of nobody else', async () => {
      const { sessions } = await make();
      await sessions.put(session('a2', ada, { createdAt: 2 }));
      await sessions.put(session('a1', ada, { createdAt: 1 }));
      await sessions.put(session('g', grace));
      await sessions.put(session('o', otherAda));
      expect((await sessions.ofPerson(ada)).map((s) => s.hash)).toEqual(['a1', 'a2']);
      await sessions.removeOfPerson(ada);
      expect(await sessions.ofPerson(ada)).toEqual([]);
      expect(await sessions.get('g')).not.toBeNull();
      expect(await sessions.get('o')).not.toBeNull();
    });

    it('sweeps what has ended, to the millisecond', async () => {
      const { sessions } = await make();
      await sessions.put(session('old', ada, { expiresAt: 1_699_999_999_999 }));
      await sessions.put(session('now', ada, { expiresAt: 1_700_000_000_000 }));
      await sessions.put(session('new', ada, { expiresAt: 1_700_000_000_001 }));
      expect(await sessions.removeExpired(1_700_000_000_000)).toBe(2);
      expect((await sessions.ofPerson(ada)).map((s) => s.hash)).toEqual(['new']);
    });
  });
}
