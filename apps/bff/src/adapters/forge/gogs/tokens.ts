import { Failure, type FailureFacts } from '../../../domain/failure.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { ForgeCredentials, ForgeTokens } from '../../../ports/forge.ts';
import { wordsOfAnswer } from '../../upstream/errors.ts';
import type { Upstream } from '../../upstream/http.ts';
import { redact } from '../../upstream/redact.ts';
import { makeToken } from './routes.ts';
import { madeTokenWire } from './wire.ts';

const letters = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Tokens neither end nor can be traded; only their owner can delete one, in the web settings (source). */
const kept = (accessToken: string): ForgeTokens => ({
  accessToken,
  refreshToken: null,
  expiresAt: null,
  redirectUri: '',
});

export function gogsCredentials(
  upstream: Upstream,
  app: { instance: string; tokenPageUrl: string; clock: Clock; random: () => number },
): ForgeCredentials {
  const { instance, clock, random } = app;

  /** A name is good once, and a listed `sha1` is no token: each sign-in makes a token of its own. */
  function newName(): string {
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    const part = Array.from({ length: 6 }, () => letters[Math.floor(random() * letters.length)]).join('');
    return `flightdeck-${day}-${part}`;
  }

  return {
    tokenPageUrl: app.tokenPageUrl,
    pasted: kept,
    async byPassword(login, password) {
      // Before a colon ends the login: somebody else's would be tried.
      if (login.includes(':')) throw new Failure('forge_signed_out', 'No login has a colon.', { instance });
      const basic = Buffer.from(`${login}:${password}`).toString('base64');
      const answer = await upstream.raw({
        route: makeToken,
        params: { login },
        authorization: `Basic ${basic}`,
        body: { name: newName() },
        // Cut off, it may have made a token that nobody ever sees: the next try makes another one.
        mutating: false,
        retries: 0,
      });
      const facts: FailureFacts = {
        instance,
        status: answer.status,
        raw: redact(`${answer.status} ${wordsOfAnswer(answer)}`.trim(), [password, basic]),
      };
      if (answer.status === 401 || answer.status === 403) {
        throw new Failure('forge_signed_out', 'The forge refused login and password.', facts);
      }
      const made = answer.status === 201 ? madeTokenWire.safeParse(parse(answer.text)) : null;
      if (!made?.success) throw new Failure('forge_refused', 'The forge made no token.', facts);
      return kept(made.data.sha1);
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
