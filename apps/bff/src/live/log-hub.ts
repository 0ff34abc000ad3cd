import type { StepRef } from '@flightdeck/api-client/model';
import type { Bus } from '../ports/bus.ts';
import type { CiClient } from '../ports/ci-server.ts';
import { reconfirm } from './kept-log.ts';
import { type LogAddress, LogSession, type SessionDeps } from './log-session.ts';

export interface HubDeps extends Omit<SessionDeps, keyof ServerFacts> {
  bus: Bus;
  /** Memory for logs nobody is looking at any more, bytes. Logs in use are never dropped. */
  cacheBytes: number;
  /** A running step's stream is kept this long after its last viewer, ms. */
  graceMs: number;
}

/** What a session knows of the CI server itself. */
export type ServerFacts = Pick<
  SessionDeps,
  'limitBytes' | 'limitKeeps' | 'format' | 'liveHistory' | 'storesEarly'
>;

/** Somebody's interest in a log. The session lives at least until `release`. */
export interface LogHold {
  readonly session: LogSession;
  release(): void;
}

interface Entry {
  session: LogSession;
  clients: Map<symbol, CiClient>;
  /** The client of the last one who left: serves during the grace. */
  lastClient: CiClient | null;
  leaving: AbortController | null;
}

/**
 * One session per step, whoever asks and how many there are. Finished logs stay in memory as long as there is room,
 * the least recently used go first; they are read again from the CI server when needed.
 */
export class LogHub {
  readonly #deps: HubDeps;
  /** In the order of last use. */
  readonly #entries = new Map<string, Entry>();
  readonly #unsubscribe: () => void;

  constructor(deps: HubDeps) {
    this.#deps = deps;
    deps.store.room.relieve = (isEnough) => this.#letGo(isEnough);
    this.#unsubscribe = deps.bus.subscribe((event) => {
      if (event.type === 'build-changed') this.#poke(event.server, event.path, event.number);
    });
  }

  /** `client` must be one that may read the log: the gate has been passed. */
  hold(address: LogAddress, client: CiClient, server: ServerFacts): LogHold {
    const key = keyOf(address);
    let entry = this.#entries.get(key);
    if (entry?.session.ended || entry?.session.signal.aborted) {
      this.#drop(key, entry);
      entry = undefined;
    }
    const fresh: Entry = entry ?? this.#open(address, client, server);
    this.#entries.delete(key);
    this.#entries.set(key, fresh);
    fresh.leaving?.abort();
    fresh.leaving = null;
    void reconfirm(fresh.session);
    const holder = Symbol('holder');
    fresh.clients.set(holder, client);
    this.#trim();
    return {
      session: fresh.session,
      release: () => {
        if (!fresh.clients.delete(holder) || fresh.clients.size > 0) return;
        fresh.lastClient = client;
        void this.#leave(key, fresh);
      },
    };
  }

  /** When a running step last printed something (Unix ms by the CI server's clock); null where nobody reads its log. */
  lastRecordAt(server: string, path: string, ref: StepRef): number | null {
    for (const { session } of this.#entries.values()) {
      const { address, live, startedAt } = session;
      const same = address.server === server && address.path === path && isSameStep(address.ref, ref);
      if (same && live && live.lastPos >= 0 && startedAt !== null) return startedAt + live.lastTime * 1000;
    }
    return null;
  }

  /** Upstream connections and texts go; for the end of the process. */
  close(): void {
    this.#unsubscribe();
    for (const [key, entry] of this.#entries) this.#drop(key, entry);
  }

  /** For metrics and tests. */
  get size(): { logs: number; bytes: number } {
    let bytes = 0;
    for (const { session } of this.#entries.values()) bytes += sizeOf(session);
    return { logs: this.#entries.size, bytes };
  }

  #open(address: LogAddress, client: CiClient, server: ServerFacts): Entry {
    const clients = new Map<symbol, CiClient>();
    const holder: { entry: Entry | null } = { entry: null };
    const present = (): CiClient[] => {
      if (clients.size > 0) return [...new Set(clients.values())];
      return [holder.entry?.lastClient ?? client];
    };
    const session = new LogSession(address, { ...this.#deps, ...server }, present);
    holder.entry = { session, clients, lastClient: null, leaving: null };
    return holder.entry;
  }

  async #leave(key: string, entry: Entry): Promise<void> {
    if (!isKept(entry.session)) {
      const leaving = new AbortController();
      entry.leaving = leaving;
      await this.#deps.clock.sleep(this.#deps.graceMs, leaving.signal);
      if (leaving.signal.aborted) return;
      entry.leaving = null;
      // What became whole during the grace is kept like any other finished log.
      if (!isKept(entry.session)) return this.#drop(key, entry);
    }
    this.#trim();
  }

  #drop(key: string, entry: Entry): void {
    entry.leaving?.abort();
    entry.session.stop();
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  #trim(): void {
    let { bytes } = this.size;
    this.#letGo((dropped) => {
      bytes -= dropped;
      return bytes <= this.#deps.cacheBytes;
    });
  }

  /** Logs nobody looks at go, one after the other, until `isEnough`, which is told how large the one before was. */
  #letGo(isEnough: (dropped: number) => boolean): void {
    let dropped = 0;
    for (const [key, entry] of this.#entries) {
      if (isEnough(dropped)) return;
      dropped = 0;
      if (entry.clients.size > 0 || entry.leaving) continue;
      dropped = sizeOf(entry.session);
      this.#drop(key, entry);
    }
  }

  #poke(server: string, path: string, number: number): void {
    for (const { session, clients } of this.#entries.values()) {
      const { address } = session;
      if (address.server !== server || address.path !== path || address.ref.number !== number) continue;
      session.poke();
      if (clients.size > 0) void reconfirm(session);
    }
  }
}

const isSameStep = (a: StepRef, b: StepRef): boolean =>
  a.number === b.number && a.stage === b.stage && a.step === b.step;

/** One that lacks a part for want of room is read anew by the next one who wants it. */
const isKept = ({ indexed, stored, lacksRoom }: LogSession): boolean =>
  indexed && stored !== null && !lacksRoom;

const sizeOf = (session: LogSession): number =>
  2_000 + (session.stored?.size ?? 0) + (session.live?.text.size ?? 0);

/** With the path: a session asks for it, and after a rename it may be another repository's. */
const keyOf = ({ server, forgeRepoId, path, ref }: LogAddress): string =>
  `${server}/${forgeRepoId}/${path}/${ref.number}/${ref.stage}/${ref.step}`;
