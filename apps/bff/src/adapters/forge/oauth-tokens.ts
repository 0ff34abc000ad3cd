import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ForgeTokens } from '../../ports/forge.ts';
import type { RawAnswer, Route, Upstream } from '../upstream/http.ts';
import { redact } from '../upstream/redact.ts';
import { text } from './wire-parts.ts';

/**
 * Errors of the token endpoint after which the stored pair is worth nothing. Gitea 1.25 answers a used or unreadable
 * refresh token with `unauthorized_client`, not with the standard's `invalid_grant`.
 */
const final = new Set(['unauthorized_client', 'invalid_grant', 'invalid_client']);

const tokenWire = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  /** Seconds. */
  expires_in: z.number().positive().nullish(),
});

const refusalWire = z.object({ error: z.string(), error_description: text });

export interface TokenEndpoint {
  exchange(grant: { code: string; verifier: string; redirectUri: string }): Promise<ForgeTokens>;
  refresh(tokens: ForgeTokens): Promise<ForgeTokens>;
}

/** A token endpoint. Each call is made once: a code is good for one try, a refresh token perhaps too. */
export function oauthTokens(
  upstream: Upstream,
  app: { route: Route; instance: string; clientId: string; clientSecret: string; clock: Clock },
): TokenEndpoint {
  const { route, instance, clientId, clientSecret, clock } = app;

  const call = (form: Record<string, string>) =>
    upstream.raw({
      route,
      accept: 'application/json',
      form: { client_id: clientId, client_secret: clientSecret, ...form },
      // A call cut off is no open outcome for the person: the next one tries the stored pair again.
      mutating: false,
      retries: 0,
    });

  /** null when the answer is no success: 2xx, a JSON object, a non-empty `access_token`. */
  function pairIn(answer: RawAnswer, redirectUri: string): ForgeTokens | null {
    if (answer.status < 200 || answer.status >= 300) return null;
    const pair = tokenWire.safeParse(parse(answer.text));
    if (!pair.success) return null;
    const seconds = pair.data.expires_in;
    return {
      accessToken: pair.data.access_token,
      refreshToken: pair.data.refresh_token ?? null,
      expiresAt: seconds ? clock.now() + Math.round(seconds * 1000) : null,
      redirectUri,
    };
  }

  function refusal(answer: RawAnswer, secrets: string[]): { error: string | null; failure: Failure } {
    const wire = refusalWire.safeParse(parse(answer.text));
    const words = wire.success ? `${wire.data.error}: ${wire.data.error_description}` : 'unexpected answer';
    const failure = new Failure('forge_refused', `The forge "${instance}" gave no tokens.`, {
      instance,
      status: answer.status,
      raw: redact(`${answer.status} ${words}`, [clientSecret, ...secrets]),
    });
    return { error: wire.success ? wire.data.error : null, failure };
  }

  return {
    async exchange({ code, verifier, redirectUri }) {
      const answer = await call({
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: redirectUri,
      });
      const pair = pairIn(answer, redirectUri);
      if (pair) return pair;
      throw refusal(answer, [code, verifier]).failure;
    },

    async refresh(tokens) {
      const { refreshToken, redirectUri } = tokens;
      if (refreshToken === null) {
        throw new Failure('forge_signed_out', 'The forge gave no refresh token.', { instance });
      }
      const answer = await call({
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        redirect_uri: redirectUri,
      });
      const pair = pairIn(answer, redirectUri);
      // A forge that does not rotate may leave the refresh token out.
      if (pair) return { ...pair, refreshToken: pair.refreshToken ?? refreshToken };
      const { error, failure } = refusal(answer, [refreshToken, tokens.accessToken]);
      if (error === null || !final.has(error)) throw failure;
      throw new Failure('forge_signed_out', 'The forge no longer accepts the stored sign-in.', failure.facts);
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
