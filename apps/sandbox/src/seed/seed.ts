import type { Core } from '../core.ts';
import type { Further } from '../servers/further.ts';
import { ciOauthClient, oauthClient } from './credentials.ts';
import { demoSpan, seedDemo } from './demo.ts';
import { demoOf, seedFurtherRecorded } from './further.ts';
import { recordedStart, seedRecorded } from './recorded.ts';

export type SeedName = 'demo' | 'recorded';

/** First value of a seed's clock. The demo's past leads up to now. */
export function startOf(seed: SeedName): number {
  return seed === 'recorded' ? recordedStart : Date.now() - demoSpan;
}

export function seedWorld(core: Core, seed: SeedName, droneRedirect: string, further?: Further): void {
  const { world } = core;
  if (seed === 'recorded') seedRecorded(core);
  else seedDemo(core, (further?.instances ?? []).map(demoOf));
  if (seed === 'recorded') for (const instance of further?.instances ?? []) seedFurtherRecorded(instance);
  const { console: site, drone } = world.addresses;
  const common = { confidential: true, owner: 'ada', createdAt: world.clock.now() };
  world.forge.applications.push({
    id: 1,
    name: 'Flightdeck',
    ...oauthClient,
    redirectUris: [`${site}/auth/forge/gitea/callback`],
    ...common,
  });
  world.forge.applications.push({
    id: 2,
    name: 'Drone',
    ...ciOauthClient,
    redirectUris: [...new Set([`${site}/auth/server/drone/callback`, `${drone}/login`, droneRedirect])],
    ...common,
  });
  further?.register();
}
