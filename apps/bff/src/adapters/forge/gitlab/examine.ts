import { z } from 'zod';
import type { ForgeExamination } from '../../../ports/examination.ts';
import { lineOf, reachBy } from '../../upstream/examine.ts';
import { type OAuthForge, pkceLine, type Refusal, tryClient } from '../oauth-examine.ts';
import { withoutSlash } from '../parts.ts';
import { listOf, text } from '../wire-parts.ts';
import { tokenRoute } from './routes.ts';

const DISCOVERY = 'GET /.well-known/openid-configuration' as const;

/** The issuer is `external_url`; the other addresses follow the host that was asked. */
const discoveryWire = z.object({ issuer: text, code_challenge_methods_supported: listOf(z.string()) });

export function gitlabExamination(app: OAuthForge): ForgeExamination {
  const { base, api, token, probe } = app;
  return {
    reach: () => reachBy(api, base, 'GET /api/v4/version', probe),

    words: async () => {
      const wire = await api.json(discoveryWire, { route: DISCOVERY, retries: 0 });
      const { issuer, code_challenge_methods_supported: methods } = wire;
      return {
        tried: lineOf(base, DISCOVERY),
        publicUrl: /^https?:\/\//.test(issuer) ? withoutSlash(issuer) : null,
        // Versions before 16 leave the list out; those supported check a challenge that was sent.
        said: pkceLine(methods),
        pkce: methods.length > 0 && !methods.includes('S256') ? 'absent' : 'kept',
      };
    },

    client: (redirectUri) => tryClient(token, { ...app, route: tokenRoute, redirectUri }, judge),
    webhookRule: 'outbound-requests',
  };
}

/** An unknown client and a wrong secret are one answer; the redirect address is compared with the code's alone. */
function judge({ error }: Refusal) {
  if (error === 'invalid_client') return { client: 'refused', redirect: 'untold' } as const;
  return error === 'invalid_grant' ? ({ client: 'accepted', redirect: 'untold' } as const) : null;
}
