import { describe, test } from 'vitest';
import { liveDrone } from './ci-server/live-drone.ts';
import { sandboxDrone } from './ci-server/sandbox-drone.ts';
import { describeCiServer } from './ci-server.suite.ts';

describeCiServer('Drone, in the sandbox', { roles: true, writes: true, control: true }, sandboxDrone);

if (liveDrone) describeCiServer('Drone, a real one', liveDrone.abilities, liveDrone.make);
else describe.skip('CI server: Drone, a real one', () => test('no FLIGHTDECK_LIVE_DRONE_URL', () => {}));
