import { type ApprovalMode, noSettings, type Settings } from '@flightdeck/api-client/model';
import type { CiRepository } from '../../../ports/ci-server.ts';
import { inverse, named, visibilityOf } from '../parts.ts';
import { headOf } from './translate.ts';
import type { RepositoryWire } from './wire.ts';

/** Looked for in this order; the first that is there counts (3.17.0, 2.8). */
export const defaultPipelineFile = '.woodpecker/';
export const furtherPipelineFiles: readonly string[] = ['.woodpecker.yaml', '.woodpecker.yml'];

const modes: ReadonlySet<string> = new Set<ApprovalMode>(['none', 'forks', 'pull_requests', 'all_events']);

export function repositoryOf(wire: RepositoryWire): CiRepository {
  const lastBuild = wire.last_pipeline ? headOf(wire.last_pipeline) : null;
  return {
    path: wire.full_name,
    forgeRepoId: wire.forge_remote_id,
    active: wire.active,
    visibility: visibilityOf(wire.visibility),
    private: wire.private,
    archived: false,
    defaultBranch: wire.default_branch,
    pipelineFile: wire.config_file || defaultPipelineFile,
    counter: lastBuild?.number ?? null,
    settings: settingsOf(wire),
    lastBuild,
    permission: null,
  };
}

export function settingsOf(wire: RepositoryWire): Settings {
  const cancels = (event: string) => wire.cancel_previous_pipeline_events.includes(event);
  const three = typeof wire.trusted === 'object' && wire.trusted !== null ? wire.trusted : null;
  return {
    ...noSettings,
    visibility: visibilityOf(wire.visibility),
    pipelineFile: wire.config_file || defaultPipelineFile,
    approvals: approvalsOf(wire),
    promotions: wire.allow_deploy,
    ignorePullRequests: !wire.allow_pr,
    cancelPullRequests: cancels('pull_request'),
    cancelPushes: cancels('push'),
    trusted: typeof wire.trusted === 'boolean' ? wire.trusted : null,
    trustedNetwork: three?.network ?? null,
    trustedVolumes: three?.volumes ?? null,
    trustedSecurity: three?.security ?? null,
    timeoutMinutes: wire.timeout,
  };
}

/** Beside it 2.8 has the switch of before. A word we do not know, and none (never activated), is not offered for a change. */
function approvalsOf({ require_approval: mode, gated }: RepositoryWire): ApprovalMode | null {
  if (modes.has(mode)) return mode as ApprovalMode;
  return mode === '' && gated ? 'all_events' : null;
}

/** Only the fields that are named. `before` is needed for lists of which a change names one entry. */
export function changeOf(change: Partial<Settings>, before: RepositoryWire): Record<string, unknown> {
  const trusted = {
    network: change.trustedNetwork ?? undefined,
    volumes: change.trustedVolumes ?? undefined,
    security: change.trustedSecurity ?? undefined,
  };
  return named({
    visibility: change.visibility,
    config_file: change.pipelineFile === defaultPipelineFile ? '' : change.pipelineFile,
    require_approval: change.approvals,
    allow_deploy: change.promotions,
    allow_pr: inverse(change.ignorePullRequests),
    cancel_previous_pipeline_events: cancelsOf(change, before.cancel_previous_pipeline_events),
    trusted: Object.values(trusted).some((value) => value !== undefined) ? trusted : change.trusted,
    timeout: change.timeoutMinutes,
  });
}

function cancelsOf(change: Partial<Settings>, before: readonly string[]): string[] | undefined {
  const wanted: [string, boolean | null | undefined][] = [
    ['push', change.cancelPushes],
    ['pull_request', change.cancelPullRequests],
  ];
  const asked = wanted.filter(([, on]) => typeof on === 'boolean');
  if (asked.length === 0) return undefined;
  const events = new Set(before);
  for (const [event, on] of asked) on ? events.add(event) : events.delete(event);
  return [...events];
}
