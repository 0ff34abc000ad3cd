import { describe, test } from 'vitest';
import { createDrone08 } from '../src/adapters/ci/drone-0.8/adapter.ts';
import { live } from './ci-server/live.ts';
import { sandboxDrone08 } from './ci-server/sandbox-drone-0.8.ts';
import { describeCiServer } from './ci-server.suite.ts';

describeCiServer('Drone 0.8, in the sandbox', { roles: true, writes: true, control: true }, sandboxDrone08);

const real = live('DRONE_08', createDrone08);
if (real) describeCiServer('Drone 0.8, a real one', real.abilities, real.make);
else
  describe.skip('CI server: Drone 0.8, a real one', () => test('no FLIGHTDECK_LIVE_DRONE_08_URL', () => {}));
