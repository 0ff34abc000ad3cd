import type { Duplex } from 'node:stream';
import {
  type DownMessage,
  liveClose,
  type Problem,
  type Topic,
  upMessageSchema,
} from '@flightdeck/api-client/contract';
import type { WebSocket } from 'ws';
import { Failure } from '../domain/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { Caller } from '../services/context.ts';
import type { LiveLimits } from './limits.ts';
import type { LiveMeter } from './live-meter.ts';
import { encode } from './log-frames.ts';
import { Outbox, type Wire } from './outbox.ts';

/** What a subscription needs to be told and how it ends. */
export interface Subscription {
  readonly topic: Topic;
  /** The socket can take more again. */
  wake(): void;
  end(): void;
}

/** How a subscription speaks to its socket. */
export interface SubscriptionPort {
  ready(): boolean;
  send(frame: Buffer): void;
  /** Now, or when the socket can take it: of messages with one key the newest. */
  sendLatest(key: string, message: DownMessage): void;
  fail(error: unknown): void;
}

export interface SocketDeps {
  clock: Clock;
  limits: LiveLimits;
  meter: LiveMeter;
  toProblem: (error: unknown, requestId: string | null) => Problem;
  /** Opens a topic. Throws Failure when the person may not, or when it does not exist. */
  open(caller: Caller, id: number, topic: Topic, port: SubscriptionPort): Promise<Subscription>;
}

/** One browser's socket: its messages, subscriptions and limits. */
export class LiveSocket {
  readonly caller: Caller;
  readonly #ws: WebSocket;
  readonly #deps: SocketDeps;
  readonly #outbox: Outbox;
  readonly #over = new AbortController();
  /** null while the subscription is being opened. */
  readonly #subscriptions = new Map<number, { topic: Topic; token: symbol; open: Subscription | null }>();
  readonly #latest = new Map<number, Map<string, DownMessage>>();
  #messages = 0;
  #windowFrom: number;
  #alive = true;

