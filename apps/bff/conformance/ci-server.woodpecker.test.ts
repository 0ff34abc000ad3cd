import { describe, test } from 'vitest';
import { createWoodpecker } from '../src/adapters/ci/woodpecker/adapter.ts';
import { live } from './ci-server/live.ts';
import { sandboxWoodpecker } from './ci-server/sandbox-woodpecker.ts';
import { describeCiServer } from './ci-server.suite.ts';

const all = { roles: true, writes: true, control: true };
describeCiServer('Woodpecker 3.17, in the sandbox', all, () => sandboxWoodpecker('3.17'));
describeCiServer('Woodpecker 2.8, in the sandbox', all, () => sandboxWoodpecker('2.8'));

const real = live('WOODPECKER', createWoodpecker);
if (real) describeCiServer('Woodpecker, a real one', real.abilities, real.make);
else
  describe.skip('CI server: Woodpecker, a real one', () =>
    test('no FLIGHTDECK_LIVE_WOODPECKER_URL', () => {}));
