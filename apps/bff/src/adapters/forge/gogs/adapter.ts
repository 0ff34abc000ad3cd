import { Failure } from '../../../domain/failure.ts';
import type { Forge } from '../../../ports/forge.ts';
import { wordsOfAnswer } from '../../upstream/errors.ts';
import { redact } from '../../upstream/redact.ts';
import type { ForgeOptions } from '../options.ts';
import { forgeUpstreams, withoutSlash } from '../parts.ts';
import { gogsClient } from './client.ts';
import { gogsLinks } from './links.ts';
import { makeToken, routes } from './routes.ts';
import { gogsCredentials } from './tokens.ts';

/** Gogs 0.13 or newer (recorded: 0.14.3). README.md says what was seen and what was only read. */
export function createGogsForge(options: ForgeOptions): Forge {
  const { id, name, clock } = options;
  const publicUrl = withoutSlash(options.publicUrl);
  const { api, token } = forgeUpstreams(options, { api: routes, token: [makeToken] });
  const links = gogsLinks(publicUrl);

  return {
    id,
    name,
    product: 'Gogs',
    publicUrl,
    internalUrl: withoutSlash(options.internalUrl),
    links,
    oauth: null,
    credentials: gogsCredentials(token, {
      instance: id,
      tokenPageUrl: `${publicUrl}/user/settings/applications`,
      clock,
      random: options.random ?? Math.random,
    }),
    refresh: async () => {
      throw new Failure('forge_signed_out', 'Tokens of this forge cannot be traded.', { instance: id });
    },
    as: (accessToken) => gogsClient(api, accessToken, links.repository),

    /** There is no version endpoint: the version is unknown. An empty 401 is how it refuses who shows no token. */
    async probe(signal) {
      const answer = await api.raw({ route: 'GET /api/v1/user', ...(signal ? { signal } : {}) });
      if (answer.status === 401 && answer.text === '') return { version: null };
      throw new Failure('forge_refused', `What answers at the address of "${id}" is no Gogs.`, {
        instance: id,
        status: answer.status,
        raw: redact(`${answer.status} ${wordsOfAnswer(answer)}`.trim()),
      });
    },
  };
}