  /**
   * `line`: the connection below `ws`. Messages go straight to it, as frames that are ready. `ws` writes each of its own
   * (pings, the close frame) in one piece too, as long as nothing is compressed, so they never come between each other.
   */
  constructor(ws: WebSocket, line: Duplex, caller: Caller, deps: SocketDeps, onOver: () => void) {
    this.#ws = ws;
    this.caller = caller;
    this.#deps = deps;
    this.#windowFrom = deps.clock.now();
    this.#outbox = new Outbox(
      wireOf(ws, line),
      deps,
      { drain: () => this.#drained(), cut: () => this.#cut() },
      this.#over.signal,
    );
    // Without a listener an error of one socket would end the process. `close` follows it.
    ws.on('error', () => {});
    ws.on('pong', () => {
      this.#alive = true;
    });
    ws.on('message', (data, binary) => this.#message(binary ? null : data.toString()));
    ws.on('close', () => {
      this.#end();
      onOver();
    });
    deps.meter.sockets(1);
    void this.#firstMessage();
    void this.#pings();
    void this.#life();
  }

  get topics(): Topic[] {
    return [...this.#subscriptions.values()].map(({ topic }) => topic);
  }

  /** Bytes that the peer has not taken yet. */
  get waiting(): number {
    return this.#ws.bufferedAmount;
  }

  close(code: number, reason: string): void {
    this.#end();
    this.#ws.close(code, reason);
    // A peer that does not answer the close frame must not keep what it may no longer have.
    void this.#deps.clock.sleep(2_000).then(() => this.#ws.terminate());
  }

  terminate(): void {
    this.#ws.terminate();
  }

  /** The person may no longer have these topics. A socket that has nothing left is closed. */
  revoke(which: (topic: Topic) => boolean, failure: Failure): void {
    const ids = [...this.#subscriptions].filter(([, { topic }]) => which(topic)).map(([id]) => id);
    for (const id of ids) this.#fail(id, failure);
    if (ids.length > 0 && this.#subscriptions.size === 0)
      this.close(liveClose.accessRemoved, 'access removed');
  }

  #message(text: string | null): void {
    const { clock, limits } = this.#deps;
    if (this.#over.signal.aborted) return;
    if (clock.now() - this.#windowFrom >= 60_000) {
      this.#windowFrom = clock.now();
      this.#messages = 0;
    }
    this.#messages += 1;
    const message = upMessageSchema.safeParse(parseJson(text));
    if (this.#messages > limits.messagesPerMinute) this.close(liveClose.policy, 'too many messages');
    else if (!message.success) this.close(liveClose.policy, 'not understood');
    else if (message.data.type === 'unsubscribe') this.#drop(message.data.id);
    else void this.#subscribe(message.data.id, message.data.topic);
  }

  async #subscribe(id: number, topic: Topic): Promise<void> {
    this.#drop(id);
    const { limits } = this.#deps;
    const logs = this.topics.filter(({ kind }) => kind === 'log').length;
    if (
      this.#subscriptions.size >= limits.subscriptionsPerSocket ||
      (topic.kind === 'log' && logs >= limits.logsPerSocket)
    )
      return this.#tellEnded(id, new Failure('overloaded', 'Too many subscriptions on one socket.'));
    const token = Symbol('subscription');
    const standing: { topic: Topic; token: symbol; open: Subscription | null } = { topic, token, open: null };
    this.#subscriptions.set(id, standing);
    this.#deps.meter.subscriptions(topic.kind, 1);
    const current = () => this.#subscriptions.get(id)?.token === token;
    const port: SubscriptionPort = {
      ready: () => current() && this.#outbox.ready(),
      send: (frame) => {
        if (current()) this.#outbox.send(frame);
      },
      sendLatest: (key, message) => {
        if (!current()) return;
        if (this.#outbox.ready()) this.#outbox.send(encode(message));
        else this.#latest.set(id, (this.#latest.get(id) ?? new Map()).set(key, message));
      },
      fail: (error) => {
        if (current()) this.#fail(id, error);
      },
    };
    try {
      const open = await this.#deps.open(this.caller, id, topic, port);
      if (current()) standing.open = open;
      else open.end();
    } catch (error) {
      if (current()) this.#fail(id, error);
    }
  }

  #fail(id: number, error: unknown): void {
    this.#drop(id);
    this.#tellEnded(id, error);
  }

  #tellEnded(id: number, error: unknown): void {
    const problem = this.#deps.toProblem(error, this.caller.requestId);
    this.#outbox.send(encode({ type: 'ended', id, problem }));
  }

  #drop(id: number): void {
    const standing = this.#subscriptions.get(id);
    if (!standing) return;
    this.#subscriptions.delete(id);
    this.#latest.delete(id);
    this.#deps.meter.subscriptions(standing.topic.kind, -1);
    standing.open?.end();
  }

  #drained(): void {
    const waiting = [...this.#latest.values()].flatMap((messages) => [...messages.values()]);
    this.#latest.clear();
    for (const message of waiting) this.#outbox.send(encode(message));
    for (const { open } of this.#subscriptions.values()) open?.wake();
  }

  /** The peer does not read: a close frame would wait behind everything else. */
  #cut(): void {
    this.#end();
    this.#ws.terminate();
  }

  #end(): void {
    if (this.#over.signal.aborted) return;
    for (const id of [...this.#subscriptions.keys()]) this.#drop(id);
    this.#over.abort();
    this.#deps.meter.sockets(-1);
  }

  async #firstMessage(): Promise<void> {
    await this.#deps.clock.sleep(this.#deps.limits.firstMessageMs, this.#over.signal);
    if (!this.#over.signal.aborted && this.#messages === 0) this.close(liveClose.policy, 'nothing asked for');
  }

  async #pings(): Promise<void> {
    const { clock, limits } = this.#deps;
    const { signal } = this.#over;
    while (!signal.aborted) {
      await clock.sleep(limits.pingMs, signal);
      if (signal.aborted) return;
      this.#alive = false;
      this.#ws.ping();
      await clock.sleep(limits.pongMs, signal);
      // While much waits in the socket the ping waits too: then `cutMs` decides.
      if (!this.#alive && !signal.aborted && !this.#outbox.paused) return this.#cut();
    }
  }

  async #life(): Promise<void> {
    await this.#deps.clock.sleep(this.#deps.limits.lifeMs, this.#over.signal);
    if (!this.#over.signal.aborted) this.close(liveClose.restart, 'connect again');
  }
}

const wireOf = (ws: WebSocket, line: Duplex): Wire => ({
  get bufferedAmount() {
    return ws.bufferedAmount;
  },
  get readyState() {
    return ws.readyState;
  },
  write: (frame) => {
    line.write(frame);
  },
});

function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
