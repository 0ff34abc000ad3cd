import type { SyncState } from '@flightdeck/api-client/model';
import { isFailure } from '../domain/failure.ts';
import type { CiClient } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Caller, Gate } from './context.ts';

const LOOK = 500;
const LONGEST = 180_000;
/** Looks at an idle server before a sync that was never seen running counts as done: it begins in the background. */
const IDLE_LOOKS = 2;
const KEPT = 5_000;

const never: SyncState = {
  state: 'never',
  startedAt: null,
  finishedAt: null,
  before: null,
  after: null,
  raw: null,
};

/** Reading a person's repository list anew, on the CI server, as that person. */
export function createAccountSyncs(deps: {
  gate: Pick<Gate, 'speaker' | 'forget'>;
  clock: Clock;
  log: Log;
  /** The server's list of repositories may be another one now. */
  onSynced: (server: string) => void;
}) {
  const { gate, clock, log } = deps;
  const states = new Map<string, SyncState>();

  async function start(caller: Caller, server: string): Promise<SyncState> {
    const key = keyOf(caller, server);
    const under = states.get(key);
    if (under?.state === 'running') return under;
    const running: SyncState = { ...never, state: 'running', startedAt: clock.now() };
    keep(key, running);
    try {
      const { client } = await gate.speaker(caller, server, { link: true });
      const before = (await client.repositories()).length;
      void follow(key, running, client, before, caller, server);
    } catch (error) {
      keep(key, failed(running, error));
      throw error;
    }
    return running;
  }

  async function follow(
    key: string,
    running: SyncState,
    client: CiClient,
    before: number,
    caller: Caller,
    server: string,
  ) {
    try {
      await client.sync();
      await ended(client);
      const after = (await client.repositories()).length;
      // Before it counts as done: who waits for that looks at the list then.
      deps.onSynced(server);
      keep(key, { ...running, state: 'done', finishedAt: clock.now(), before, after });
    } catch (error) {
      keep(key, failed(running, error));
      log.warn({ key, reason: String(error) }, 'reading a repository list anew did not end well');
    }
    gate.forget(caller.person);
  }

  async function ended(client: CiClient): Promise<void> {
    const began = clock.now();
    let idle = 0;
    let seen = false;
    while (clock.now() - began < LONGEST) {
      await clock.sleep(LOOK);
      // A server that restarts in between does not end a sync: the next look tells.
      const me = await client.me().catch((error: unknown) => {
        if (isFailure(error, 'ci_unreachable') || isFailure(error, 'ci_timeout')) return null;
        throw error;
      });
      if (!me) continue;
      seen ||= me.syncing;
      idle = me.syncing ? 0 : idle + 1;
      if (idle >= (seen ? 1 : IDLE_LOOKS)) return;
    }
    throw new Error(`still reading after ${LONGEST / 1000} s`);
  }

  function keep(key: string, state: SyncState): void {
    states.delete(key);
    states.set(key, state);
    for (const oldest of states.keys()) {
      if (states.size <= KEPT) break;
      states.delete(oldest);
    }
  }

  const failed = (running: SyncState, error: unknown): SyncState => ({
    ...running,
    state: 'failed',
    finishedAt: clock.now(),
    raw: isFailure(error) ? (error.facts.raw ?? error.message) : String(error),
  });

  return { start, state: (caller: Caller, server: string) => states.get(keyOf(caller, server)) ?? never };
}

const keyOf = ({ person }: Caller, server: string): string =>
  `${person.forge}\n${person.forgeUserId}\n${server}`;
