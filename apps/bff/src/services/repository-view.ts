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
    activation: activationOf(listed),
    level: listed.level,
    mine: onForge !== null,
    ...more,
  };
}

/** Where every repository can be activated at once, one the server never heard of is like any other that is not active. */
function activationOf({ onServer, server }: Listed): Repository['activation'] {
  if (onServer) return onServer.active ? 'active' : 'inactive';
  return server.declaration.capabilities.includes('late-activation') ? 'unknown' : 'inactive';
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
