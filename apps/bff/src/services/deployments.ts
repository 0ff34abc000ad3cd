import type { BuildHead, Deployment, Environment, Health } from '@flightdeck/api-client/model';
import { type Evidence, groupByEnvironment, outcomeOf } from '../domain/promotion.ts';
import type { Store } from '../ports/store.ts';
import type { GatedRepo } from './context.ts';
import type { PipelineFiles } from './pipeline-files.ts';
import { type HealthBook, isServerTrouble } from './server-health.ts';

/** What this service needs of the index of builds (services/build-index.ts). */
export interface DeploymentIndex {
  /** Fills the index where it is empty and brings its newest part up to date. */
  refresh(repo: GatedRepo): Promise<void>;
}

export interface DeploymentsService {
  environments(repo: GatedRepo): Promise<Environment[]>;
  /** Promotions and rollbacks with their true outcome, newest first. */
  history(repo: GatedRepo): Promise<Deployment[]>;
  /**
   * To be read, not to be acted on: while the CI server does not answer, what the index holds. `stale`: how it does not, and
   * as of when this is. Throws that answer where nothing was ever known.
   */
  overview(repo: GatedRepo): Promise<{ environments: Environment[]; stale: Health | null }>;
}

const HISTORY = 200;

export function createDeploymentsService(deps: {
  store: Store;
  index: DeploymentIndex;
  pipelineFiles: PipelineFiles;
  health: HealthBook;
}): DeploymentsService {
  const { health } = deps;

  /** Whether a stage was made for the target: read from the pipeline file at that commit. */
  async function evidenceOf(repo: GatedRepo, build: BuildHead): Promise<Evidence> {
    if (build.environment === null) return 'none';
    if (build.status !== 'success' && build.status !== 'waiting') return 'none';
    const { stages, unreadable } = await deps.pipelineFiles.preview(repo, build);
    if (stages?.every((stage) => !stage.runs)) return 'runs-nothing';
    if (stages === null) return unreadable === 'unreached' ? 'unreached' : 'none';
    return stages.some((stage) => stage.namesTarget) ? 'names-target' : 'names-no-target';
  }

  const refresh = (repo: GatedRepo) => health.during(repo.server.id, () => deps.index.refresh(repo));

  async function history(repo: GatedRepo): Promise<Deployment[]> {
    await refresh(repo);
    return indexed(repo);
  }

  async function indexed(repo: GatedRepo): Promise<Deployment[]> {
    const place = { server: repo.server.id, forgeRepoId: repo.forgeRepoId };
    const builds = await deps.store.builds.query(place.server, place.forgeRepoId, {
      deploymentsOnly: true,
      limit: HISTORY,
    });
    // A server names the token's owner; who really asked stands in our own record.
    const starters = await deps.store.audit.starters(
      place,
      builds.map((build) => build.number),
    );
    return Promise.all(
      builds.map(async (build): Promise<Deployment> => {
        return {
          environment: build.environment ?? '',
          build,
          outcome: outcomeOf(build, await evidenceOf(repo, build)),
          from: build.parent,
          by: starters.get(build.number) ?? build.startedBy,
        };
      }),
    );
  }

  async function environments(repo: GatedRepo): Promise<Environment[]> {
    await refresh(repo);
    return grouped(repo);
  }

  async function overview(repo: GatedRepo) {
    try {
      return { environments: await environments(repo), stale: null };
    } catch (error) {
      const { id } = repo.server;
      const { asOf } = await deps.store.builds.reach(id, repo.forgeRepoId);
      if (!isServerTrouble(error) || asOf === null) throw error;
      return { environments: await grouped(repo), stale: { ...health.of(id), lastGoodAt: asOf } };
    }
  }

  async function grouped(repo: GatedRepo): Promise<Environment[]> {
    const [all, head] = await Promise.all([indexed(repo), headOf(repo)]);
    const { id: server } = repo.server;
    const [newest] = await deps.store.builds.query(server, repo.forgeRepoId, { limit: 1 });
    const at = { commit: head, number: newest?.number ?? null };
    return groupByEnvironment(all, await deps.pipelineFiles.environments(repo, at));
  }

  /** Commit of the default branch; null when the forge does not say. */
  async function headOf(repo: GatedRepo): Promise<string | null> {
    const branches = await repo.forgeClient.branches(repo.path).catch(() => []);
    return branches.find((b) => b.name === repo.onForge.defaultBranch)?.commit ?? null;
  }

  return { environments, history, overview };
}
