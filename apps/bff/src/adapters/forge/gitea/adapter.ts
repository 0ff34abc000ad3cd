import { isFailure } from '../../../domain/failure.ts';
import type { Forge } from '../../../ports/forge.ts';
import { createUpstream } from '../../upstream/http.ts';
import type { ForgeOptions } from '../options.ts';
import { giteaClient } from './client.ts';
import { giteaLinks } from './links.ts';
import { routes } from './routes.ts';
import { giteaTokens } from './tokens.ts';
import { versionWire } from './wire.ts';

/**
 * Asked by name and spelled right: Gitea takes a misspelt or missing scope for all of them (1.23 to 1.25). A grant
 * that exists keeps the scope it was given first.
 */
const defaultScope = ['read:user', 'read:repository', 'read:organization'];

/** Gitea 1.23 or newer (recorded: 1.25.4). README.md says what was seen and what was only read. */
export function createGiteaForge(options: ForgeOptions): Forge {
  const { id, name, clientId, clientSecret, clock } = options;
  const publicUrl = withoutSlash(options.publicUrl);
  const internalUrl = withoutSlash(options.internalUrl);
  const common = {
    instance: id,
    side: 'forge' as const,
    baseUrl: internalUrl,
    clock,
    ...(options.caFile === undefined ? {} : { caFile: options.caFile }),
    ...(options.random ? { random: options.random } : {}),
    ...(options.dispatcher ? { dispatcher: options.dispatcher } : {}),
    ...(options.observe ? { observe: options.observe } : {}),
  };
  const api = createUpstream({ ...common, allow: routes, limits: options.limits ?? {} });
  // Its own limits: a token answer is about 2 KB, and a person waits behind it.
  const tokens = createUpstream({
    ...common,
    allow: ['POST /login/oauth/access_token'],
    limits: { ...options.limits, jsonBytes: 64 * 1024, totalMs: 10_000 },
  });
  const links = giteaLinks(publicUrl);

  return {
    id,
    name,
    product: 'Gitea',
    publicUrl,
    links,
    oauth: {
      authorizeUrl: `${publicUrl}/login/oauth/authorize`,
      tokenUrl: `${internalUrl}/login/oauth/access_token`,
      clientId,
      clientSecret,
      scope: [...(options.scopes ?? defaultScope)],
    },
    ...giteaTokens(tokens, { instance: id, clientId, clientSecret, clock }),
    as: (token) => giteaClient(api, token, links.repository),
    async probe(signal) {
      try {
        const request = { route: 'GET /api/v1/version' as const, ...(signal ? { signal } : {}) };
        return await api.json(versionWire, request);
      } catch (error) {
        // An instance that shows itself to signed-in people only (`REQUIRE_SIGNIN_VIEW`) is there all the same.
        const closed = isFailure(error) && (error.facts.status === 401 || error.facts.status === 403);
        if (closed) return { version: null };
        throw error;
      }
    },
  };
}

const withoutSlash = (address: string): string => address.replace(/\/+$/, '');
