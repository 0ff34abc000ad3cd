import { describe, test } from 'vitest';
import { createDrone } from '../src/adapters/ci/drone/adapter.ts';
import { live } from './ci-server/live.ts';
import { sandboxDrone } from './ci-server/sandbox-drone.ts';
import { describeCiServer } from './ci-server.suite.ts';

describeCiServer('Drone, in the sandbox', { roles: true, writes: true, control: true }, sandboxDrone);

const real = live('DRONE', createDrone);
if (real) describeCiServer('Drone, a real one', real.abilities, real.make);
else describe.skip('CI server: Drone, a real one', () => test('no FLIGHTDECK_LIVE_DRONE_URL', () => {}));
