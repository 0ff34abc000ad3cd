import { type BuildHead, noSettings, type Settings } from '@flightdeck/api-client/model';
import type { CiRepository } from '../../../ports/ci-server.ts';
import { inverse, named, visibilityOf } from '../parts.ts';
import type { RepositoryWire } from './wire.ts';

export const defaultPipelineFile = '.drone.yml';

/** Tells which repository of the forge stands at a path: the server keeps no id of the forge's. */
export type Identify = (path: string) => string;

/** How far the clocks of forge and server may be apart. */
const APART = 60_000;

/**
 * Whether a build can be of the repository that stands at the path now. The server keeps its builds by the path: to
 * whoever takes over the path of one that was renamed or removed it shows the builds and logs of that one (0.8).
 */
export type IsOwn = (path: string, build: { createdAt: number }) => boolean;

export const isOwnSince =
  (since: (path: string) => number): IsOwn =>
  (path, { createdAt }) =>
    createdAt >= since(path) - APART;

export function repositoryOf(wire: RepositoryWire, identify: Identify, last: BuildHead | null): CiRepository {
  return {
    path: wire.full_name,
    forgeRepoId: identify(wire.full_name),
    active: wire.active,
    visibility: visibility(wire),
    private: wire.private,
    archived: false,
    defaultBranch: wire.default_branch,
    pipelineFile: wire.config_file || defaultPipelineFile,
    counter: wire.last_build,
    settings: settingsOf(wire),
    lastBuild: last,
    // No answer tells anybody's rights.
    permission: null,
  };
}

/** Set by the activation, from what the forge says then. */
const visibility = (wire: RepositoryWire): CiRepository['visibility'] =>
  wire.visibility === '' && !wire.private ? 'public' : visibilityOf(wire.visibility);

export function settingsOf(wire: RepositoryWire): Settings {
  return {
    ...noSettings,
    visibility: visibility(wire),
    pipelineFile: wire.config_file || defaultPipelineFile,
    protected: wire.gated,
    ignorePullRequests: !wire.allow_pr,
    ignorePushes: !wire.allow_push,
    ignoreTags: !wire.allow_tags,
    // The forge's own deployment events: promotions go on whatever it says (0.8.10).
    ignoreDeployments: !wire.allow_deploys,
    trusted: wire.trusted,
    timeoutMinutes: wire.timeout,
  };
}

/**
 * Only the fields that are named: `trusted` and `timeout` from anybody but an administrator have the whole change
 * refused. Two keys are not those of the answer, which are ignored here without a word (0.8.10).
 */
export const changeOf = (change: Partial<Settings>): Record<string, unknown> =>
  named({
    visibility: change.visibility,
    config_file: change.pipelineFile,
    gated: change.protected,
    allow_pr: inverse(change.ignorePullRequests),
    allow_push: inverse(change.ignorePushes),
    allow_tag: inverse(change.ignoreTags),
    allow_deploy: inverse(change.ignoreDeployments),
    trusted: change.trusted,
    timeout: change.timeoutMinutes,
  });
