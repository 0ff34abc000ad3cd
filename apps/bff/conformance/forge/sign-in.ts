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
