import { afterAll, beforeAll, describe } from 'vitest';
import { changes } from './forge/changes.ts';
import { examination } from './forge/examination.ts';
import type { ForgeHarness, MakeForge } from './forge/harness.ts';
import { reading } from './forge/reading.ts';
import { signIn } from './forge/sign-in.ts';

/**
 * What every adapter of a forge owes, said in the words of the port and of the model.
 *
 * Runs against the sandbox's face of a vendor, and against a real forge when its address is in the environment; for
 * Gitea (`…_FORGEJO_…`, `…_GITLAB_…`, `…_GOGS_…` for the others):
 *
 * - `FLIGHTDECK_LIVE_GITEA_URL`: its address; `…_CA_FILE` where a private authority signed its certificate
 * - `FLIGHTDECK_LIVE_GITEA_TOKEN`: access token of somebody who administers the repository
 * - `FLIGHTDECK_LIVE_GITEA_REPO`: its whole path, private, with a `README.md` in `main` (else `…_BRANCH`)
 * - `FLIGHTDECK_LIVE_GITEA_WRITER_TOKEN`, `…_READER_TOKEN`, `…_OUTSIDER_TOKEN`: people with write, read and no
 *   permission on it; those that are not set are left out
 * - `FLIGHTDECK_LIVE_GITEA_CLIENT_ID`, `…_CLIENT_SECRET`, `…_REFRESH_TOKEN`: an OAuth application and a refresh token
 *   it was given; without them what concerns tokens is checked for refusals only. The refresh token may be used up.
 * - `…_LOGIN`, `…_PASSWORD`: of the administrator, where people sign in by password. Each run leaves two tokens there.
 */
export function describeForge(name: string, make: MakeForge): void {
  describe(`forge: ${name}`, () => {
    let harness: ForgeHarness | undefined;
    beforeAll(async () => {
      harness = await make();
    }, 60_000);
    afterAll(async () => {
      await harness?.stop();
    });
    const get = (): ForgeHarness => {
      if (!harness) throw new Error('the harness did not start');
      return harness;
    };
    reading(get);
    signIn(get);
    examination(get);
    changes(get);
  });
}
