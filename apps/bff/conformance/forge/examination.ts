import { describe, expect, test } from 'vitest';
import { isSameAddress } from '../../src/domain/addresses.ts';
import type { ForgeHarness } from './harness.ts';

/** What the check of the configuration asks of a forge. */
export function examination(get: () => ForgeHarness): void {
  describe('examination', () => {
    test('says of itself what it is, and what time it has', async () => {
      const { forge } = get();
      const reached = await forge.examination.reach();
      expect(reached.version).toBe((await forge.probe()).version);
      expect(Math.abs((reached.serverTime ?? 0) - Date.now())).toBeLessThan(300_000);
      expect(reached.tried.startsWith(`GET ${forge.internalUrl}/`)).toBe(true);
    });

    test('tells its own address, where it tells one', async ({ skip }) => {
      const { forge } = get();
      if (!forge.examination.words) return skip('it tells none');
      const { publicUrl, pkce } = await forge.examination.words();
      expect(isSameAddress(publicUrl ?? '', forge.publicUrl)).toBe(true);
      expect(pkce).not.toBe('absent');
    });

    test('a client it does not know is refused before its code is looked at', async ({ skip }) => {
      const { forge } = get();
      const { client } = forge.examination;
      expect(client !== null).toBe(forge.oauth !== null);
      if (!client || !forge.oauth) return skip('no OAuth provider');
      const verdict = await client('http://nowhere.test/callback');
      expect(verdict.client).not.toBe('unclear');
      // Of a client that is known nobody registered that address.
      expect(verdict.redirect).not.toBe('accepted');
      expect(verdict.raw).toMatch(/^4\d\d ./);
      expect(verdict.raw).not.toContain(forge.oauth.clientSecret);
    });
  });
}
