import { fromRepoKey, liveClose, reading, type Topic } from '@flightdeck/api-client/contract';
import type { Failure } from '../domain/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { Caller, Gate } from '../services/context.ts';
import { asFailure } from './as-failure.ts';
import type { LiveLimits } from './limits.ts';
import type { LiveSocket } from './live-socket.ts';

interface Person {
  sockets: Map<LiveSocket, () => Promise<Caller | null>>;
  over: AbortController;
  /** When each repository was last seen to be readable. */
  good: Map<string, number>;
}

interface RecheckDeps {
  clock: Clock;
  random: () => number;
  gate: Gate;
  limits: LiveLimits;
}

const lost: ReadonlySet<string> = new Set([
  'not_found',
  'forbidden',
  'needs_write',
  'needs_admin',
  'signed_out',
  'forge_signed_out',
]);

/**
 * Every minute, once per person: is the session still there, and may the person still read what it watches?
 * The forge is asked anew. When it cannot be asked, what was readable stays so for `uncheckedMs`.
 */
export class Rechecks {
  readonly #deps: RecheckDeps;
  readonly #people = new Map<string, Person>();

  constructor(deps: RecheckDeps) {
    this.#deps = deps;
  }

  add(socket: LiveSocket, signedIn: () => Promise<Caller | null>): void {
    const key = keyOf(socket.caller);
    let person = this.#people.get(key);
    if (!person) {
      person = { sockets: new Map(), over: new AbortController(), good: new Map() };
      this.#people.set(key, person);
      void this.#watch(person);
    }
    person.sockets.set(socket, signedIn);
  }

  remove(socket: LiveSocket): void {
    const key = keyOf(socket.caller);
    const person = this.#people.get(key);
    if (!person?.sockets.delete(socket) || person.sockets.size > 0) return;
    person.over.abort();
    this.#people.delete(key);
  }

  async #watch(person: Person): Promise<void> {
    const { clock, random, limits } = this.#deps;
    const { signal } = person.over;
    while (!signal.aborted) {
      await clock.sleep(limits.recheckMs * (0.9 + random() / 5), signal);
      if (signal.aborted) return;
      await this.#sessions(person);
      await this.#permissions(person);
    }
  }

  /** Each session is asked for once, whatever the number of its sockets. */
  async #sessions(person: Person): Promise<void> {
    const standing = new Map<string, boolean>();
    for (const [socket, signedIn] of [...person.sockets]) {
      const { sessionHash } = socket.caller;
      // A store that cannot be asked signs nobody out.
      const stands = standing.get(sessionHash) ?? (await signedIn().catch(() => socket.caller)) !== null;
      standing.set(sessionHash, stands);
      if (!stands) socket.close(liveClose.signedOut, 'signed out');
    }
  }

  async #permissions(person: Person): Promise<void> {
    const { clock, gate, limits } = this.#deps;
    const repos = new Map<string, { server: string; repo: string; caller: Caller }>();
    for (const socket of person.sockets.keys())
      for (const topic of socket.topics)
        if (topic.kind !== 'deck')
          repos.set(`${topic.server}/${topic.repo}`, {
            server: topic.server,
            repo: topic.repo,
            caller: socket.caller,
          });
    for (const key of person.good.keys()) if (!repos.has(key)) person.good.delete(key);
    for (const [key, { server, repo, caller }] of repos) {
      const since = person.good.get(key) ?? clock.now();
      person.good.set(key, since);
      try {
        await gate.open(caller, server, fromRepoKey(repo), { ...reading('read'), fresh: true });
        person.good.set(key, clock.now());
      } catch (error) {
        const failure = asFailure(error);
        if (lost.has(failure.code) || clock.now() - since > limits.uncheckedMs)
          revoke(
            person,
            (topic) => topic.kind !== 'deck' && topic.server === server && topic.repo === repo,
            failure,
          );
      }
    }
  }
}

function revoke(person: Person, which: (topic: Topic) => boolean, failure: Failure): void {
  for (const socket of [...person.sockets.keys()]) socket.revoke(which, failure);
}

const keyOf = ({ person }: Caller): string => `${person.forge}/${person.forgeUserId}`;
