import type { BuildHead, Repository, RepositoryDetail } from '@flightdeck/api-client/model';
import { repositoryPermits } from '../domain/permits.ts';
import type { Forge } from '../ports/forge.ts';
import type { BuildFacts } from './build-facts.ts';
import type { GatedRepo } from './context.ts';
import type { Listed } from './standings.ts';

/** A listed repository as the screens know it. */
export function toRepository(
  listed: Listed,
  forge: Forge,
  more: { favourite: boolean; lastBuild: BuildHead | null },
): Repository {
  const { onForge, onServer } = listed;
  return {
    server: listed.server.id,
    forge: forge.id,
    forgeRepoId: listed.forgeRepoId,
    path: listed.path,
    private: onForge?.private ?? onServer?.private ?? true,
    archived: onForge?.archived ?? onServer?.archived ?? false,
    defaultBranch: onForge?.defaultBranch ?? onServer?.defaultBranch ?? '',
    forgeUrl: onForge?.url ?? forge.links.repository(listed.path),
    description: onForge?.description ?? '',
    activation: onServer === null ? 'unknown' : onServer.active ? 'active' : 'inactive',
    level: listed.level,
    mine: onForge !== null,
    ...more,
  };
}

/** A repository that the gate has opened, with what the person may do. */
export function toDetail(
  repo: GatedRepo,
  facts: BuildFacts,
  more: { favourite: boolean; lastBuild: BuildHead | null; mine: boolean },
): RepositoryDetail {
  const { mine, ...rest } = more;
  const listed: Listed = { ...repo, onForge: repo.onForge };
  return {
    ...toRepository(listed, repo.forge, rest),
    mine,
    permits: repositoryPermits(facts.permitFacts(repo)),
    pipelineFile: repo.onServer?.pipelineFile || repo.server.declaration.defaultPipelineFile,
  };
}
