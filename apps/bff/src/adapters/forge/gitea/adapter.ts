import { isFailure } from '../../../domain/failure.ts';
import type { Forge } from '../../../ports/forge.ts';
import { oauthTokens } from '../oauth-tokens.ts';
import type { ForgeOptions } from '../options.ts';
import { forgeUpstreams, withoutSlash } from '../parts.ts';
import { giteaClient } from './client.ts';
import { giteaExamination, TOKEN } from './examine.ts';
import { giteaLinks } from './links.ts';
import { routes } from './routes.ts';
import { versionWire } from './wire.ts';

/**
 * Asked by name and spelled right: Gitea takes a misspelt or missing scope for all of them (1.23 to 1.25), Forgejo
 * drops what it does not know and takes nothing left for all. A grant that exists keeps the scope it was given first.
 */
const defaultScope = ['read:user', 'read:repository', 'read:organization'];

/** Gitea 1.23 or newer (recorded: 1.25.4). README.md says what was seen and what was only read. */
export const createGiteaForge = (options: ForgeOptions): Forge => create(options, 'Gitea');

/** Forgejo: the same API under another name; README.md lists what differs. */
export const createForgejoForge = (options: ForgeOptions): Forge => create(options, 'Forgejo');

function create(options: ForgeOptions, product: 'Gitea' | 'Forgejo'): Forge {
  const { id, name, clientId, clientSecret, clock } = options;
  const publicUrl = withoutSlash(options.publicUrl);
  const internalUrl = withoutSlash(options.internalUrl);
  const { api, token } = forgeUpstreams(options, { api: routes, token: [TOKEN] });
  const links = giteaLinks(publicUrl);
  const tokens = oauthTokens(token, { route: TOKEN, instance: id, clientId, clientSecret, clock });

  const probe = async (signal?: AbortSignal) => {
    try {
      const request = { route: 'GET /api/v1/version' as const, ...(signal ? { signal } : {}) };
      const { version } = await api.json(versionWire, request);
      return { version: ownVersion(version) };
    } catch (error) {
      // An instance that shows itself to signed-in people only (`REQUIRE_SIGNIN_VIEW`) is there all the same.
      const closed = isFailure(error) && (error.facts.status === 401 || error.facts.status === 403);
      if (closed) return { version: null };
      throw error;
    }
  };

  return {
    id,
    name,
    product,
    publicUrl,
    internalUrl,
    links,
    oauth: {
      authorizeUrl: `${publicUrl}/login/oauth/authorize`,
      tokenUrl: `${internalUrl}/login/oauth/access_token`,
      clientId,
      clientSecret,
      scope: [...(options.scopes ?? defaultScope)],
      exchange: tokens.exchange,
    },
    credentials: null,
    refresh: tokens.refresh,
    as: (accessToken) => giteaClient(api, accessToken, links.repository),
    probe,
    examination: giteaExamination({ product, base: internalUrl, api, token, clientId, clientSecret, probe }),
  };
}

/** Forgejo adds the Gitea API it is like (`15.0.0+gitea-1.22.0`): not a part of its own version. */
const ownVersion = (text: string): string => text.replace(/\+gitea-.*$/, '');
