import { describe, test } from 'vitest';
import { liveForge } from './forge/live.ts';
import { sandboxForge } from './forge/sandbox-more.ts';
import { describeForge } from './forge.suite.ts';

describeForge('Gogs, in the sandbox', sandboxForge('gogs'));

const live = liveForge('gogs');
if (live) describeForge('Gogs, a real one', live);
else describe.skip('forge: Gogs, a real one', () => test('no FLIGHTDECK_LIVE_GOGS_URL', () => {}));
