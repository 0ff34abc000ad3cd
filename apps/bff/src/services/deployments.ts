import type { BuildList } from '@flightdeck/api-client/contract';
import type { BuildHead, Deployment, Environment, Health } from '@flightdeck/api-client/model';
import type { Failure } from '../domain/failure.ts';
import { type Evidence, groupByEnvironment, outcomeOf } from '../domain/promotion.ts';
import type { Store } from '../ports/store.ts';
import type { BuildFacts } from './build-facts.ts';
import type { BuildIndex } from './build-index.ts';
import type { BuildReader } from './build-reader.ts';
import type { GatedRepo } from './context.ts';
import type { PipelineFiles } from './pipeline-files.ts';
import { isServerTrouble } from './server-health.ts';

export interface DeploymentList {
  environments: Environment[];
  reach: BuildList['reach'];
  stale: Health | null;
}

export interface DeploymentsService {
  /** For its page: while the server is down as the index has it. Fails where nothing was ever known. */
  list(repo: GatedRepo): Promise<DeploymentList>;
  /** Promotions and rollbacks with their true outcome, newest first. Fails while the server is down. */
  history(repo: GatedRepo): Promise<Deployment[]>;
}

export interface DeploymentsDeps {
  store: Pick<Store, 'builds' | 'audit'>;
  index: Pick<BuildIndex, 'want' | 'reach'>;
  reader: Pick<BuildReader, 'newest'>;
  facts: Pick<BuildFacts, 'staleSince'>;
  pipelineFiles: PipelineFiles;
}

const HISTORY = 200;

/** The failure, where the server is in trouble; else it is thrown on. */
function asTrouble(error: unknown): Failure {
  if (isServerTrouble(error)) return error;
  throw error;
}

export function createDeploymentsService(deps: DeploymentsDeps): DeploymentsService {
  /** Whether a stage was made for the target: read from the pipeline file at that commit. */
  async function evidenceOf(repo: GatedRepo, build: BuildHead): Promise<Evidence> {
    if (build.environment === null) return 'none';
    if (build.status !== 'success' && build.status !== 'waiting') return 'none';
    const { stages, unreadable } = await deps.pipelineFiles.preview(repo, build);
    if (stages?.every((stage) => !stage.runs)) return 'runs-nothing';
    if (stages === null) return unreadable === 'unreached' ? 'unreached' : 'none';
    return stages.some((stage) => stage.namesTarget) ? 'names-target' : 'names-no-target';
  }

  /** Brings the newest builds up to date, and fills the rest of the index in the background. */
  async function refresh(repo: GatedRepo): Promise<void> {
    const place = { server: repo.server.id, path: repo.path, forgeRepoId: repo.forgeRepoId };
    const { client } = repo.speaker;
    await deps.reader.newest(place, client);
    deps.index.want(place, client);
  }

  async function known(repo: GatedRepo): Promise<Deployment[]> {
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
    const [all, head] = await Promise.all([known(repo), headOf(repo)]);
    const { id: server } = repo.server;
    const [newest] = await deps.store.builds.query(server, repo.forgeRepoId, { limit: 1 });
    const at = { commit: head, number: newest?.number ?? null };
    return groupByEnvironment(all, await deps.pipelineFiles.environments(repo, at));
  }

  async function list(repo: GatedRepo): Promise<DeploymentList> {
    const failure = await refresh(repo).then(() => null, asTrouble);
    const reach = await deps.index.reach(repo.server.id, repo.forgeRepoId);
    if (failure && reach.asOf === null) throw failure;
    return { environments: await environments(repo), reach, stale: deps.facts.staleSince(repo, reach.asOf) };
  }

  /** Commit of the default branch; null when the forge does not say. */
  async function headOf(repo: GatedRepo): Promise<string | null> {
    const branches = await repo.forgeClient.branches(repo.path).catch(() => []);
    return branches.find((b) => b.name === repo.onForge.defaultBranch)?.commit ?? null;
  }

  return {
    list,
    async history(repo) {
      await refresh(repo);
      return known(repo);
    },
  };
}
