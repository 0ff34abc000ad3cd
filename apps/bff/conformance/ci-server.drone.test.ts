import { describe, test } from 'vitest';
import { createDrone } from '../src/adapters/ci/drone/adapter.ts';
import { live } from './ci-server/live.ts';
import { sandboxDrone } from './ci-server/sandbox-drone.ts';
import { describeCiServer } from './ci-server.suite.ts';

const all = { roles: true, writes: true, control: true };
describeCiServer('Drone 2.25, in the sandbox', all, () => sandboxDrone('2.25'));
describeCiServer('Drone 1.10, in the sandbox', all, () => sandboxDrone('1.10'));

const real = live('DRONE', createDrone);
if (real) describeCiServer('Drone, a real one', real.abilities, real.make);
else describe.skip('CI server: Drone, a real one', () => test('no FLIGHTDECK_LIVE_DRONE_URL', () => {}));
