import type { LogRecord } from '../world/model.ts';

/** Records kept for those who come late, and the length of each reader's queue (Drone 2.25, in memory). */
export const liveHistory = 5000;

export interface LogReader {
  /** Records in order. Returns false while the reader's connection takes no more. */
  deliver(records: readonly LogRecord[]): boolean;
  end(): void;
}

interface Subscription {
  reader: LogReader;
  queue: LogRecord[];
  blocked: boolean;
}

/** One step's live stream at the server: history for late readers, gaps for slow ones, a tail that may be lost. */
export class LiveLog {
  #history: LogRecord[] = [];
  #subscriptions = new Set<Subscription>();
  #ended = false;

  get subscribers(): number {
    return this.#subscriptions.size;
  }

  write(batch: readonly LogRecord[]): void {
    if (this.#ended || batch.length === 0) return;
    // Not by spreading: one upload may bring hundreds of thousands of records, more than a call takes arguments.
    this.#history = this.#history.concat(batch);
    if (this.#history.length > liveHistory) this.#history = this.#history.slice(-liveHistory);
    for (const subscription of this.#subscriptions) this.#offer(subscription, batch);
  }

  /** The retained history at once, then what follows. Returns the way to leave. */
  subscribe(reader: LogReader): { leave: () => void; resume: () => void } {
    const subscription: Subscription = { reader, queue: [], blocked: false };
    this.#subscriptions.add(subscription);
    this.#offer(subscription, this.#history);
    return {
      leave: () => this.#subscriptions.delete(subscription),
      resume: () => this.#resume(subscription),
    };
  }

  /** End of the step. Readers that still have a queue lose it: the end overtakes the lines. */
  end(): void {
    this.#ended = true;
    for (const { reader } of this.#subscriptions) reader.end();
    this.#subscriptions.clear();
  }

  #offer(subscription: Subscription, batch: readonly LogRecord[]): void {
    if (batch.length === 0) return;
    if (subscription.blocked) {
      const room = liveHistory - subscription.queue.length;
      if (room > 0) subscription.queue.push(...batch.slice(0, room));
      return;
    }
    subscription.blocked = !subscription.reader.deliver(batch);
  }

  #resume(subscription: Subscription): void {
    subscription.blocked = false;
    const waiting = subscription.queue;
    subscription.queue = [];
    if (waiting.length > 0) this.#offer(subscription, waiting);
  }
}

/** How many records of a last batch the end overtakes: none of a small one, some of a burst (median 58 of 1,000). */
export function overtaken(batch: number): number {
  return batch < 800 ? 0 : Math.min(741, Math.floor(batch * 0.058));
}
