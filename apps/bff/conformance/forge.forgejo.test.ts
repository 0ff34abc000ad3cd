import { describe, test } from 'vitest';
import { liveForge } from './forge/live.ts';
import { sandboxForge } from './forge/sandbox-more.ts';
import { describeForge } from './forge.suite.ts';

describeForge('Forgejo, in the sandbox', sandboxForge('forgejo'));

const live = liveForge('forgejo');
if (live) describeForge('Forgejo, a real one', live);
else describe.skip('forge: Forgejo, a real one', () => test('no FLIGHTDECK_LIVE_FORGEJO_URL', () => {}));
