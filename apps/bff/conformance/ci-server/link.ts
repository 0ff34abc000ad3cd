import { describe, expect, test } from 'vitest';
import type { CiOneClick } from '../../src/ports/ci-server.ts';
import { type Abilities, controlOf, expectFailure, type Get } from './harness.ts';

export function link(abilities: Abilities, get: Get): void {
  const control = test.skipIf(!abilities.control);

  /** Nothing to check where the server offers no such link. */
  const offered = (): CiOneClick | null => get().server.oneClick;

  describe('one-click link', () => {
    control('gives the own token of the person who signed in, and it works', async () => {
      const oneClick = offered();
      const login = get().writer?.login ?? '';
      if (!oneClick) return;
      const { location, state, cookie } = await oneClick.begin();
      const back = await controlOf(get()).signIn(location, login);
      expect(back.searchParams.get('state')).toBe(state);
      const code = back.searchParams.get('code') ?? '';
      const { token, person } = await oneClick.finish({ code, state }, cookie);
      expect(person.login).toBe(login);
      await expect(get().server.as(token).me()).resolves.toMatchObject({ login });
      // A code is good for one use.
      await expectFailure(oneClick.finish({ code, state }, cookie), 'ci_refused');
    });

    control("another browser's state is refused", async () => {
      const oneClick = offered();
      if (!oneClick) return;
      const mine = await oneClick.begin();
      const theirs = await oneClick.begin();
      expect(theirs.state).not.toBe(mine.state);
      const back = await controlOf(get()).signIn(theirs.location, get().writer?.login ?? '');
      const code = back.searchParams.get('code') ?? '';
      await expectFailure(oneClick.finish({ code, state: theirs.state }, mine.cookie), 'ci_refused');
    });

    test('a callback of the server itself is handed on by its public address', () => {
      const { server } = get();
      if (!server.oneClick) return;
      const handed = server.oneClick.handOn('code=a%2Fb&state=x');
      expect(handed.startsWith(`${server.declaration.publicUrl}/`)).toBe(true);
      expect(handed.endsWith('?code=a%2Fb&state=x')).toBe(true);
    });
  });
}
