import type { Core } from '../core.ts';
import { oauthClient } from './credentials.ts';
import { demoSpan, seedDemo } from './demo.ts';
import { recordedStart, seedRecorded } from './recorded.ts';

export type SeedName = 'demo' | 'recorded';

/** First value of a seed's clock. The demo's past leads up to now. */
export function startOf(seed: SeedName): number {
  return seed === 'recorded' ? recordedStart : Date.now() - demoSpan;
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
