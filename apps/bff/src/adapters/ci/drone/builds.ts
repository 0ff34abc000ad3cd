import { Failure, isFailure } from '../../../domain/failure.ts';
import type { BuildCalls, FleetCalls, QueuedStage, Started } from '../../../ports/ci-server.ts';
import type { UpstreamRequest } from '../../upstream/types.ts';
import { type Caller, inRepo, orAbsent } from '../caller.ts';
import { queryWith, refuseUnnamed } from '../parameters.ts';
import { instant } from '../parts.ts';
import { routes } from './routes.ts';
import { buildOf, headOf } from './translate.ts';
import {
  buildListWire,
  buildWire,
  type RepositoryWire,
  repositoryListWire,
  stageListWire,
  startedWire,
} from './wire.ts';

/** Keys that Drone reads from the query itself; every other one becomes a parameter of the build. */
const taken = new Set(['access_token', 'target', 'commit', 'branch', 'debug', 'message', 'action']);

export function buildCalls(caller: Caller, declinesWhole: () => boolean): BuildCalls & FleetCalls {
  const inBuild = (path: string, number: number) => ({ ...inRepo(path), number });
  async function begin(path: string, request: UpstreamRequest): Promise<Started> {
    try {
      const wire = await caller.json(startedWire, { ...request, class: 'slow' });
      return wire && headOf(wire, path);
    } catch (error) {
      throw withoutPipelineFile(error);
    }
  }
  const incompleteBuilds = () => caller.json(repositoryListWire, { route: routes.incomplete });

  const declineStage = (path: string, number: number, stage: number) =>
    caller.nothing({ route: routes.declineStage, params: { ...inBuild(path, number), stage } });

  async function deploy(
    route: typeof routes.promote | typeof routes.rollback,
    path: string,
    number: number,
    request: { environment: string; parameters: Record<string, string> },
  ) {
    refuseUnnamed(request.environment);
    const query = queryWith(taken, { target: request.environment }, request.parameters);
    const params = inBuild(path, number);
    return begin(path, { route, params, query });
  }

  return {
    // List entries have no stages: one that waits for approval reads `waiting` here, its detail tells.
    builds: async (path, page, size) => {
      // The server takes 25 for anything outside 1…100.
      const query = { page, per_page: Math.min(Math.max(size, 1), 100) };
      const list = await caller.json(buildListWire, { route: routes.builds, params: inRepo(path), query });
      return list.map((wire) => headOf(wire, path));
    },

    build: async (path, number) => {
      const wire = await orAbsent(() =>
        caller.json(buildWire, { route: routes.build, params: inBuild(path, number) }),
      );
      return wire && buildOf(wire, path);
    },

    // The newest 50 with a stage that is pending or running.
    incomplete: async () =>
      (await incompleteBuilds()).flatMap(({ slug, build }) =>
        build ? [{ path: slug, build: headOf(build, slug) }] : [],
      ),

    // Stages there name their build only by its inner id: the list of incomplete builds tells which that is.
    queue: async () => {
      const stages = await caller.json(stageListWire, { route: routes.queue });
      // A stage without a name for its build is still worth knowing.
      const builds = stages.length > 0 ? await incompleteBuilds().catch(() => []) : [];
      const known = new Map(builds.flatMap((repository) => entryOf(repository)));
      return stages.map((stage): QueuedStage => {
        const build = known.get(stage.build_id);
        return {
          path: build?.path ?? null,
          number: build?.number ?? null,
          stage: stage.name,
          stageNumber: stage.number,
          labels: stage.labels,
          type: stage.type,
          os: stage.os,
          arch: stage.arch,
          running: stage.status === 'running',
          runner: stage.machine || null,
          since: instant(stage.started) ?? instant(stage.created),
        };
      });
    },

    // Which runners there are shows only in what they have taken.
    fleet: async () => null,

    start: async (path, request) => {
      const query = queryWith(taken, { branch: request.branch, commit: request.commit }, request.parameters);
      return begin(path, { route: routes.start, params: inRepo(path), query });
    },

    restart: async (path, number, options) => {
      const query = queryWith(taken, { debug: options.debug ? 'true' : undefined }, options.parameters);
      return begin(path, { route: routes.restart, params: inBuild(path, number), query });
    },

    // 200 also for a build that has ended. Final at once when nothing of it ran, else when its runner has stopped it.
    cancel: async (path, number) => caller.nothing({ route: routes.cancel, params: inBuild(path, number) }),

    approve: async (path, number, stage) =>
      caller.nothing({ route: routes.approve, params: { ...inBuild(path, number), stage } }),

    decline: async (path, number, stage) => {
      if (stage !== null) return declineStage(path, number, stage);
      if (declinesWhole()) return caller.nothing({ route: routes.decline, params: inBuild(path, number) });
      // 1.x knows single stages only; the first of them ends the build.
      const { stages } = await caller.json(buildWire, { route: routes.build, params: inBuild(path, number) });
      const held = stages.filter(({ status }) => status === 'blocked');
      if (held.length === 0) throw new Failure('not_waiting', 'It does not wait for approval.');
      for (const one of held) await declineStage(path, number, one.number);
    },

    promote: (path, number, request) => deploy(routes.promote, path, number, request),
    rollback: (path, number, request) => deploy(routes.rollback, path, number, request),

    // The file is read from the forge each time.
    pipelineFiles: async () => null,
  };
}

/**
 * The forge's "not found" for the pipeline file is passed on as the server's own error, after some 45 s. What is missing
 * on the server itself (repository, build, branch) is a 404.
 */
function withoutPipelineFile(error: unknown): unknown {
  const missing = isFailure(error, 'ci_error') && error.facts.status === 500;
  if (!missing || !/^500 not found$/i.test(error.facts.raw ?? '')) return error;
  const message = 'The server could not read the pipeline file of that commit.';
  return new Failure('pipeline_file_missing', message, { ...error.facts, cause: error });
}

function entryOf({ slug, build }: RepositoryWire): [number, { path: string; number: number }][] {
  return build ? [[build.id, { path: slug, number: build.number }]] : [];
}
