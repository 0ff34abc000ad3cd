import type { Clock } from '../../ports/clock.ts';
import type { EngineAnswer, EngineRequest } from './protocol.ts';

/** A thread that serves the engine (`log-worker.ts`), as the console's own thread sees it. */
export interface EngineThread {
  post(request: EngineRequest, transfer?: ArrayBuffer[]): void;
  onAnswer(listener: (answer: EngineAnswer) => void): void;
  /** It has ended, whoever ended it. */
  onGone(listener: () => void): void;
  end(): void;
}

export type StartThread = () => EngineThread;

/** A thread is some 10 MB: one that nobody needs for so long goes. ms */
const IDLE = 60_000;

/** One thread, there when it is needed. */
export class SharedThread {
  readonly #start: StartThread;
  readonly #clock: Clock;
  #thread: EngineThread | null = null;
  #users = 0;
  #idle: AbortController | null = null;
  readonly #listeners = new Map<number, (answer: EngineAnswer | null) => void>();

  constructor(start: StartThread, clock: Clock) {
    this.#start = start;
    this.#clock = clock;
  }

  /** `listener` hears every answer of this id; null: the thread is gone, and so is what it held. */
  listen(id: number, listener: (answer: EngineAnswer | null) => void): () => void {
    this.#idle?.abort();
    this.#users += 1;
    this.#listeners.set(id, listener);
    return () => {
      if (!this.#listeners.delete(id)) return;
      this.#users -= 1;
      if (this.#users === 0) void this.#rest();
    };
  }

  post(request: EngineRequest, transfer: ArrayBuffer[] = []): void {
    this.#thread ??= this.#begin();
    this.#thread.post(request, transfer);
  }

  close(): void {
    this.#idle?.abort();
    this.#thread?.end();
  }

  #begin(): EngineThread {
    const thread = this.#start();
    thread.onAnswer((answer) => this.#listeners.get(answer.id)?.(answer));
    thread.onGone(() => {
      if (this.#thread !== thread) return;
      this.#thread = null;
      for (const listener of [...this.#listeners.values()]) listener(null);
    });
    return thread;
  }

  async #rest(): Promise<void> {
    const idle = new AbortController();
    this.#idle = idle;
    await this.#clock.sleep(IDLE, idle.signal);
    if (!idle.signal.aborted) this.#thread?.end();
  }
}
