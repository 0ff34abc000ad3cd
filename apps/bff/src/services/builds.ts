import type { BuildList, BuildView } from '@flightdeck/api-client/contract';
import { type Build, type BuildEvent, isFinished, type Status } from '@flightdeck/api-client/model';
import { Failure } from '../domain/failure.ts';
import { buildPermits, repositoryPermits } from '../domain/permits.ts';
import type { Clock } from '../ports/clock.ts';
import { type ApprovalInput, createApprovals } from './approvals.ts';
import type { Audit } from './audit.ts';
import type { BuildFacts } from './build-facts.ts';
import type { BuildIndex } from './build-index.ts';
import type { BuildReader } from './build-reader.ts';
import { refusal } from './build-refusals.ts';
import type { RepoPlace } from './connections.ts';
import type { GatedRepo } from './context.ts';
import type { LiveBuilds } from './live-builds.ts';
import { onceMore } from './once-more.ts';
import { isTrouble } from './server-health.ts';
import type { StartOutcome, Starts } from './starts.ts';
import { createUnbuilt, type FindUnbuilt } from './unbuilt.ts';

export interface BuildFilter {
  branch?: string | undefined;
  event?: BuildEvent | undefined;
  status?: Status | undefined;
  author?: string | undefined;
  before?: number | undefined;
  limit: number;
}

export interface StartInput {
  key: string;
  branch: string;
  commit?: string | undefined;
  parameters: Record<string, string>;
}

export interface RestartInput {
  key: string;
  parameters: Record<string, string>;
  debug: boolean;
}

export interface BuildsService {
  list(repo: GatedRepo, filter: BuildFilter): Promise<BuildList>;
  get(repo: GatedRepo, number: number): Promise<BuildView>;
  /** Why the newest commit of a branch has no build. */
  unbuilt: FindUnbuilt;
  /** Idempotent by key for 24 h. `nothing`: the server matched no stage and made no build. */
  start(repo: GatedRepo, input: StartInput): Promise<StartOutcome>;
  restart(repo: GatedRepo, number: number, input: RestartInput): Promise<StartOutcome>;
  cancel(repo: GatedRepo, number: number): Promise<BuildView>;
  approve(repo: GatedRepo, number: number, input: ApprovalInput): Promise<BuildView>;
  decline(repo: GatedRepo, number: number, input: ApprovalInput): Promise<BuildView>;
}

/** The answer to a cancel may be one change behind (recorded on 2.25.0): looked at again after these pauses. */
const AFTER_CANCEL = [100, 200, 400, 800, 1_600];

