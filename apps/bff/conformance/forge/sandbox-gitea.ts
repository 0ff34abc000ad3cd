import { createHash, randomBytes } from 'node:crypto';
import { Browser } from '../../../sandbox/src/faces/gitea/testing.ts';
import { startSandbox } from '../../../sandbox/src/index.ts';
import { addRepository } from '../../../sandbox/src/world/people.ts';
import { createGiteaForge } from '../../src/adapters/forge/gitea/adapter.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { oauthOf } from '../../src/testing/oauth-of.ts';
import type { ForgeHarness } from './harness.ts';

/** The world like the recorded servers: ada owns acme, grace writes acme/checkout, linus reads the private acme/infra. */
export async function sandboxGitea(): Promise<ForgeHarness> {
  const sandbox = await startSandbox({ seed: 'recorded', paused: true });
  const forge = createGiteaForge({
    id: 'gitea',
    name: 'Gitea',
    publicUrl: sandbox.urls.gitea,
    internalUrl: sandbox.urls.gitea,
    ...sandbox.oauth,
    clock: systemClock,
  });
  const redirectUri = `${sandbox.world.addresses.console}/auth/forge/gitea/callback`;
  const token = (login: string) => `${login}-access-token`;
  const found = (path: string) => {
    const [owner = '', name = ''] = path.split('/');
    const repo = sandbox.world.forge.repository(owner, name);
    if (!repo) throw new Error(`no ${path} in the sandbox`);
    return repo;
  };
  // The recorded private repository is empty of files.
  sandbox.control.push({
    repo: 'acme/infra',
    message: 'Say what it is',
    author: 'ada',
    files: { 'README.md': '# infra\n' },
  });

  return {
    forge,
    repository: { path: 'acme/infra', branch: 'main', file: 'README.md' },
    admin: token('ada'),
    others: [
      { token: token('linus'), level: 'read' },
      { token: token('grace'), level: 'none' },
    ],
    pair: async () => {
      const browser = new Browser(sandbox.urls.gitea);
      await browser.signIn('ada');
      const verifier = randomBytes(32).toString('base64url');
      const back = await browser.authorize({
        client_id: sandbox.oauth.clientId,
        redirect_uri: redirectUri,
        scope: oauthOf(forge).scope.join(' '),
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      });
      return oauthOf(forge).exchange({ code: back.searchParams.get('code') ?? '', verifier, redirectUri });
    },
    password: null,
    control: {
      publicRepository: { path: 'acme/checkout', stranger: token('linus') },
      addRepositories: (count) => {
        for (let n = 0; n < count; n += 1) addRepository(sandbox.world, { owner: 'ada', name: `many-${n}` });
      },
      renameRepository: (from, to) => {
        const [owner = '', name = ''] = to.split('/');
        Object.assign(found(from), { owner, name });
      },
      endAccessTokens: () => {
        for (const one of sandbox.world.forge.tokens.values()) if (one.kind === 'access') one.revoked = true;
      },
      forbidReuse: () => {
        sandbox.world.forge.invalidateRefreshTokens = true;
      },
    },
    stop: () => sandbox.stop(),
  };
}
