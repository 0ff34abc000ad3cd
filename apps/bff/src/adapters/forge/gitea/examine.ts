import { z } from 'zod';
import type { ForgeExamination, PkceWord } from '../../../ports/examination.ts';
import { lineOf, reachBy } from '../../upstream/examine.ts';
import { type OAuthForge, pkceLine, type Refusal, tryClient } from '../oauth-examine.ts';
import { withoutSlash } from '../parts.ts';
import { listOf, text } from '../wire-parts.ts';

const DISCOVERY = 'GET /.well-known/openid-configuration' as const;
export const TOKEN = 'POST /login/oauth/access_token' as const;

/** The issuer can be set apart (1.25); addresses of pages are always made of `ROOT_URL`. */
const discoveryWire = z.object({
  authorization_endpoint: text,
  code_challenge_methods_supported: listOf(z.string()),
});

type Product = 'Gitea' | 'Forgejo';

export function giteaExamination(app: OAuthForge & { product: Product }): ForgeExamination {
  const { base, api, token, probe } = app;
  return {
    reach: () => reachBy(api, base, 'GET /api/v1/version', probe),

    words: async () => {
      const wire = await api.json(discoveryWire, { route: DISCOVERY, retries: 0 });
      const { code_challenge_methods_supported: methods } = wire;
      const { version } = await probe();
      const root = /^(https?:\/\/.+)\/login\/oauth\/authorize$/.exec(wire.authorization_endpoint)?.[1];
      return {
        tried: lineOf(base, DISCOVERY),
        publicUrl: root === undefined ? null : withoutSlash(root),
        pkce: pkceOf(app.product, methods, version),
        said: `${app.product} ${version ?? '?'}, ${pkceLine(methods)}`,
      };
    },

    client: (redirectUri) => tryClient(token, { ...app, route: TOKEN, redirectUri }, judge),
    webhookRule: 'allowed-host-list',
  };
}

/**
 * In the order in which the token address looks (1.23 to 1.25, Forgejo 15): client id, secret, redirect address, code. A
 * wrong secret and an unknown code carry the same error: its text tells.
 */
function judge({ error, error_description: words }: Refusal) {
  if (error === 'invalid_client') return { client: 'unknown-client', redirect: 'untold' } as const;
  if (/client secret/i.test(words)) return { client: 'wrong-secret', redirect: 'untold' } as const;
  if (/redirect/i.test(words)) return { client: 'accepted', redirect: 'refused' } as const;
  const code = /client is not authorized/i.test(words) || error === 'invalid_grant';
  return code ? ({ client: 'accepted', redirect: 'accepted' } as const) : null;
}

/** Up to 1.25.4 the challenge is lost over the consent page (CVE-2026-26247). Of Forgejo no fixed version is known. */
function pkceOf(product: Product, methods: string[], version: string | null): PkceWord {
  if (!methods.includes('S256')) return 'absent';
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  if (product !== 'Gitea' || major === undefined) return 'untold';
  const number = Number(major) * 1e6 + Number(minor) * 1e3 + Number(patch);
  return number > 1_025_004 ? 'kept' : 'first-consent';
}
