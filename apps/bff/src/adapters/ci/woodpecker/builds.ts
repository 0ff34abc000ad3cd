import type { BuildHead } from '@flightdeck/api-client/model';
import { Failure, isFailure } from '../../../domain/failure.ts';
import type { BuildCalls, Started } from '../../../ports/ci-server.ts';
import { type Caller, isWordless, orAbsent } from '../caller.ts';
import { pageAcross } from '../pages.ts';
import { queryWith, refuseUnnamed } from '../parameters.ts';
import type { BuildFiles } from './build-files.ts';
import type { RepoIds } from './repo-ids.ts';
import { everyRepository, pageSize } from './repositories.ts';
import { routes } from './routes.ts';
import { buildOf, headOf } from './translate.ts';
import { branchListWire, feedWire, pipelineListWire, pipelineWire, startedWire } from './wire.ts';

/** Keys the server reads from the query itself; every other one becomes a variable of the steps (3.17.0). */
const taken = new Set(['access_token', 'event', 'deploy_to', 'deploy_task']);
const mostBranchPages = 20;

export function buildCalls(caller: Caller, ids: RepoIds, files: BuildFiles): BuildCalls {
  const { instance } = caller;

  const page = (id: number, number: number, perPage: number): Promise<BuildHead[]> =>
    caller
      .json(pipelineListWire, { route: routes.builds, params: { id }, query: { page: number, perPage } })
      .then((list) => list.map(headOf));

  /** `size` at a time although the server gives 50 at most. */
  async function listed(id: number, number: number, size: number): Promise<BuildHead[]> {
    if (size <= pageSize) return page(id, number, Math.max(size, 1));
    return pageAcross({ number, size, own: pageSize }, (at) => page(id, at, pageSize));
  }

  const get = (id: number, number: number) =>
    caller.json(pipelineWire, { route: routes.build, params: { id, number } });

  /**
   * Restart and promotion are one call with the query alone. When the configuration does not compile the answer is 500
   * without a word, and there is a new build all the same that says why (3.17.0): that one was started then.
   */
  async function again(
    path: string,
    number: number,
    own: Record<string, string>,
    parameters: Record<string, string>,
  ): Promise<Started> {
    const query = queryWith(taken, own, parameters);
    return ids.with(caller, path, async (id) => {
      try {
        const request = { route: routes.again, params: { id, number }, query, class: 'slow' as const };
        return headOf(await caller.json(pipelineWire, request));
      } catch (error) {
        if (!isWordless(error, 500)) throw error;
        const made = await failedChild(id, number).catch(() => null);
        if (made) return made;
        throw error;
      }
    });
  }

  async function failedChild(id: number, parent: number): Promise<BuildHead | null> {
    const heads = await page(id, 1, 5);
    return heads.find((head) => head.parent === parent && head.status === 'error') ?? null;
  }

  /** An unknown branch is 500 without a word (3.17.0). */
  async function hasBranch(id: number, branch: string): Promise<boolean> {
    for (let number = 1; number <= mostBranchPages; number += 1) {
      const query = { page: number, perPage: pageSize };
      const names = await caller.json(branchListWire, { route: routes.branches, params: { id }, query });
      if (names.includes(branch)) return true;
      if (names.length < pageSize) return false;
    }
    return true;
  }

  return {
    builds: (path, number, size) => ids.with(caller, path, (id) => listed(id, number, size)),

    build: async (path, number) => {
      const found = await orAbsent(() =>
        ids.with(caller, path, async (id) => ({ id, wire: await get(id, number) })),
      );
      return found && files.complete(caller, found.id, buildOf(found.wire));
    },

    // Pending and running ones, also those that hang without workflows; not those that wait for approval.
    incomplete: async () => {
      const feed = await caller.json(feedWire, { route: routes.incomplete });
      const pathOf = (wire: (typeof feed)[number]) => wire.full_name || ids.pathOf(wire.repo_id);
      if (!feed.every(pathOf)) await everyRepository(caller, ids);
      return feed.flatMap((wire) => {
        const path = pathOf(wire);
        return path ? [{ path, build: headOf(wire) }] : [];
      });
    },

    start: async (path, request) => {
      if (request.commit !== undefined) {
        const message = 'This server starts the newest commit of a branch only.';
        throw new Failure('not_supported', message, { instance });
      }
      const body = { branch: request.branch, variables: request.parameters };
      return ids.with(caller, path, async (id) => {
        try {
          const call = { route: routes.start, params: { id }, body, class: 'slow' as const };
          const wire = await caller.json(startedWire, call);
          return wire && headOf(wire);
        } catch (error) {
          if (!isWordless(error, 500) || (await hasBranch(id, request.branch).catch(() => true))) throw error;
          throw new Failure('not_found', `There is no branch "${request.branch}".`, {
            instance,
            cause: error,
          });
        }
      });
    },

    restart: async (path, number, { parameters, debug }) => {
      if (debug) throw new Failure('not_supported', 'This server has no builds for debugging.', { instance });
      return again(path, number, {}, parameters);
    },

    // 400 for a build that has ended: then there is nothing to do.
    cancel: async (path, number) => {
      try {
        await ids.with(caller, path, (id) =>
          caller.nothing({ route: routes.cancel, params: { id, number } }),
        );
      } catch (error) {
        const isOver = isFailure(error) && error.facts.status === 400;
        if (!isOver || !/cannot cancel/i.test(error.facts.raw ?? '')) throw error;
      }
    },

    approve: (path, number) =>
      ids.with(caller, path, (id) => caller.nothing({ route: routes.approve, params: { id, number } })),

    // 500 without a word for one that does not wait (3.17.0).
    decline: (path, number) =>
      ids.with(caller, path, async (id) => {
        if ((await get(id, number)).status !== 'blocked') {
          throw new Failure('not_waiting', 'It does not wait for approval.', { instance });
        }
        await caller.nothing({ route: routes.decline, params: { id, number } });
      }),

    promote: async (path, number, request) => {
      refuseUnnamed(request.environment);
      const own = { event: 'deployment', deploy_to: request.environment };
      try {
        return await again(path, number, own, request.parameters);
      } catch (error) {
        if (!isFailure(error, 'forbidden')) throw error;
        const message = 'Promotions are switched off in the settings of this repository.';
        throw new Failure('promotions_off', message, { ...error.facts, cause: error });
      }
    },

    rollback: async () => {
      throw new Failure('not_supported', 'A rollback is a promotion of an earlier build here.', { instance });
    },

    pipelineFiles: (path, number) =>
      ids.with(caller, path, async (id) =>
        files.of(caller, id, number, headOf(await get(id, number)).createdAt),
      ),
  };
}
