import { describe, test } from 'vitest';
import { liveForge } from './forge/live.ts';
import { sandboxForge } from './forge/sandbox-more.ts';
import { describeForge } from './forge.suite.ts';

describeForge('GitLab, in the sandbox', sandboxForge('gitlab'));

const live = liveForge('gitlab');
if (live) describeForge('GitLab, a real one', live);
else describe.skip('forge: GitLab, a real one', () => test('no FLIGHTDECK_LIVE_GITLAB_URL', () => {}));
