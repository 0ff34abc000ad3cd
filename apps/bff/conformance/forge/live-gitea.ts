import { createGiteaForge } from '../../src/adapters/forge/gitea/adapter.ts';
import { systemClock } from '../../src/ports/clock.ts';
import type { MakeForge } from './harness.ts';

const env = (name: string): string => process.env[`FLIGHTDECK_LIVE_GITEA_${name}`] ?? '';

/** null without an address in the environment; the variables are listed in forge.suite.ts. */
export const liveGitea: MakeForge | null = env('URL') ? make : null;

async function make() {
  for (const name of ['TOKEN', 'REPO']) {
    if (!env(name)) throw new Error(`FLIGHTDECK_LIVE_GITEA_${name} is missing`);
  }
  const forge = createGiteaForge({
    id: 'gitea',
    name: 'Gitea',
    publicUrl: env('URL'),
    internalUrl: env('URL'),
    clientId: env('CLIENT_ID') || 'made-up-client-id',
    clientSecret: env('CLIENT_SECRET') || 'made-up-client-secret',
    clock: systemClock,
  });
  const others = [
    { token: env('WRITER_TOKEN'), level: 'write' as const },
    { token: env('READER_TOKEN'), level: 'read' as const },
    { token: env('OUTSIDER_TOKEN'), level: 'none' as const },
  ].filter((one) => one.token !== '');
  const held = {
    accessToken: '',
    refreshToken: env('REFRESH_TOKEN'),
    expiresAt: null,
    redirectUri: env('REDIRECT_URI') || 'http://127.0.0.1/callback',
  };
  return {
    forge,
    repository: { path: env('REPO'), branch: 'main', file: 'README.md' },
    admin: env('TOKEN'),
    others,
    pair: env('REFRESH_TOKEN') ? () => forge.refresh(held) : null,
    control: null,
    stop: async () => {},
  };
}