export function createBuildsService(deps: {
  clock: Clock;
  audit: Audit;
  live: LiveBuilds;
  index: BuildIndex;
  facts: BuildFacts;
  starts: Starts;
  reader: BuildReader;
}): BuildsService {
  const { clock, live, index, facts } = deps;

  /** The build as the server tells it now, merged with what is known; the last known when the server is down. */
  async function load(repo: GatedRepo, number: number): Promise<Build> {
    const place = placeOf(repo);
    try {
      const build = await deps.reader.build(place, number, repo.speaker.client);
      if (!build) throw new Failure('not_found', 'No such build.', { instance: repo.server.id });
      return build;
    } catch (error) {
      const last = live.get(place, number);
      if (isTrouble(error) && last?.detailed) return last.build;
      throw error;
    }
  }

  async function viewOf(repo: GatedRepo, build: Build): Promise<BuildView> {
    const view = await facts.view(repo, build);
    const askedAt = live.get(placeOf(repo), build.number)?.askedAt ?? 0;
    return { ...view, asOf: askedAt || view.asOf };
  }

  /** For its page: while the server is down also one of which only the index knows. */
  async function get(repo: GatedRepo, number: number): Promise<BuildView> {
    try {
      return await viewOf(repo, await load(repo, number));
    } catch (error) {
      const { server, forgeRepoId } = placeOf(repo);
      const head = isTrouble(error) ? await index.get(server, forgeRepoId, number) : null;
      if (!head) throw error;
      return facts.viewOfHead(repo, head);
    }
  }

  async function freshPage(repo: GatedRepo): Promise<void> {
    try {
      await deps.reader.newest(placeOf(repo), repo.speaker.client);
    } catch (error) {
      // The index is the last good data; `reach.asOf` says its age.
      if (!isTrouble(error)) throw error;
    }
  }

  async function list(repo: GatedRepo, filter: BuildFilter): Promise<BuildList> {
    const { server, forgeRepoId } = placeOf(repo);
    if (repo.onServer === null) return nothingYet;
    if (filter.before === undefined) await freshPage(repo);
    index.want(placeOf(repo), repo.speaker.client);
    const { limit, ...wanted } = filter;
    const query = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
    const [found, reach, values] = await Promise.all([
      index.query(server, forgeRepoId, { ...query, limit: limit + 1 }),
      index.reach(server, forgeRepoId),
      index.values(server, forgeRepoId),
    ]);
    const page = found.slice(0, limit);
    const items = await Promise.all(
      page.map(async (build) => ({ build, ...(await facts.row(repo, build)) })),
    );
    const oldest = page.at(-1)?.number;
    return {
      items,
      nextBefore: found.length > limit && oldest !== undefined ? oldest : null,
      reach,
      stale: facts.staleSince(repo, reach.asOf),
      branches: values.branches,
      authors: values.authors,
    };
  }

  async function start(repo: GatedRepo, input: StartInput): Promise<StartOutcome> {
    refusal(repositoryPermits(facts.permitFacts(repo)).start, 'start');
    const { key, branch, commit, parameters } = input;
    return deps.starts.run(repo, {
      key,
      kind: 'start',
      from: null,
      what: `${branch}@${commit ?? ''}`,
      parameters,
      send: () =>
        repo.speaker.client.start(repo.path, {
          branch,
          parameters,
          ...(commit === undefined ? {} : { commit }),
        }),
      isIt: (head) => head.event === 'custom' && (commit === undefined || head.commit.startsWith(commit)),
    });
  }

  async function restart(repo: GatedRepo, number: number, input: RestartInput): Promise<StartOutcome> {
    const build = await load(repo, number);
    const namesParents = repo.server.declaration.capabilities.includes('parent-named');
    refusal(buildPermits(facts.permitFacts(repo), build).restart, 'restart');
    const { key, parameters, debug } = input;
    return deps.starts.run(repo, {
      key,
      kind: 'restart',
      from: number,
      what: `${build.commit}${debug ? '+debug' : ''}`,
      parameters,
      send: () => repo.speaker.client.restart(repo.path, number, { parameters, debug }),
      isIt: (head) =>
        head.parent === (namesParents ? number : null) &&
        head.commit === build.commit &&
        head.event === build.event,
    });
  }

  async function cancel(repo: GatedRepo, number: number): Promise<BuildView> {
    let build = await load(repo, number);
    // Already over: there is nothing to do, and saying so is the page's own matter.
    if (isFinished(build.status)) return viewOf(repo, build);
    refusal(buildPermits(facts.permitFacts(repo), build).cancel, 'cancel');
    await deps.audit.run(repo, 'build.cancel', { build: number, commit: build.commit }, () =>
      onceMore(() => repo.speaker.client.cancel(repo.path, number)),
    );
    build = await load(repo, number);
    for (const pause of AFTER_CANCEL) {
      if (isFinished(build.status) && build.stages.every((stage) => isFinished(stage.status))) break;
      await clock.sleep(pause);
      build = await load(repo, number);
    }
    return viewOf(repo, build);
  }

  const approvals = createApprovals({ audit: deps.audit, facts, load, viewOf });

  return {
    list,
    get,
    unbuilt: createUnbuilt({ index, reader: deps.reader }),
    start,
    restart,
    cancel,
    approve: approvals.approve,
    decline: approvals.decline,
  };
}

export const placeOf = (repo: GatedRepo): RepoPlace => ({
  server: repo.server.id,
  path: repo.path,
  forgeRepoId: repo.forgeRepoId,
});

const nothingYet: BuildList = {
  items: [],
  nextBefore: null,
  reach: { oldest: null, complete: true, filling: false, asOf: null },
  stale: null,
  branches: [],
  authors: [],
};
