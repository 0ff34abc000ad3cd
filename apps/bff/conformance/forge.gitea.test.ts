import { describe, test } from 'vitest';
import { liveGitea } from './forge/live-gitea.ts';
import { sandboxGitea } from './forge/sandbox-gitea.ts';
import { describeForge } from './forge.suite.ts';

describeForge('Gitea, in the sandbox', sandboxGitea);

if (liveGitea) describeForge('Gitea, a real one', liveGitea);
else describe.skip('forge: Gitea, a real one', () => test('no FLIGHTDECK_LIVE_GITEA_URL', () => {}));
