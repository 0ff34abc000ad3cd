import { afterAll, beforeAll, describe } from 'vitest';
import { builds } from './ci-server/builds.ts';
import { examination } from './ci-server/examination.ts';
import { faults } from './ci-server/faults.ts';
import type { Abilities, CiServerHarness, Make } from './ci-server/harness.ts';
import { identity } from './ci-server/identity.ts';
import { link } from './ci-server/link.ts';
import { registries } from './ci-server/registries.ts';
import { repositories } from './ci-server/repositories.ts';
import { secrets } from './ci-server/secrets.ts';
import { streams } from './ci-server/streams.ts';

export type { Abilities, Make } from './ci-server/harness.ts';

/**
 * What every adapter of a CI server owes, said in the words of the port and of the model.
 *
 * Runs against the sandbox's face of a vendor, and against a real server when its address is in the environment; for
 * Drone (`DRONE_08` or `WOODPECKER` in place of `DRONE` for the others):
 *
 * - `FLIGHTDECK_LIVE_DRONE_URL`: its address
 * - `FLIGHTDECK_LIVE_DRONE_TOKEN`: token of an administrator who has admin permission on the repository
 * - `FLIGHTDECK_LIVE_DRONE_REPO`: owner/name, active, with at least three builds and a `main` branch
 * - `FLIGHTDECK_LIVE_DRONE_WRITER_TOKEN`, `FLIGHTDECK_LIVE_DRONE_READER_TOKEN`: people with write and with read
 *   permission on it; without both, what concerns roles is left out
 * - `FLIGHTDECK_LIVE_DRONE_ENVIRONMENT`: an environment its pipeline accepts promotions to
 * - `FLIGHTDECK_LIVE_DRONE_WRITE=1`: builds may be started, cancelled and promoted in that repository, and a secret
 *   named `flightdeck_check` added and removed; without it nothing is changed
 */
export function describeCiServer(name: string, abilities: Abilities, make: Make): void {
  describe(`CI server: ${name}`, () => {
    let harness: CiServerHarness | undefined;
    beforeAll(async () => {
      harness = await make();
    }, 60_000);
    afterAll(async () => {
      await harness?.stop();
    });
    const get = (): CiServerHarness => {
      if (!harness) throw new Error('the harness did not start');
      return harness;
    };
    identity(abilities, get);
    examination(abilities, get);
    repositories(abilities, get);
    builds(abilities, get);
    streams(abilities, get);
    secrets(abilities, get);
    registries(abilities, get);
    link(abilities, get);
    faults(abilities, get);
  });
}
