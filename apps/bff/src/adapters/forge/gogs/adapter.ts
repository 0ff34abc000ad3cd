import { Failure } from '../../../domain/failure.ts';
import type { Forge } from '../../../ports/forge.ts';
import { reachBy } from '../../upstream/examine.ts';
import type { ForgeOptions } from '../options.ts';
import { forgeUpstreams, otherProduct, withoutSlash } from '../parts.ts';
import { gogsClient } from './client.ts';
import { gogsLinks } from './links.ts';
import { makeToken, routes } from './routes.ts';
import { gogsCredentials } from './tokens.ts';

/** Gogs 0.13 or newer (recorded: 0.14.3). README.md says what was seen and what was only read. */
export function createGogsForge(options: ForgeOptions): Forge {
  const { id, name, clock } = options;
  const publicUrl = withoutSlash(options.publicUrl);
  const internalUrl = withoutSlash(options.internalUrl);
  const { api, token } = forgeUpstreams(options, { api: routes, token: [makeToken] });
  const links = gogsLinks(publicUrl);

  /** There is no version endpoint: the version is unknown. An empty 401 is how it refuses who shows no token. */
  async function probe(signal?: AbortSignal): Promise<{ version: string | null }> {
    const answer = await api.raw({ route: 'GET /api/v1/user', ...(signal ? { signal } : {}) });
    if (answer.status === 401 && answer.text === '') return { version: null };
    throw otherProduct(id, 'Gogs', answer);
  }

  return {
    id,
    name,
    product: 'Gogs',
    publicUrl,
    internalUrl,
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

    probe,
    // It tells nobody its own address; its webhooks are held by `LOCAL_NETWORK_ALLOWLIST` (0.12 source).
    examination: {
      reach: () => reachBy(api, internalUrl, 'GET /api/v1/user', probe),
      words: null,
      client: null,
      webhookRule: 'local-network-allowlist',
    },
  };
}
