import { describe, test } from 'vitest';
import { liveForge } from './forge/live.ts';
import { sandboxGitea } from './forge/sandbox-gitea.ts';
import { describeForge } from './forge.suite.ts';

describeForge('Gitea, in the sandbox', sandboxGitea);

const live = liveForge('gitea');
if (live) describeForge('Gitea, a real one', live);
else describe.skip('forge: Gitea, a real one', () => test('no FLIGHTDECK_LIVE_GITEA_URL', () => {}));
