import type { Build, Status } from '@flightdeck/api-client/model';
import { Failure } from '../../domain/failure.ts';
import type { CiClient, LogRecord, TailEvent } from '../../ports/ci-server.ts';

interface Subscriber {
  push(event: TailEvent | Error): void;
}

/**
 * A step on a CI server with the habits of a real one: late viewers get the last `history` records, a restart forgets
 * them and ends every later stream at once, the end overtakes lines, the stored log keeps the last bytes and may come
 * late. `client` is what an adapter would make of it.
 */
export class ScriptedStep {
  status: Status = 'running';
  startedAt: number | null = 1_700_000_000_000;
  finishedAt: number | null = null;
  printed: LogRecord[] = [];
  /** Records the server has not forgotten; null: the stream is gone. */
  retained: LogRecord[] | null = [];
  history = Number.POSITIVE_INFINITY;
  keepStored = Number.POSITIVE_INFINITY;
  /** How often the stored log is "not there" before it is. */
  storedAbsent = 0;
  /** How often the stored log breaks off after that many records. */
  storedCuts: number[] = [];
  storedBatch = 7;
  storedEmpty = 0;
  /** How many of the newest records are not stored yet while it runs. */
  storedLag = 0;
  /** Records that a stored log of a running step gives before it breaks off, once each. */
  soFarCuts: number[] = [];
  /** Bytes of a stored log that come at a time. */
  byteCut = 64 * 1024;
  down = false;
  refused = false;
  calls = { build: 0, tail: 0, stored: 0, soFar: 0 };
  openTails = 0;
  #subscribers = new Set<Subscriber>();

  print(records: LogRecord[], lost: (index: number) => boolean = () => false): void {
    this.printed.push(...records);
    if (!this.retained) return;
    this.retained = [...this.retained, ...records].slice(-this.history);
    const sent = records.filter((_, index) => !lost(index));
    if (sent.length > 0)
      for (const subscriber of this.#subscribers) subscriber.push({ type: 'records', records: sent });
  }

  /** As `print`, but what was printed last is sent first. */
  printSwapped(records: LogRecord[]): void {
    const half = records.splice(Math.ceil(records.length / 2));
    const before = this.#subscribers;
    // Nobody hears of the first half until the second one has been sent.
    this.#subscribers = new Set();
    this.print(records);
    this.#subscribers = before;
    this.print(half);
    if (this.retained && records.length > 0)
      for (const subscriber of this.#subscribers) subscriber.push({ type: 'records', records });
  }

  /** Connections break; the server still has its history. */
  cut(): void {
    const failure = new Failure('ci_unreachable', 'The connection broke.');
    for (const subscriber of this.#subscribers) subscriber.push(failure);
  }

  restart(): void {
    this.cut();
    this.retained = null;
  }

  /** The step ends; the stored log is there or comes later. `silent`: no end is sent to streams. */
  finish(status: Status, at: number, silent = false): void {
    this.status = status;
    this.finishedAt = at;
    this.retained = null;
    if (!silent) for (const subscriber of this.#subscribers) subscriber.push({ type: 'end' });
  }

  get stored(): LogRecord[] {
    let bytes = 0;
    let from = this.printed.length;
    while (from > 0) {
      bytes += Buffer.byteLength((this.printed[from - 1] as LogRecord).out);
      if (bytes > this.keepStored) break;
      from -= 1;
    }
    return this.printed.slice(from);
  }

  readonly client = {
    build: async (): Promise<Build | null> => {
      this.calls.build += 1;
      this.#check();
      return this.build;
    },
    tail: (_path: string, _step: unknown, signal: AbortSignal) => this.#tail(signal),
    storedLog: (_path: string, _step: unknown, signal: AbortSignal) => this.#storedLog(signal),
    storedSoFar: (_path: string, _step: unknown, signal: AbortSignal) => this.#soFar(signal),
    storedBytes: (_path: string, _step: unknown, signal: AbortSignal) => this.#storedBytes(signal),
  } as unknown as CiClient;

  get build(): Build {
    const { status, startedAt, finishedAt } = this;
    const ended = finishedAt !== null;
    const step = { number: 2, name: 'test', status, startedAt, finishedAt, version: 1 };
    const stage = { number: 1, name: 'default', status: ended ? 'success' : 'running', steps: [step] };
    return {
      number: 7,
      status: ended ? 'success' : 'running',
      stages: [stage],
      finishedAt,
    } as unknown as Build;
  }

  async *#tail(signal: AbortSignal): AsyncGenerator<TailEvent> {
    this.calls.tail += 1;
    this.#check();
    const queue: (TailEvent | Error)[] = [];
    let wake = () => {};
    const subscriber = {
      push: (event: TailEvent | Error) => {
        queue.push(event);
        wake();
      },
    };
    yield { type: 'open' };
    if (!this.retained) {
      yield { type: 'end' };
      return;
    }
    this.openTails += 1;
    if (this.retained.length > 0) queue.push({ type: 'records', records: this.retained });
    this.#subscribers.add(subscriber);
    const stop = () => wake();
    signal.addEventListener('abort', stop);
    try {
      while (!signal.aborted) {
        const event = queue.shift();
        if (event instanceof Error) throw event;
        if (event) yield event;
        if (event?.type === 'end') return;
        if (!event)
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (signal.aborted) resolve();
          });
      }
    } finally {
      this.openTails -= 1;
      this.#subscribers.delete(subscriber);
      signal.removeEventListener('abort', stop);
    }
  }

  async *#storedLog(signal: AbortSignal): AsyncGenerator<LogRecord[]> {
    this.calls.stored += 1;
    this.#check();
    if (this.finishedAt === null || this.storedAbsent > 0) {
      this.storedAbsent -= 1;
      throw new Failure('log_absent', 'No such log.');
    }
    if (this.storedEmpty > 0) {
      this.storedEmpty -= 1;
      return;
    }
    const cut = this.storedCuts.shift();
    const { stored } = this;
    for (let from = 0; from < stored.length; from += this.storedBatch) {
      if (signal.aborted) return;
      if (cut !== undefined && from >= cut) throw new Failure('ci_unreachable', 'The log broke off.');
      yield stored.slice(from, from + this.storedBatch);
    }
  }

  async *#soFar(signal: AbortSignal): AsyncGenerator<LogRecord[]> {
    this.calls.soFar += 1;
    this.#check();
    const stored = this.printed.slice(0, Math.max(0, this.printed.length - this.storedLag));
    if (stored.length === 0) throw new Failure('log_absent', 'No such log.');
    const cut = this.soFarCuts.shift();
    for (let from = 0; from < stored.length; from += this.storedBatch) {
      if (signal.aborted) return;
      if (cut !== undefined && from >= cut) throw new Failure('ci_unreachable', 'The log broke off.');
      yield stored.slice(from, from + this.storedBatch);
    }
  }

  /** The same as a server sends it, cut where `byteCut` says. */
  async *#storedBytes(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    let sent = 0;
    for await (const records of this.#storedLog(signal)) {
      const text = records.map((record) => JSON.stringify(record)).join(',');
      const bytes = Buffer.from((sent === 0 ? '[' : ',') + text);
      sent += records.length;
      for (let from = 0; from < bytes.length; from += this.byteCut)
        yield bytes.subarray(from, from + this.byteCut);
    }
    yield Buffer.from(sent === 0 ? '[]' : ']');
  }

  #check(): void {
    if (this.down) throw new Failure('ci_unreachable', 'Connection refused.');
    if (this.refused) throw new Failure('ci_token_refused', 'Unauthorized.');
  }
}
