import { Failure, isFailure } from '../../../domain/failure.ts';
import type { Clock } from '../../../ports/clock.ts';
import { type Caller, orAbsent } from '../caller.ts';
import { routes } from './routes.ts';
import { type RepositoryWire, repositoryWire } from './wire.ts';

/** A path may pass to another repository: for so long an id is used without asking again. */
const FRESH = 30_000;
const KEEP = 20_000;

/**
 * Routes name repositories by the server's own ids. One table for all tokens: an id lets nobody in, each call is judged
 * by its own token.
 */
export interface RepoIds {
  /** What the server has under this path now; null when nothing, or nothing for this token. */
  look(caller: Caller, path: string): Promise<RepositoryWire | null>;
  /**
   * Runs a call with the repository's id. When nothing is found under an id that was only remembered, it is looked up
   * anew and tried once more: the repository may have been removed and activated again.
   */
  with<T>(caller: Caller, path: string, call: (id: number) => Promise<T>): Promise<T>;
  note(repositories: readonly RepositoryWire[]): void;
  forget(path: string): void;
  /** As last seen, however long ago: for addresses of pages. */
  last(path: string): number | null;
  /** Where a repository was when it was last seen. */
  pathOf(id: number): string | null;
}

export function createRepoIds(clock: Clock): RepoIds {
  const known = new Map<string, { id: number; at: number }>();
  const paths = new Map<number, string>();
  const keyOf = (path: string) => path.toLowerCase();

  function set(path: string, id: number): void {
    const key = keyOf(path);
    known.delete(key);
    known.set(key, { id, at: clock.now() });
    paths.set(id, path);
    if (paths.size > KEEP) paths.delete(paths.keys().next().value ?? 0);
    if (known.size > KEEP) known.delete(known.keys().next().value ?? '');
  }

  const forget = (path: string): void => {
    known.delete(keyOf(path));
  };

  async function look(caller: Caller, path: string): Promise<RepositoryWire | null> {
    if (!path.includes('/')) return null;
    const wire = await orAbsent(() =>
      caller.json(repositoryWire, { route: routes.lookup, params: { path } }),
    );
    // The server goes after renames: what was here once is not here any more.
    if (!wire || keyOf(wire.full_name) !== keyOf(path)) {
      if (wire) forget(path);
      return null;
    }
    set(wire.full_name, wire.id);
    return wire;
  }

  async function idOf(caller: Caller, path: string): Promise<number> {
    const wire = await look(caller, path);
    if (!wire) throw new Failure('not_found', 'No such repository.', { instance: caller.instance });
    return wire.id;
  }

  return {
    look,
    async with(caller, path, call) {
      const remembered = known.get(keyOf(path));
      if (!remembered || clock.now() - remembered.at > FRESH) return call(await idOf(caller, path));
      try {
        return await call(remembered.id);
      } catch (error) {
        if (!isFailure(error, 'not_found')) throw error;
        const id = await idOf(caller, path);
        if (id === remembered.id) throw error;
        return call(id);
      }
    },
    note(repositories) {
      for (const { id, full_name: path } of repositories) if (id > 0) set(path, id);
    },
    forget,
    last: (path) => known.get(keyOf(path))?.id ?? null,
    pathOf: (id) => paths.get(id) ?? null,
  };
}
