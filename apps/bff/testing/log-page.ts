import { createHttpClient, createLiveClient, type LiveClient } from '@flightdeck/api-client/client';
import type { LogLine, LogSummary } from '@flightdeck/api-client/model';
import { WebSocket } from 'ws';
import { LogBook } from '../../web/src/features/logs/log-book.ts';
import type { Clock } from '../src/ports/clock.ts';

declare global {
  /** The book's default, which no page here uses. */
  function requestAnimationFrame(task: () => void): number;
}

/** Which log, as live topics and routes name it. */
export interface Step {
  server: string;
  repo: string;
  number: number;
  stage: number;
  step: number;
}

/** Where a person's page finds the console, and what stands in for the browser. */
export interface Visit {
  /** The console, or what stands before it. */
  url: string;
  /** Headers of a browser that has signed in: cookie, origin, host. */
  headers: { cookie: string; origin: string; host: string };
  clock: Clock;
  random: () => number;
}

/** What a tab has: one socket for all it watches. */
export const openSocket = ({ url, headers, clock, random }: Visit): LiveClient => {
  class Socket extends WebSocket {
    constructor(at: string, protocols: string[]) {
      super(at, protocols, { headers });
    }
  }
  return createLiveClient({
    ...{ url: `${url.replace('http', 'ws')}/api/live`, WebSocket: Socket, sleep: clock.sleep, random },
  });
};

/** A step's log in a tab, by the page's own parts: its book of lines over the live client and HTTP. */
export class LogPage {
  readonly step: Step;
  /** The console has said that nothing more follows, and why. */
  trouble: string | null = null;
  readonly #book: LogBook;

  constructor(live: LiveClient, visit: Visit, step: Step) {
    this.step = step;
    const http = createHttpClient({
      baseUrl: visit.url,
      fetch: (request) => {
        for (const [name, value] of Object.entries(visit.headers)) request.headers.set(name, value);
        return fetch(request);
      },
    });
    this.#book = new LogBook(
      (generation, from) => http.logs.lines({ ...step, generation, from }),
      (task, ms) => void visit.clock.sleep(ms).then(task),
      (task) => queueMicrotask(task),
    );
    // As `features/logs/http-feed.ts` hands messages on.
    live.watch(() => ({ kind: 'log', ...step, ...this.#book.cursor }), {
      message: (message) => {
        if (message.type === 'subscribed' && message.summary) this.#book.setSummary(message.summary);
        else if (message.type === 'log-state') this.#book.setSummary(message.summary);
        else if (message.type === 'lines') this.#book.append(message);
        else if (message.type === 'ended') this.trouble = message.problem.message;
      },
    });
  }

  get summary(): LogSummary | null {
    return this.#book.summary;
  }

  /** What stands on the page at this moment, undefined where a line is being fetched: looking at it has it fetched. */
  get shown(): (LogLine | undefined)[] {
    return Array.from({ length: this.#book.count }, (_, index) => this.#book.line(index));
  }

  /** All lines, as somebody copies them. */
  async copied(): Promise<LogLine[]> {
    return this.#book.range(0, this.#book.count - 1);
  }
}
