import { z } from 'zod';
import type { ClientVerdict } from '../../ports/examination.ts';
import { wordsOfAnswer } from '../upstream/errors.ts';
import { lineOf } from '../upstream/examine.ts';
import type { Route, Upstream } from '../upstream/http.ts';
import { redact } from '../upstream/redact.ts';
import { text } from './wire-parts.ts';

const refusalWire = z.object({ error: z.string(), error_description: text });
/** What the examination of a forge with an OAuth provider works with. */
export interface OAuthForge {
  base: string;
  api: Upstream;
  token: Upstream;
  clientId: string;
  clientSecret: string;
  probe: () => Promise<{ version: string | null }>;
}

export type Refusal = z.output<typeof refusalWire>;

/**
 * Shows the client at the token address with a code that nobody was given: which of the checks before the code's refuses
 * it tells what is wrong. Nothing is granted and nothing ends by it. `judge` knows the product's words.
 */
export async function tryClient(
  upstream: Upstream,
  app: { route: Route; base: string; clientId: string; clientSecret: string; redirectUri: string },
  judge: (refusal: Refusal) => Pick<ClientVerdict, 'client' | 'redirect'> | null,
): Promise<ClientVerdict> {
  const answer = await upstream.raw({
    route: app.route,
    accept: 'application/json',
    form: {
      client_id: app.clientId,
      client_secret: app.clientSecret,
      grant_type: 'authorization_code',
      code: 'made-up-by-the-doctor',
      code_verifier: 'made-up-by-the-doctor-made-up-by-the-doctor',
      redirect_uri: app.redirectUri,
    },
    mutating: false,
    retries: 0,
  });
  const wire = refusalWire.safeParse(parse(answer.text));
  const judged = answer.status >= 400 && wire.success ? judge(wire.data) : null;
  return {
    tried: lineOf(app.base, app.route),
    raw: redact(`${answer.status} ${wordsOfAnswer(answer)}`, [app.clientSecret]),
    ...(judged ?? { client: 'unclear', redirect: 'untold' }),
  };
}

/** As the discovery document has it. */
export const pkceLine = (methods: readonly string[]): string =>
  `code_challenge_methods_supported: ${methods.join(', ') || '–'}`;

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
