import { describe, expect, test } from 'vitest';
import type { ForgeHarness } from './harness.ts';

export function signIn(get: () => ForgeHarness): void {
  describe('tokens', () => {
    const redirectUri = 'http://console.test/auth/forge/x/callback';

    test('a code that is none is refused, with the forge’s words', async ({ skip }) => {
      const { oauth } = get().forge;
      if (!oauth) return skip('no OAuth provider');
      const grant = { code: 'made-up-code', verifier: 'v'.repeat(43), redirectUri };
      await expect(oauth.exchange(grant)).rejects.toMatchObject({
        code: 'forge_refused',
        facts: { raw: expect.stringMatching(/^4\d\d ./) },
      });
    });

    test('a refresh token that is none is final', async () => {
      const made = { accessToken: 'made-up', refreshToken: 'made-up', expiresAt: 1, redirectUri };
      await expect(get().forge.refresh(made)).rejects.toMatchObject({ code: 'forge_signed_out' });
      const none = { ...made, refreshToken: null };
      await expect(get().forge.refresh(none)).rejects.toMatchObject({ code: 'forge_signed_out' });
    });

    test('there is one way to sign in: a redirect, or credentials', () => {
      const { oauth, credentials } = get().forge;
      expect([oauth, credentials].filter((way) => way !== null)).toHaveLength(1);
    });

    test('a password makes a token of its owner, another one each time; a wrong one makes none', async ({
      skip,
    }) => {
      const { forge, password, admin } = get();
      if (!forge.credentials || !password) return skip('no sign-in by password');
      const me = await forge.as(admin).me();
      const made = await forge.credentials.byPassword(password.login, password.password);
      const again = await forge.credentials.byPassword(password.login, password.password);
      expect(made).toMatchObject({ refreshToken: null, expiresAt: null });
      expect(again.accessToken).not.toBe(made.accessToken);
      for (const { accessToken } of [made, again]) expect((await forge.as(accessToken).me()).id).toBe(me.id);
      for (const login of [password.login, 'there-is-nobody-of-this-name']) {
        const wrong = forge.credentials.byPassword(login, 'made-up-wrong-password');
        await expect(wrong).rejects.toMatchObject({ code: 'forge_signed_out' });
      }
    });

    // Traded within one second, Gitea's pairs are the same text: only what they are good for is looked at.
    test('a granted pair names the person, and so does the one it is traded for', async ({ skip }) => {
      const { forge, pair } = get();
      if (!pair) return skip('no grant');
      const first = await pair();
      expect(first.expiresAt).toBeGreaterThan(Date.now());
      const second = await forge.refresh(first);
      expect(second.redirectUri).toBe(first.redirectUri);
      const me = await forge.as(get().admin).me();
      expect((await forge.as(second.accessToken).me()).id).toBe(me.id);
      const third = await forge.refresh(second);
      expect((await forge.as(third.accessToken).me()).id).toBe(me.id);
    });
  });
}
