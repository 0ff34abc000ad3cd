import type { DownMessage, Topic, UpMessage } from '../contract/live-messages.ts';
import { LogCursor } from './cursors.ts';

export interface LiveListener {
  message(message: DownMessage): void;
  /** Whether messages can come at the moment; called at once with the present state, then at every change. */
  connected?(on: boolean): void;
}

interface Watch {
  id: number;
  topic: Topic | (() => Topic);
  listener: LiveListener;
  cursor: LogCursor | null;
  /** How the console calls the log on this connection. */
  log: number | null;
}

/** What a page watches: how it asks for it on a new connection, and who hears what comes. */
export class Watches {
  readonly #watches = new Map<number, Watch>();
  #lastId = 0;

  get size(): number {
    return this.#watches.size;
  }

  add(topic: Topic | (() => Topic), listener: LiveListener): number {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#watches.set(id, { id, topic, listener, cursor: cursorFor(topic), log: null });
    return id;
  }

  /** false: it had ended. */
  remove(id: number): boolean {
    return this.#watches.delete(id);
  }

  clear(): void {
    this.#watches.clear();
  }

  /** null: nobody watches it any more. */
  subscription(id: number): UpMessage | null {
    const watch = this.#watches.get(id);
    return watch ? subscriptionOf(watch) : null;
  }

  subscriptions(): UpMessage[] {
    return [...this.#watches.values()].map(subscriptionOf);
  }

  hear(message: DownMessage): void {
    if ('id' in message) {
      const watch = this.#watches.get(message.id);
      if (!watch) return;
      if (message.type === 'subscribed') watch.log = message.log;
      if (message.type === 'ended') this.#watches.delete(message.id);
      tell(watch, message);
      return;
    }
    for (const watch of [...this.#watches.values()]) if (watch.log === message.log) tell(watch, message);
  }

  /** The connection is gone, and with it what the console called the logs. */
  cut(): void {
    for (const watch of this.#watches.values()) watch.log = null;
  }

  connected(on: boolean): void {
    for (const { listener } of [...this.#watches.values()]) listener.connected?.(on);
  }
}

function subscriptionOf({ id, topic: asked, cursor }: Watch): UpMessage {
  const topic = typeof asked === 'function' ? asked() : asked;
  return { type: 'subscribe', id, topic: topic.kind === 'log' && cursor ? cursor.resume(topic) : topic };
}

function tell(watch: Watch, message: DownMessage): void {
  watch.cursor?.hear(message);
  watch.listener.message(message);
}

const cursorFor = (topic: Topic | (() => Topic)): LogCursor | null =>
  typeof topic !== 'function' && topic.kind === 'log' ? new LogCursor(topic) : null;
