import type { DownMessage, Topic } from '../contract/live-messages.ts';

type LogTopic = Extract<Topic, { kind: 'log' }>;

/**
 * What has come of a log, so that a new connection goes on where the last one ended. The line at the cursor is asked
 * for again: it may have been open.
 */
export class LogCursor {
  #generation: number;
  #after: number;

  constructor(topic: LogTopic) {
    this.#generation = topic.generation;
    this.#after = topic.after;
  }

  hear(message: DownMessage): void {
    if (message.type === 'lines') {
      this.#turn(message.generation);
      this.#after = message.lines.at(-1)?.pos ?? this.#after;
    } else if (message.type === 'log-state' || (message.type === 'subscribed' && message.summary)) {
      this.#turn(message.summary?.generation ?? this.#generation);
    }
  }

  resume(topic: LogTopic): LogTopic {
    return { ...topic, generation: this.#generation, after: this.#after };
  }

  #turn(generation: number): void {
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#after = -1;
  }
}
