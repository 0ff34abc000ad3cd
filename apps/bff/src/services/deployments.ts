import type { BuildHead, Deployment, Environment } from '@flightdeck/api-client/model';
import { groupByEnvironment, type NamesTarget, outcomeOf } from '../domain/promotion.ts';
import type { Store } from '../ports/store.ts';
import type { GatedRepo } from './context.ts';
import type { PipelineFiles } from './pipeline-files.ts';

/** What this service needs of the index of builds (services/build-index.ts). */
export interface DeploymentIndex {
  /** Fills the index where it is empty and brings its newest part up to date. */
  refresh(repo: GatedRepo): Promise<void>;
}

export interface DeploymentsService {
  environments(repo: GatedRepo): Promise<Environment[]>;
  /** Promotions and rollbacks with their true outcome, newest first. */
  history(repo: GatedRepo): Promise<Deployment[]>;
}

const HISTORY = 200;

const placeOf = (repo: GatedRepo) => ({ server: repo.server.id, forgeRepoId: repo.forgeRepoId });

export function createDeploymentsService(deps: {
  store: Store;
  index: DeploymentIndex;
  pipelineFiles: PipelineFiles;
}): DeploymentsService {
  /** Whether a stage was made for the target: read from the pipeline file at that commit. */
  async function namesTarget(repo: GatedRepo, build: BuildHead): Promise<NamesTarget> {
    if (build.status !== 'success' || build.environment === null) return null;
    const { stages } = await deps.pipelineFiles.preview(repo, build.commit, {
      event: build.event,
      branch: build.branch,
      ref: build.ref,
      repo: repo.path,
      environment: build.environment,
      action: build.action,
      cron: null,
    });
    return stages === null ? null : stages.some((stage) => stage.namesTarget);
  }

  async function history(repo: GatedRepo): Promise<Deployment[]> {
    await deps.index.refresh(repo);
    const builds = await deps.store.builds.query(repo.server.id, repo.forgeRepoId, {
      deploymentsOnly: true,
      limit: HISTORY,
    });
    return Promise.all(
      builds.map(async (build): Promise<Deployment> => {
        // A server names the token's owner; who really asked stands in our own record.
        const asked = (await deps.store.audit.ofBuild(placeOf(repo), build.number)).find(
          (row) => row.action === 'build.promote' || row.action === 'build.rollback',
        );
        return {
          environment: build.environment ?? '',
          build,
          outcome: outcomeOf(build, await namesTarget(repo, build)),
          from: build.parent,
          by: asked?.login ?? build.startedBy,
          kind: build.event === 'rollback' ? 'rollback' : 'promote',
        };
      }),
    );
  }

  async function environments(repo: GatedRepo): Promise<Environment[]> {
    const [all, head] = await Promise.all([history(repo), headOf(repo)]);
    return groupByEnvironment(all, head === null ? [] : await deps.pipelineFiles.environments(repo, head));
  }

  /** Commit of the default branch; null when the forge does not say. */
  async function headOf(repo: GatedRepo): Promise<string | null> {
    const branches = await repo.forgeClient.branches(repo.path).catch(() => []);
    return branches.find((b) => b.name === repo.onForge.defaultBranch)?.commit ?? null;
  }

  return { environments, history };
}
