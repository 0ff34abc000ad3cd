import type { Gap, LogState, LogSummary, StepRef } from '@flightdeck/api-client/model';
import type { Failure } from '../domain/failure.ts';
import type { CiClient } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import { callAsAny, isRefusal } from './any-client.ts';
import { asFailure } from './as-failure.ts';
import { backoff } from './backoff.ts';
import type { LogStore } from './create-log-store.ts';
import { LiveCopy } from './live-copy.ts';
import type { LiveMeter } from './live-meter.ts';
import { isCut } from './live-text.ts';
import type { LogReader, StoredSource } from './log-store.ts';
import { Pauses } from './pauses.ts';
import { Refiller } from './refiller.ts';
import { sessionTimes as times } from './session-times.ts';
import { lookAtStep, type StepLook } from './step-look.ts';
import { readStored } from './stored-reader.ts';
import { type FollowOutcome, followTail } from './tail-follower.ts';

export interface LogAddress {
  server: string;
  /** The forge's id of the repository that passed the gate; `path` is where the CI server had it then. */
  forgeRepoId: string;
  path: string;
  ref: StepRef;
}

export interface SessionDeps {
  clock: Clock;
  random: () => number;
  store: LogStore;
  meter: LiveMeter;
  /** Name of the decoder of the server's stored logs. */
  format: string;
  /** Bytes of text the server keeps per step; null = no limit known. */
  limitBytes: number | null;
  /** Which part of a longer log is there at the end. */
  limitKeeps: 'first' | 'last';
  /** Records the server begins a new connection with; null = all. */
  liveHistory: number | null;
  /** Its stored log can be read while the step runs. */
  storesEarly: boolean;
}

export type SessionChange = 'lines' | 'state' | 'generation';

/**
 * One step's log while somebody is interested in it: what was printed so far, and the stored log at the end.
 *
 * pending → live ⇄ reconnecting → awaiting-stored → complete | truncated | absent.
 * One upstream connection at a time whatever the number of viewers.
 */
export class LogSession {
  readonly address: LogAddress;
  readonly deps: SessionDeps;
  readonly pauses: Pauses;
  readonly signal: AbortSignal;
  /** Resolves when there is something to show: a state, the first lines of a finished log, or a failure. */
  readonly ready: Promise<void>;
  /** Why the CI server cannot be asked at the moment; null when it can. */
  trouble: Failure | null = null;
  /** The session cannot go on (no such step, access refused). */
  ended: Failure | null = null;
  state: LogState = 'pending';
  live: LiveCopy | null = null;
  stored: LogReader | null = null;
  storedGaps: Gap[] = [];
  /** The stored log was read to its end. */
  indexed = false;
  /** What `stored` is the log of, and when the CI server was last asked about it (Unix ms). */
  source: StoredSource | null = null;
  confirmedAt = 0;
  sawRunning = false;
  /** When the running step began, Unix ms by the CI server's clock. */
  startedAt: number | null = null;

  /** Ends the stream that is open, so that another one is opened at once; nothing where none is. */
  reconnect: () => void = () => {};
  readonly refiller = new Refiller(this);

  #emptyEnds = 0;
  #tries = 0;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<(change: SessionChange) => void>();
  readonly #clients: () => readonly CiClient[];
  #setReady: () => void = () => {};
  #release: () => void = () => {};
  #asked = false;
  #poked = false;

