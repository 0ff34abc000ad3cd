import { type BuildHead, isFinished } from '@flightdeck/api-client/model';
import { Failure, isFailure } from '../../../domain/failure.ts';
import type { BuildCalls, Started } from '../../../ports/ci-server.ts';
import type { UpstreamRequest } from '../../upstream/types.ts';
import { type Caller, inRepo, isWordless, orAbsent } from '../caller.ts';
import { pageAcross } from '../pages.ts';
import { queryWith, refuseUnnamed } from '../parameters.ts';
import { routes } from './routes.ts';
import { learnTasks, type QueueTasks } from './tasks.ts';
import { buildOf, headOf } from './translate.ts';
import type { IsOwn } from './translate-repository.ts';
import { type BuildWire, buildListWire, buildWire, feedWire, secretListWire } from './wire.ts';

/** The server's own, whatever one asks for. */
const pageSize = 50;
/** Keys the server reads from the query itself; every other one becomes a variable of the steps (source). */
const taken = new Set(['access_token', 'event', 'deploy_to', 'fork']);

export function buildCalls(caller: Caller, isOwn: IsOwn, tasks: QueueTasks): BuildCalls {
  const { instance } = caller;
  const inBuild = (path: string, number: number) => ({ ...inRepo(path), number });

  const page = async (path: string, number: number): Promise<BuildHead[]> =>
    (
      await caller.json(buildListWire, {
        route: routes.builds,
        params: inRepo(path),
        query: { page: number },
      })
    )
      .map(headOf)
      .filter((head) => isOwn(path, head));

  const ask = (path: string, number: number, more: { retries?: number } = {}): Promise<BuildWire> =>
    caller.json(buildWire, { route: routes.build, params: inBuild(path, number), ...more });

  /** A number the server does not have is 500 without a word, as a database in trouble is (0.8.10): the list tells. */
  async function find(path: string, number: number): Promise<BuildWire | null> {
    try {
      return await ask(path, number, { retries: 0 });
    } catch (error) {
      if (isFailure(error, 'not_found')) return null;
      if (!isWordless(error, 500)) throw error;
    }
    const newest = (await page(path, 1))[0]?.number ?? 0;
    if (number > newest) return null;
    return orAbsent(() => ask(path, number)).catch((error: unknown) => {
      if (isWordless(error, 500)) return null;
      throw error;
    });
  }

  async function get(path: string, number: number): Promise<BuildWire | null> {
    const wire = await find(path, number);
    return wire && isOwn(path, headOf(wire)) ? wire : null;
  }

  async function mustGet(path: string, number: number): Promise<BuildWire> {
    const wire = await get(path, number);
    if (!wire) throw new Failure('not_found', 'No such build.', { instance });
    return wire;
  }

  /** Restart and promotion are one call. */
  async function again(
    path: string,
    number: number,
    own: Record<string, string>,
    parameters: Record<string, string>,
  ): Promise<Started> {
    const query = queryWith(taken, own, parameters);
    const params = inBuild(path, number);
    return headOf(await caller.json(buildWire, { route: routes.again, params, query, class: 'slow' }));
  }

  /** Whether it ran. The server looks at the rights first, and then refuses what has ended as well as what waits. */
  async function stop(request: Pick<UpstreamRequest, 'route' | 'params'>): Promise<boolean> {
    try {
      await caller.nothing(request);
      return true;
    } catch (error) {
      if (!isFailure(error) || !/non-running/i.test(error.facts.raw ?? '')) throw error;
      return false;
    }
  }

  async function cancel(path: string, number: number): Promise<void> {
    const wire = await mustGet(path, number);
    const build = buildOf(wire);
    const { stages } = build;
    const stopStage = (stage: number) =>
      stop({ route: routes.cancel, params: { ...inBuild(path, number), stage } });
    // Nothing to do, for who might have done it.
    if (isFinished(build.status)) {
      await stopStage(stages[0]?.number ?? 1);
      return;
    }
    const running = stages.filter((stage) => stage.status === 'running');
    for (const stage of running) await stopStage(stage.number);
    // Asked for all the same: who may not hears that, and one that an agent has taken meanwhile is stopped.
    const waiting = stages.filter((stage) => stage.status === 'waiting');
    let left = 0;
    for (const stage of waiting) if (!(await stopStage(stage.number))) left += 1;
    // A held one has no stage to ask for (404 to everybody): secrets are for the same people.
    const held = stages.length === 0 && build.status === 'approval';
    if (held) await caller.json(secretListWire, { route: routes.secrets, params: inRepo(path) });
    if (left > 0 || held) {
      const message =
        running.length > 0 || left < waiting.length
          ? 'What ran was stopped; what no runner has taken yet cannot be, and will run.'
          : 'What no runner has taken yet cannot be cancelled on this server.';
      throw new Failure('not_supported', message, { instance });
    }
    // Stopped before, and still not over: its agent is gone. The repository's administrators can write it off.
    if (running.length === 0 && waiting.length === 0)
      await stop({ route: routes.end, params: inBuild(path, number) });
  }

  const unsupported = (message: string) => new Failure('not_supported', message, { instance });

  return {
    builds: (path, number, size) => pageAcross({ number, size, own: pageSize }, (at) => page(path, at)),

    build: async (path, number) => {
      const wire = await get(path, number);
      return wire && buildOf(wire, tasks);
    },

    // Pending and running ones, oldest first; not those that wait for approval.
    incomplete: async () => {
      await learnTasks(caller, tasks);
      const feed = await caller.json(feedWire, { route: routes.incomplete });
      return feed
        .filter((item) => item.number > 0)
        .map((item) => ({ path: item.full_name, build: headOf(item) }))
        .filter(({ path, build }) => isOwn(path, build));
    },

    start: async () => {
      throw unsupported('This server makes builds of what the forge tells it, and of earlier builds, only.');
    },

    restart: async (path, number, { parameters, debug }) => {
      if (debug) throw unsupported('This server has no builds for debugging.');
      return again(path, number, {}, parameters);
    },

    cancel,

    approve: async (path, number) =>
      caller.nothing({ route: routes.approve, params: inBuild(path, number), class: 'slow' }),
    decline: async (path, number) =>
      caller.nothing({ route: routes.decline, params: inBuild(path, number), class: 'slow' }),

    // Of a target that no step names it makes a build of the steps without a filter all the same (0.8.10).
    promote: async (path, number, { environment, parameters }) => {
      refuseUnnamed(environment);
      return again(path, number, { event: 'deployment', deploy_to: environment }, parameters);
    },

    rollback: async () => {
      throw unsupported('A rollback is a promotion of an earlier build here.');
    },

    // It keeps them, for restarts, and tells them to nobody.
    pipelineFiles: async () => null,
  };
}
