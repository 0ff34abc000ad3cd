import { createHash, randomBytes } from 'node:crypto';
import type { ForgeVendor } from '../../../sandbox/src/forges/options.ts';
import { startSandbox } from '../../../sandbox/src/index.ts';
import { addRepository } from '../../../sandbox/src/world/people.ts';
import { forgeCatalog } from '../../src/adapters/forge/catalog.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { oauthOf } from '../../src/testing/oauth-of.ts';
import { Browser } from '../../testing/browser.ts';
import type { ForgeHarness, MakeForge } from './harness.ts';

/**
 * A forge beside the first one in the sandbox: ada owns acme, grace writes the public checkout, linus reads the private
 * infra; where groups nest, both lie in a group of acme's.
 */
export function sandboxForge(vendor: ForgeVendor): MakeForge {
  return async (): Promise<ForgeHarness> => {
    const sandbox = await startSandbox({ seed: 'recorded', paused: true, forges: [{ id: 'other', vendor }] });
    const { world } = sandbox.forges.get('other');
    const url = sandbox.forges.urls.other ?? '';
    const forge = forgeCatalog[vendor]({
      ...{ id: 'other', name: 'Other', publicUrl: url, internalUrl: url, clock: systemClock },
      ...sandbox.oauth,
    });
    const redirectUri = `${world.addresses.console}/auth/forge/other/callback`;
    const owner = vendor === 'gitlab' ? 'acme/platform' : 'acme';
    const who = sandbox.people.find((person) => person.login === 'ada');
    if (!who) throw new Error('ada is not there');
    const token = (login: string) => `${login}-access-token`;

    return {
      forge,
      repository: {
        path: `${owner}/infra`,
        branch: vendor === 'gogs' ? 'master' : 'main',
        file: 'README.md',
      },
      admin: token('ada'),
      others: [
        { token: token('linus'), level: 'read' },
        { token: token('grace'), level: 'none' },
      ],
      pair: forge.oauth
        ? async () => {
            const oauth = oauthOf(forge);
            const verifier = randomBytes(32).toString('base64url');
            const asked = new URLSearchParams({
              client_id: oauth.clientId,
              redirect_uri: redirectUri,
              response_type: 'code',
              state: 'made-up-state',
              scope: oauth.scope.join(' '),
              code_challenge: createHash('sha256').update(verifier).digest('base64url'),
              code_challenge_method: 'S256',
            });
            const end = await new Browser().throughForge(`${oauth.authorizeUrl}?${asked}`, who, (at) =>
              at.startsWith(redirectUri),
            );
            const code = new URL(end.url).searchParams.get('code') ?? '';
            return oauth.exchange({ code, verifier, redirectUri });
          }
        : null,
      password: forge.credentials ? who : null,
      control: {
        publicRepository: { path: `${owner}/checkout`, stranger: token('linus') },
        addRepositories: (count) => {
          for (let n = 0; n < count; n += 1) addRepository(world, { owner: 'ada', name: `many-${n}` });
        },
        renameRepository: (from, to) => {
          const [group, name] = splitLast(from);
          const repo = world.forge.repository(group, name);
          if (!repo) throw new Error(`no ${from} in the sandbox`);
          const [owner, renamed] = splitLast(to);
          Object.assign(repo, { owner, name: renamed, formerNames: [from] });
        },
        endAccessTokens: () => {
          for (const one of world.forge.tokens.values()) if (one.kind === 'access') one.revoked = true;
        },
        forbidReuse: () => {
          world.forge.invalidateRefreshTokens = true;
        },
      },
      stop: () => sandbox.stop(),
    };
  };
}

const splitLast = (path: string): [string, string] => {
  const at = path.lastIndexOf('/');
  return [path.slice(0, at), path.slice(at + 1)];
};
