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

export function createOneByOne(clock: Clock): OneByOne {
  const answers = new Map<string, { at: number; found: CiRepository | null }>();
  const limited = createLimiter(AT_ONCE);
  const keyOf = ({ server }: Connection, path: string) => `${server.id}\n${path.toLowerCase()}`;

  const isDue = (key: string, fresh: boolean): boolean => {
    const last = answers.get(key);
    if (!last) return true;
    const isActive = last.found?.active ?? false;
    return (fresh && !isActive) || clock.now() - last.at >= (isActive ? AGE.active : AGE.other);
  };

  return {
    async of(connection, paths, fresh) {
      const askedAt = (path: string) => answers.get(keyOf(connection, path))?.at ?? Number.NEGATIVE_INFINITY;
      const due = paths
        .filter((path) => isDue(keyOf(connection, path), fresh))
        .map((path) => ({ path, at: askedAt(path) }))
        .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
        .slice(0, MOST_A_ROUND);
      const ask = async (path: string): Promise<void> => {
        const found = await connection.service.repository(path);
        answers.set(keyOf(connection, path), { at: clock.now(), found });
      };
      // One that fails keeps its last answer; that nothing answers, the list before it has said.
      await Promise.allSettled(due.map(({ path }) => limited(() => ask(path))));
      return paths.flatMap((path) => answers.get(keyOf(connection, path))?.found ?? []);
    },
  };
}
