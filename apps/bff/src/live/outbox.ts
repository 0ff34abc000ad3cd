import type { Clock } from '../ports/clock.ts';
import type { LiveLimits } from './limits.ts';
import type { LiveMeter } from './live-meter.ts';

/** The part of a websocket that is written to. */
export interface Wire {
  readonly bufferedAmount: number;
  readonly readyState: number;
  /** Whole frames. */
  write(frame: Buffer): void;
}

const OPEN = 1;
const POLL_MS = 100;

/**
 * What goes to one socket. Nothing is queued here: when too much waits in the socket, `ready` says so, senders keep
 * their place, and `onDrain` tells when to go on. A socket that does not drain is cut.
 */
export class Outbox {
  readonly #wire: Wire;
  readonly #clock: Clock;
  readonly #limits: LiveLimits;
  readonly #meter: LiveMeter;
  readonly #onDrain: () => void;
  readonly #onCut: () => void;
  readonly #signal: AbortSignal;
  #paused = false;

  constructor(
    wire: Wire,
    deps: { clock: Clock; limits: LiveLimits; meter: LiveMeter },
    on: { drain: () => void; cut: () => void },
    signal: AbortSignal,
  ) {
    this.#wire = wire;
    this.#clock = deps.clock;
    this.#limits = deps.limits;
    this.#meter = deps.meter;
    this.#onDrain = on.drain;
    this.#onCut = on.cut;
    this.#signal = signal;
  }

  get paused(): boolean {
    return this.#paused;
  }

  ready(): boolean {
    return !this.#paused && !this.#signal.aborted && this.#wire.readyState === OPEN;
  }

  send(frame: Buffer): void {
    if (this.#signal.aborted || this.#wire.readyState !== OPEN) return;
    this.#meter.bytesOut(frame.length);
    this.#wire.write(frame);
    if (!this.#paused && this.#wire.bufferedAmount > this.#limits.pauseBytes) {
      this.#paused = true;
      void this.#drain();
    }
  }

  async #drain(): Promise<void> {
    const since = this.#clock.now();
    while (!this.#signal.aborted) {
      const waiting = this.#wire.bufferedAmount;
      if (waiting <= this.#limits.resumeBytes) {
        this.#paused = false;
        this.#onDrain();
        return;
      }
      if (waiting > this.#limits.cutBytes || this.#clock.now() - since > this.#limits.cutMs) {
        this.#meter.slow('cut');
        this.#onCut();
        return;
      }
      await this.#clock.sleep(POLL_MS, this.#signal);
    }
  }
}
