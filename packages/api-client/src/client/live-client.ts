import ReconnectingWebSocket from 'partysocket/ws';
import {
  downMessageSchema,
  LIVE_PROTOCOL,
  liveClose,
  type Topic,
  type UpMessage,
} from '../contract/live-messages.ts';
import { fullJitter, Waiting } from './waiting.ts';
import { type LiveListener, Watches } from './watches.ts';

export type { LiveListener } from './watches.ts';

/**
 * `connecting`: the first try. `open`: messages come. `reconnecting`: cut, tried again by itself. `closed`: not tried
 * again: signed out, access removed, or closed from this side.
 */
export type Connection = 'connecting' | 'open' | 'reconnecting' | 'closed';

export interface LiveClient {
  /**
   * Watches a topic until the returned function is called. A function as topic is asked at every (re)connection: a log's
   * page says what it holds then. A log topic given as a value resumes after the last line that came.
   * `ended` is the last message of a topic; nothing follows, also not after a reconnection.
   */
  watch(topic: Topic | (() => Topic), listener: LiveListener): () => void;
  readonly connection: Connection;
  /** Close code that made it `closed`, e.g. 4401 for signed out; null otherwise. */
  readonly closeCode: number | null;
  onConnection(listener: (connection: Connection) => void): () => void;
  /** Try now: the network is back, the machine woke up, a person asked for it. */
  wake(): void;
  close(): void;
}

export interface LiveClientOptions {
  /** `wss://ci.example.org/ci/api/live`. */
  url: string | (() => string);
  /** Default: the global one. */
  WebSocket?: unknown;
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  random?: () => number;
  /** Unix ms. */
  now?: () => number;
  /** Where `online` and `visibilitychange` are heard: the window and the document of a page; none by default. */
  wakeEvents?: readonly [target: EventTarget, type: string][];
}

const FIRST_MS = 500;
const LAST_MS = 30_000;
/** A socket without a first message is closed by the console; without topics none is opened. */
const IDLE_CLOSE_MS = 5_000;
const SLEEP_CHECK_MS = 15_000;
const SLEPT_MS = 90_000;
const final: ReadonlySet<number> = new Set([liveClose.signedOut, liveClose.accessRemoved]);

/** One socket for a whole page. It opens with the first watch. */
export function createLiveClient(options: LiveClientOptions): LiveClient {
  return new Client(options);
}

class Client implements LiveClient {
  connection: Connection = 'connecting';
  closeCode: number | null = null;
  readonly #options: LiveClientOptions;
  readonly #waiting: Waiting;
  readonly #random: () => number;
  readonly #watches = new Watches();
  readonly #listeners = new Set<(connection: Connection) => void>();
  readonly #unhear: () => void;
  #socket: ReconnectingWebSocket | null = null;
  #tries = 0;
  #closed = false;
  #watching = false;

  constructor(options: LiveClientOptions) {
    this.#options = options;
    this.#waiting = new Waiting(options.sleep);
    this.#random = options.random ?? Math.random;
    // The network changed under an open socket: it may be dead without knowing.
    const wake = (event: Event) => (event.type === 'online' ? this.#renew() : this.wake());
    for (const [target, type] of options.wakeEvents ?? []) target.addEventListener(type, wake);
    this.#unhear = () => {
      for (const [target, type] of options.wakeEvents ?? []) target.removeEventListener(type, wake);
    };
  }

