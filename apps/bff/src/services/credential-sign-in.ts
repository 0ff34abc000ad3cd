import type { GivenCredentials } from '@flightdeck/api-client/contract';
import { Failure, isFailure } from '../domain/failure.ts';
import type { Forge, ForgePerson, ForgeTokens } from '../ports/forge.ts';
import type { Log } from '../ports/log.ts';
import type { CredentialAttempts } from './credential-attempts.ts';

export interface Identified {
  forge: Forge;
  who: ForgePerson;
  tokens: ForgeTokens;
  by: 'token' | 'password';
}

/** Who somebody is by a token, or by a password that is used once, on forges that cannot be asked by a redirect. */
export interface CredentialSignIn {
  /**
   * `not_found`: no such forge, or one with a redirect. `credentials_refused`: whatever the forge did not take, one
   * sentence for all of it. `rate_limited` after too many of those.
   */
  identify(
    forge: string,
    given: GivenCredentials,
    asker: { address: string; requestId: string },
  ): Promise<Identified>;
}

export function createCredentialSignIn(deps: {
  forges: ReadonlyMap<string, Forge>;
  attempts: CredentialAttempts;
  log: Log;
  count: (forge: string, outcome: string) => void;
}): CredentialSignIn {
  const { attempts, log } = deps;

  async function ask(forge: Forge, given: GivenCredentials): Promise<Omit<Identified, 'by'>> {
    const { credentials } = forge;
    if (!credentials) throw new Failure('not_found', 'No such way to sign in.');
    const tokens =
      'token' in given
        ? credentials.pasted(given.token)
        : await credentials.byPassword(given.login, given.password);
    // Whose it is, the forge says: never what was typed.
    return { forge, tokens, who: await forge.as(tokens.accessToken).me() };
  }

  return {
    async identify(id, given, { address, requestId }) {
      const forge = deps.forges.get(id);
      if (!forge?.credentials) throw new Failure('not_found', 'No such way to sign in.');
      const by = 'token' in given ? 'token' : 'password';
      const who = { forge: id, login: 'login' in given ? given.login : null, address };
      attempts.admit(who);
      try {
        const found = await ask(forge, given);
        if (!found.who.active) throw new Failure('forge_signed_out', 'May not sign in.', { instance: id });
        attempts.passed(who);
        deps.count(id, 'ok');
        return { ...found, by };
      } catch (error) {
        const code = isFailure(error) ? error.code : 'internal';
        deps.count(id, code);
        log.warn({ forge: id, by, requestId, code }, 'sign-in by credentials failed');
        if (!isRefusal(error)) throw error;
        attempts.refused(who);
        // Which of login, password, token or second factor it was is nobody's business; nor are the forge's words.
        throw new Failure('credentials_refused', 'The forge did not take that.', { instance: id });
      }
    },
  };
}

/** 401, 403, and a login that no address can carry. */
const isRefusal = (error: unknown): boolean =>
  isFailure(error, 'forge_signed_out') ||
  (isFailure(error) && error.facts.status === 403) ||
  (isFailure(error, 'not_found') && error.facts.status === undefined);
