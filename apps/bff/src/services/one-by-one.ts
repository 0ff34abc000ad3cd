import type { CiRepository } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { Connection } from './connections.ts';
import { createLimiter } from './limiter.ts';

/** How old an answer may be, in ms: an active one's number of builds moves. */
const AGE = { active: 20_000, other: 5 * 60_000 };
const AT_ONCE = 8;
/** The longest unasked go first, so that none waits for ever behind the active ones. */
const MOST_A_ROUND = 300;

/**
 * The repositories of a server that lists to each account its own alone: those whose paths a forge has named to somebody
 * here, asked for one by one with the service account.
 */
export interface OneByOne {
  /** `fresh`: what was not active is asked again, whatever its age. */
  of(connection: Connection, paths: readonly string[], fresh: boolean): Promise<CiRepository[]>;
}

/** `idOf`: which repository a forge says stands at a path; an answer about another one counts no more. */
export function createOneByOne(clock: Clock, idOf: (forge: string, path: string) => string | null): OneByOne {
  const answers = new Map<string, { at: number; found: CiRepository | null }>();
  const limited = createLimiter(AT_ONCE);
  const keyOf = ({ server }: Connection, path: string) => `${server.id}\n${path.toLowerCase()}`;

  const lastOf = (connection: Connection, path: string) => {
    const last = answers.get(keyOf(connection, path));
    const isOther = last?.found && last.found.forgeRepoId !== idOf(connection.server.declaration.forge, path);
    return isOther ? undefined : last;
  };

  const isDue = (last: ReturnType<typeof lastOf>, fresh: boolean): boolean => {
    if (!last) return true;
    const isActive = last.found?.active ?? false;
    return (fresh && !isActive) || clock.now() - last.at >= (isActive ? AGE.active : AGE.other);
  };

  return {
    async of(connection, paths, fresh) {
      const due = paths
        .map((path) => ({ path, last: lastOf(connection, path) }))
        .filter(({ last }) => isDue(last, fresh))
        .map(({ path, last }) => ({ path, at: last?.at ?? Number.NEGATIVE_INFINITY }))
        .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
        .slice(0, MOST_A_ROUND);
      const ask = async (path: string): Promise<void> => {
        const found = await connection.service.repository(path);
        answers.set(keyOf(connection, path), { at: clock.now(), found });
      };
      // One that fails keeps its last answer; that nothing answers, the list before it has said.
      await Promise.allSettled(due.map(({ path }) => limited(() => ask(path))));
      return paths.flatMap((path) => lastOf(connection, path)?.found ?? []);
    },
  };
}
