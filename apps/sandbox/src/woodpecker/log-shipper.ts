import type { Timer } from '../world/clock.ts';
import type { LogEntry } from './model.ts';
import type { WpServer } from './server.ts';

/** Ms without any new line of any step, after which an agent sends what it has. */
const calm = 1000;
/** Bytes that it sends at once. */
const full = 1024 * 1024;
/** What each line costs besides its text. */
const wrapping = 40;
const retryAfter = 1000;

/**
 * An agent's one buffer for the lines of all its steps: sent after a second without a new one, or when it is full. So
 * whoever prints faster than once a second shows nothing live, and the last lines come about a second after the end.
 */
export class LogShipper {
  #pending: { stepId: number; entry: LogEntry }[] = [];
  #bytes = 0;
  #timer: Timer | undefined;
  /** When the newest line was added, ms. One timer serves a burst of many thousands. */
  #newest = 0;
  #dead = false;

  constructor(readonly server: WpServer) {}

  add(stepId: number, entry: LogEntry): void {
    if (this.#dead) return;
    this.#pending.push({ stepId, entry });
    this.#bytes += (entry.data?.length ?? 0) + wrapping;
    this.#newest = this.server.world.clock.now();
    if (this.#bytes >= full) this.#send();
    else this.#timer ??= this.server.world.clock.after(calm, () => this.#calm());
  }

  /** Sends what it has without waiting: what comes by another way must not overtake it. */
  hurry(): void {
    if (!this.#dead) this.#send();
  }

  #calm(): void {
    const { clock } = this.server.world;
    const left = this.#newest + calm - clock.now();
    if (left > 0) this.#timer = clock.after(left, () => this.#calm());
    else this.#send();
  }

  /** The agent dies, and what it had not sent with it. */
  abandon(): void {
    this.#dead = true;
    this.#timer?.cancel();
  }

  #send(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (!this.server.up) {
      this.#timer = this.server.world.clock.after(retryAfter, () => this.#send());
      return;
    }
    const batch = this.#pending;
    this.#pending = [];
    this.#bytes = 0;
    let from = 0;
    while (from < batch.length) {
      const stepId = batch[from]?.stepId ?? 0;
      let to = from;
      while (batch[to]?.stepId === stepId) to += 1;
      this.server.receive(
        stepId,
        batch.slice(from, to).map((one) => one.entry),
      );
      from = to;
    }
  }
}
