import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../world/clock.ts';

/** `gitea` for the forge, else the id of a CI server or of another forge. */
export type FaceName = string;

export interface FaultRequest {
  face: FaceName;
  /** A regular expression over `METHOD /path?query`; everything when absent. */
  match?: string;
  /** Answer with this status instead of passing the request on. */
  status?: number;
  body?: string;
  contentType?: string;
  /** Ms (of the world's clock) before anything is answered. */
  delay?: number;
  /** Break the connection without an answer. */
  refuse?: boolean;
  /** How many requests it meets; until cleared when absent. */
  times?: number;
}

export interface Fault extends FaultRequest {
  id: number;
  hits: number;
}

/** Faults that tests ordered, in order; the first that fits a request and is not used up meets it. */
export class Faults {
  #list: Fault[] = [];
  #next = 1;

  add(request: FaultRequest): Fault {
    if (request.match !== undefined) new RegExp(request.match);
    const fault: Fault = { ...request, id: this.#next, hits: 0 };
    this.#next += 1;
    this.#list.push(fault);
    return fault;
  }

  /** Whether a call would be refused or answered with an error, without counting it as met. */
  wouldFail(face: FaceName, line: string): boolean {
    return this.#list.some(
      (fault) =>
        fault.face === face &&
        (fault.refuse || (fault.status !== undefined && fault.status >= 400)) &&
        (fault.times === undefined || fault.hits < fault.times) &&
        (fault.match === undefined || new RegExp(fault.match).test(line)),
    );
  }

  list(): Fault[] {
    return [...this.#list];
  }

  /** Takes away one fault, or all. */
  clear(id?: number): void {
    this.#list = id === undefined ? [] : this.#list.filter((fault) => fault.id !== id);
  }

  /** Delays run first and add up; then the first fault that answers or refuses. Resolves to true when answered. */
  async meet(
    face: FaceName,
    clock: Clock,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<boolean> {
    const line = `${request.method ?? 'GET'} ${request.url ?? '/'}`;
    const met = this.#list.filter(
      (fault) =>
        fault.face === face &&
        (fault.times === undefined || fault.hits < fault.times) &&
        (fault.match === undefined || new RegExp(fault.match).test(line)),
    );
    for (const fault of met) {
      fault.hits += 1;
      if (fault.delay) {
        const { delay } = fault;
        await new Promise<void>((done) => {
          clock.after(delay, done);
        });
      }
      if (fault.refuse) {
        request.socket.destroy();
        return true;
      }
      if (fault.status !== undefined) {
        request.resume();
        response.writeHead(fault.status, {
          'content-type': fault.contentType ?? 'text/plain; charset=utf-8',
        });
        response.end(fault.body ?? `fault ${fault.status}\n`);
        return true;
      }
    }
    return false;
  }
}
