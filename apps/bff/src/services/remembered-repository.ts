import { noSettings } from '@flightdeck/api-client/model';
import type { CiRepository } from '../ports/ci-server.ts';
import type { ForgeRepository } from '../ports/forge.ts';
import type { Store } from '../ports/store.ts';

/**
 * A repository that builds are known of, while nobody knows how its CI server holds it: after a start of the console with
 * the server down. Everything is as strict as it could be: open to those with a role alone.
 */
export async function rememberedRepository(
  builds: Pick<Store['builds'], 'reach' | 'query'>,
  server: string,
  onForge: ForgeRepository,
): Promise<CiRepository | null> {
  const { newest } = await builds.reach(server, onForge.id);
  if (newest === null) return null;
  const [lastBuild = null] = await builds.query(server, onForge.id, { limit: 1 });
  return {
    path: onForge.path,
    forgeRepoId: onForge.id,
    active: true,
    visibility: 'private',
    private: onForge.private,
    archived: onForge.archived,
    defaultBranch: onForge.defaultBranch,
    pipelineFile: '',
    counter: newest,
    settings: noSettings,
    lastBuild,
    permission: null,
  };
}
