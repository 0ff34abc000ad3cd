import type { Forge } from '../../../ports/forge.ts';
import { wordsOfAnswer } from '../../upstream/errors.ts';
import { oauthTokens } from '../oauth-tokens.ts';
import type { ForgeOptions } from '../options.ts';
import { forgeUpstreams, otherProduct, withoutSlash } from '../parts.ts';
import { gitlabClient } from './client.ts';
import { gitlabExamination } from './examine.ts';
import { gitlabLinks } from './links.ts';
import { routes, tokenRoute } from './routes.ts';
import { versionWire } from './wire.ts';

/** GitLab 16 or newer. Not recorded: README.md says where each fact comes from. */
export function createGitlabForge(options: ForgeOptions): Forge {
  const { id, name, clientId, clientSecret, clock } = options;
  const publicUrl = withoutSlash(options.publicUrl);
  const internalUrl = withoutSlash(options.internalUrl);
  const { api, token } = forgeUpstreams(options, { api: routes, token: [tokenRoute] });
  const links = gitlabLinks(publicUrl);
  const tokens = oauthTokens(token, { route: tokenRoute, instance: id, clientId, clientSecret, clock });

  /** The version is told to people with a token only; the API's own 401 shows that it is there. */
  async function probe(signal?: AbortSignal): Promise<{ version: string | null }> {
    const answer = await api.raw({ route: 'GET /api/v4/version', ...(signal ? { signal } : {}) });
    const wire = versionWire.safeParse(parse(answer.text));
    if (answer.status === 200 && wire.success && wire.data.version) return { version: wire.data.version };
    const words = wordsOfAnswer(answer);
    if (answer.status === 401 && /^401 unauthorized$/i.test(words)) return { version: null };
    throw otherProduct(id, 'GitLab', answer);
  }

  return {
    id,
    name,
    product: 'GitLab',
    publicUrl,
    internalUrl,
    links,
    oauth: {
      authorizeUrl: `${publicUrl}/oauth/authorize`,
      tokenUrl: `${internalUrl}/oauth/token`,
      clientId,
      clientSecret,
      // Reading is all that is needed: `api` could write everywhere its owner can.
      scope: [...(options.scopes ?? ['read_api'])],
      exchange: tokens.exchange,
    },
    credentials: null,
    refresh: tokens.refresh,
    as: (accessToken) => gitlabClient(api, accessToken, links.repository),

    probe,
    examination: gitlabExamination({ base: internalUrl, api, token, clientId, clientSecret, probe }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
