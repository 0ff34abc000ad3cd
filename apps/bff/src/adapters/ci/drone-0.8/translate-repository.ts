import type { BuildHead, Settings } from '@flightdeck/api-client/model';
import type { CiRepository } from '../../../ports/ci-server.ts';
import { named } from '../parts.ts';
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
    visibility: visibilityOf(wire),
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

/** Set by the activation, from what the forge says then. A word we do not know counts as the strictest. */
function visibilityOf(wire: RepositoryWire): CiRepository['visibility'] {
  if (wire.visibility === '') return wire.private ? 'private' : 'public';
  return wire.visibility === 'public' || wire.visibility === 'internal' ? wire.visibility : 'private';
}

export function settingsOf(wire: RepositoryWire): Settings {
  return {
    visibility: visibilityOf(wire),
    pipelineFile: wire.config_file || defaultPipelineFile,
    protected: wire.gated,
    approvals: null,
    // `allow_deploys` is about the forge's own deployment events: promotions go on whatever it says (0.8.10).
    promotions: null,
    ignoreForks: null,
    ignorePullRequests: !wire.allow_pr,
    ignorePushes: !wire.allow_push,
    ignoreTags: !wire.allow_tags,
    ignoreDeployments: !wire.allow_deploys,
    cancelPullRequests: null,
    cancelPushes: null,
    cancelRunning: null,
    trusted: wire.trusted,
    trustedNetwork: null,
    trustedVolumes: null,
    trustedSecurity: null,
    timeoutMinutes: wire.timeout,
    concurrentBuilds: null,
    buildCounter: null,
  };
}

const not = (value: boolean | null | undefined): boolean | undefined =>
  typeof value === 'boolean' ? !value : undefined;

/**
 * Only the fields that are named: `trusted` and `timeout` from anybody but an administrator have the whole change
 * refused. Two keys are not those of the answer, which are ignored here without a word (0.8.10).
 */
export const changeOf = (change: Partial<Settings>): Record<string, unknown> =>
  named({
    visibility: change.visibility,
    config_file: change.pipelineFile,
    gated: change.protected,
    allow_pr: not(change.ignorePullRequests),
    allow_push: not(change.ignorePushes),
    allow_tag: not(change.ignoreTags),
    allow_deploy: not(change.ignoreDeployments),
    trusted: change.trusted,
    timeout: change.timeoutMinutes,
  });