  constructor(address: LogAddress, deps: SessionDeps, clients: () => readonly CiClient[]) {
    this.address = address;
    this.deps = deps;
    this.#clients = clients;
    this.pauses = new Pauses(deps.clock);
    this.signal = this.#stop.signal;
    this.ready = new Promise((resolve) => {
      this.#setReady = () => {
        this.#asked = true;
        resolve();
      };
    });
    void this.#run();
  }

  /** What is shown now: the stored log once it may be, else the live copy. */
  get text(): LogReader | null {
    return this.stored ?? this.live?.text ?? null;
  }

  /** A part of what was printed is left out here for want of room. */
  get lacksRoom(): boolean {
    return this.#gaps().some(({ reason }) => reason === 'room');
  }

  /** `ready` has resolved: `state` is a fact and not the beginning. */
  get asked(): boolean {
    return this.#asked;
  }

  summary(): LogSummary {
    const { text } = this;
    const cut =
      this.state === 'truncated' ||
      this.#gaps().some(({ reason }) => reason === 'limit' || reason === 'tail');
    return {
      state: this.state,
      generation: text?.generation ?? 0,
      lines: text?.lines ?? 0,
      bytes: text?.bytes ?? 0,
      firstPos: text?.firstPos ?? null,
      lastPos: text?.lastPos ?? null,
      gaps: this.#gaps().map((gap) => ({ ...gap })),
      limitBytes: cut ? this.deps.limitBytes : null,
      widest: text?.widest ?? 0,
      indexed: this.indexed,
    };
  }

  onChange(listener: (change: SessionChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(change: SessionChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  setState(state: LogState): void {
    const before = this.state;
    this.state = state;
    this.#setReady();
    if (before !== state) this.changed('state');
  }

  /** Somebody says the step may have changed: look now. */
  poke(): void {
    this.#poked = true;
    this.pauses.wake();
  }

  /** Nothing will change any more. */
  settle(state: LogState): void {
    this.indexed = true;
    this.confirmedAt = this.deps.clock.now();
    this.state = state;
    this.#setReady();
    this.changed('state');
  }

  /** The stored log, or the beginning of it, is what is shown from now on. `release` is called when it no longer is. */
  show(text: LogReader, gaps: Gap[], release: () => void): void {
    this.#release();
    this.#release = release;
    this.stored = text;
    this.storedGaps = gaps;
    this.setState(gaps.some(isCut) ? 'truncated' : 'complete');
    this.changed('generation');
  }

  /** What was kept of the log cannot be read any more: it is asked for again. */
  readonly damaged = (): void => {
    if (!this.stored || this.signal.aborted) return;
    const idle = this.indexed;
    this.#release();
    this.#release = () => {};
    this.stored = null;
    this.indexed = false;
    this.setState('reconnecting');
    this.changed('generation');
    if (idle) void this.#run();
  };

  /** What was put away of the running step's log cannot be read: the server is asked for it again. */
  readonly lost = (): void => {
    if (!this.live || this.signal.aborted) return;
    this.dropLive();
    if (this.stored) return;
    if (this.state === 'live') this.setState('reconnecting');
    this.changed('generation');
    this.reconnect();
  };

  /** The live copy has served. */
  dropLive(): void {
    this.live?.close();
    this.live = null;
  }

  stop(): void {
    this.#stop.abort();
    this.live?.close();
    this.#release();
    this.#setReady();
  }

  /** Calls the CI server as one of the people who watch. */
  call<T>(what: (client: CiClient) => Promise<T>): Promise<T> {
    return callAsAny(this.#clients, what);
  }

  /** The step's state on the CI server. Throws Failure. */
  look(): Promise<StepLook> {
    const { path, ref } = this.address;
    return this.call(async (client) => lookAtStep(await client.build(path, ref.number), ref));
  }

  #gaps(): Gap[] {
    return this.stored ? this.storedGaps : (this.live?.gaps ?? []);
  }

  async #run(): Promise<void> {
    while (!this.signal.aborted) {
      const outcome = await this.#turn();
      if (outcome === 'over' || this.signal.aborted) return;
      if (outcome === 'progress') this.#tries = 0;
      if (outcome === 'empty' || outcome === 'cut') {
        await this.#rest(backoff(this.#tries, times.retryFirst, times.retryMax, this.deps.random));
        this.#tries += 1;
      }
    }
  }

  /** Looks where the step stands and does what is to be done there. */
  async #turn(): Promise<FollowOutcome | 'over'> {
    try {
      this.#poked = false;
      const look = await this.look();
      this.trouble = null;
      if (look.phase === 'finished') {
        await readStored(this, look);
        return 'over';
      }
      if (look.phase === 'running') {
        this.startedAt = look.startedAt;
        return await this.#follow();
      }
      this.setState('pending');
      await this.#rest(times.pendingPoll);
      return 'final';
    } catch (error) {
      if (this.signal.aborted) return 'over';
      const failure = asFailure(error);
      this.trouble = failure;
      if (isRefusal(failure)) {
        this.#end(failure);
        return 'over';
      }
      this.#emptyEnds = 0;
      // A connection that had stood is tried again at once; one that never stood less and less often.
      if (this.state === 'live') this.#tries = 0;
      this.setState('reconnecting');
      return 'cut';
    }
  }

  async #follow(): Promise<FollowOutcome> {
    this.sawRunning = true;
    this.live ??= new LiveCopy(this.deps.store.live(this.lost));
    const outcome = await followTail(this, this.live);
    if (outcome !== 'empty') {
      this.#emptyEnds = 0;
      return outcome;
    }
    // Told "over" at once while the step runs: the server has forgotten its live history. Said once it is sure,
    // because a step that is just ending looks the same for a moment.
    this.#emptyEnds += 1;
    if (this.#emptyEnds >= 2 && this.live.lose('restart')) this.changed('state');
    this.refiller.consider();
    this.setState('reconnecting');
    return outcome;
  }

  /** Pokes cut it short, but not below `pokeEvery`: each event of a busy build would become a request. */
  async #rest(ms: number): Promise<void> {
    await this.deps.clock.sleep(Math.min(ms, times.pokeEvery), this.signal);
    // Said while nobody could be woken: a short step's only word may come so soon after the last look.
    if (ms > times.pokeEvery && !this.#poked) await this.pauses.pause(ms - times.pokeEvery, this.signal);
  }

  #end(failure: Failure): void {
    this.ended = failure;
    this.#setReady();
    this.changed('state');
  }
}