  watch(topic: Topic | (() => Topic), listener: LiveListener): () => void {
    const id = this.#watches.add(topic, listener);
    listener.connected?.(this.connection === 'open');
    this.#open();
    if (this.connection === 'open') this.#send(this.#watches.subscription(id));
    return () => {
      if (!this.#watches.remove(id)) return;
      if (this.connection === 'open') this.#send({ type: 'unsubscribe', id });
      if (this.#watches.size === 0) void this.#closeWhenIdle();
    };
  }

  onConnection(listener: (connection: Connection) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  wake(): void {
    if (this.connection !== 'reconnecting') return;
    this.#tries = 0;
    this.#waiting.cut();
  }

  close(): void {
    this.#closed = true;
    this.#unhear();
    this.#watches.clear();
    this.#drop();
    this.#turn('closed');
  }

  #open(): void {
    if (this.#socket || this.#closed || this.closeCode === liveClose.signedOut) return;
    this.closeCode = null;
    if (this.connection === 'closed') this.#turn('connecting');
    const socket = new ReconnectingWebSocket(() => this.#nextUrl(), LIVE_PROTOCOL, {
      WebSocket: this.#options.WebSocket,
      // The waiting is done in `#nextUrl`: full jitter, cut short by `wake`, and by a clock that tests bring.
      minReconnectionDelay: 0,
      maxReconnectionDelay: 0,
      connectionTimeout: 10_000,
      maxEnqueuedMessages: 0,
      shouldReconnectOnClose: ({ code }) => !final.has(code),
    });
    this.#socket = socket;
    socket.addEventListener('open', () => this.#opened(socket));
    socket.addEventListener('message', (event) => this.#message(socket, event.data));
    socket.addEventListener('close', (event) => this.#lost(socket, event.code));
    socket.addEventListener('error', () => this.#lost(socket, 0));
  }

  async #nextUrl(): Promise<string> {
    if (this.#tries > 0)
      await this.#waiting.wait(fullJitter(this.#tries - 1, FIRST_MS, LAST_MS, this.#random));
    this.#tries += 1;
    const { url } = this.#options;
    return typeof url === 'string' ? url : url();
  }

  #opened(socket: ReconnectingWebSocket): void {
    if (socket !== this.#socket) return;
    for (const subscription of this.#watches.subscriptions()) this.#send(subscription);
    this.#turn('open');
    if (!this.#watching) {
      this.#watching = true;
      void this.#watchForSleep(socket);
    }
    if (this.#watches.size === 0) void this.#closeWhenIdle();
  }

  #message(socket: ReconnectingWebSocket, data: unknown): void {
    if (socket !== this.#socket) return;
    const parsed = downMessageSchema.safeParse(parseJson(data));
    // A message of a newer console that this page does not know yet.
    if (!parsed.success) return;
    // Only now: a console that accepts and closes at once must not be asked again without waiting.
    this.#tries = 0;
    this.#watches.hear(parsed.data);
  }

  #lost(socket: ReconnectingWebSocket, code: number): void {
    if (socket !== this.#socket) return;
    this.#watches.cut();
    if (!final.has(code)) {
      this.#turn('reconnecting');
      return;
    }
    this.closeCode = code;
    this.#tries = 0;
    this.#drop();
    this.#turn('closed');
    // Access to what was watched is gone; what is watched from now on is another matter.
    if (code === liveClose.accessRemoved) this.#watches.clear();
  }

  #send(message: UpMessage | null): void {
    if (message) this.#socket?.send(JSON.stringify(message));
  }

  #renew(): void {
    if (this.connection === 'open') {
      this.#tries = 0;
      this.#socket?.reconnect();
    } else this.wake();
  }

  /** A machine that slept finds sockets that look open and are dead. Timers of hidden pages run once a minute. */
  async #watchForSleep(socket: ReconnectingWebSocket): Promise<void> {
    const now = this.#options.now ?? Date.now;
    while (socket === this.#socket && this.connection === 'open') {
      const before = now();
      await this.#waiting.idle(SLEEP_CHECK_MS);
      if (now() - before > SLEPT_MS && socket === this.#socket) this.#renew();
    }
    this.#watching = false;
  }

  #turn(connection: Connection): void {
    if (this.connection === connection) return;
    const was = this.connection === 'open';
    this.connection = connection;
    for (const listener of [...this.#listeners]) listener(connection);
    if (was === (connection === 'open')) return;
    this.#watches.connected(connection === 'open');
  }

  /** A page between two views watches nothing for a moment. */
  async #closeWhenIdle(): Promise<void> {
    await this.#waiting.idle(IDLE_CLOSE_MS);
    if (this.#watches.size > 0 || !this.#socket) return;
    this.#drop();
    this.#tries = 0;
    if (!this.#closed) this.#turn('connecting');
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#waiting.cut();
    socket?.close(1000);
  }
}

function parseJson(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : null;
  } catch {
    return null;
  }
}
