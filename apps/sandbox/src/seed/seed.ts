import type { Core } from '../core.ts';
import { seedDemo } from './demo.ts';
import { recordedStart, seedRecorded } from './recorded.ts';

export type SeedName = 'demo' | 'recorded';

/** The forge's one OAuth application, used by the console and by the CI server. */
export const oauthClient = {
  clientId: '5a4db0c5-0000-4000-8000-000000000001',
  clientSecret: 'gto_sandbox_made_up_client_secret',
};

/** Token of the CI server's machine account with administrator's rights. */
export const serviceToken = 'sandboxservicetokenmadeup0000001';

/** First value of a seed's clock. The demo's past leads up to now. */
export function startOf(seed: SeedName): number {
  return seed === 'recorded' ? recordedStart : Date.now();
}

export function seedWorld(core: Core, seed: SeedName, droneRedirect: string): void {
  const { world } = core;
  if (seed === 'recorded') seedRecorded(core);
  else seedDemo(core);
  const { console: site, drone } = world.addresses;
  const own = [`${site}/auth/forge/gitea/callback`, `${site}/auth/server/drone/callback`, `${drone}/login`];
  world.forge.applications.push({
    id: 1,
    name: 'Flightdeck',
    ...oauthClient,
    redirectUris: [...new Set([...own, droneRedirect])],
    confidential: true,
    owner: 'ada',
    createdAt: world.clock.now(),
  });
}
