import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  type DownMessage,
  downMessageSchema,
  LIVE_PROTOCOL,
  type Topic,
} from '@flightdeck/api-client/contract';
import { vi } from 'vitest';
import { WebSocket } from 'ws';
import { Failure } from '../../domain/failure.ts';
import type { Bus, BusEvent } from '../../ports/bus.ts';
import { systemClock } from '../../ports/clock.ts';
import type { Caller, Gate, GatedRepo } from '../../services/context.ts';
import type { BuildListener, BuildWatch } from '../build-watch.ts';
import { createLiveGateway, type LiveGateway } from '../gateway.ts';
import { defaultLiveLimits, type LiveLimits } from '../limits.ts';
import type { LiveMeter } from '../live-meter.ts';
import { LogHub } from '../log-hub.ts';
import { ScriptedStep } from './scripted-step.ts';
import { memoryStore } from './stores.ts';

export const logTopic = {
  kind: 'log',
  server: 'ci',
  repo: 'acme~checkout',
  number: 7,
  stage: 1,
  step: 2,
} as const;
export const fresh = { generation: 0, after: -1 };

/** A gateway on a real port, with a scripted step, a gate that a test opens and shuts, and people by cookie. */
export class LiveWorld {
  readonly bus = createBus();
  readonly step: ScriptedStep;
  readonly sessions = new Map<string, Caller>();
  readonly counts = { sockets: 0, subscriptions: 0, bytesOut: 0, skip: 0, cut: 0 };
  readonly watchers = new Map<string, Set<BuildListener>>();
  gateCalls = 0;
  gateFailure: Failure | null = null;
  readonly meter: LiveMeter = {
    sockets: (change) => {
      this.counts.sockets += change;
    },
    subscriptions: (_, change) => {
      this.counts.subscriptions += change;
    },
    tails: () => {},
    logBytesIn: () => {},
    bytesOut: (bytes) => {
      this.counts.bytesOut += bytes;
    },
    slow: (what) => {
      this.counts[what] += 1;
    },
  };
  readonly hub = new LogHub({
    bus: this.bus,
    clock: systemClock,
    random: Math.random,
    store: memoryStore(Date.now),
    meter: this.meter,
    cacheBytes: 8_000_000,
    graceMs: 50,
  });
  readonly gate = {
    open: (caller: Caller, server: string, path: string) => this.#open(caller, server, path),
  } as unknown as Gate;
  /** The repository as the gate answers it, for what a page asks for beside its socket. */
  readonly repo = (): Promise<GatedRepo> => this.#open({} as Caller, 'ci', 'acme/checkout');
  readonly #server = createServer();
  readonly #clients: WebSocket[] = [];
  readonly #connections = new Set<Socket>();
  gateway!: LiveGateway;

  /** A console that is started anew finds the same CI server. */
  constructor(step = new ScriptedStep()) {
    this.step = step;
  }

  async start(limits: Partial<LiveLimits> = {}, port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    this.#server.on('connection', (socket) => {
      this.#connections.add(socket);
      socket.on('close', () => this.#connections.delete(socket));
    });
    this.gateway = createLiveGateway({
      bus: this.bus,
      gate: this.gate,
      hub: this.hub,
      builds: this.#builds(),
      clock: systemClock,
      random: Math.random,
      meter: this.meter,
      limits: { ...defaultLiveLimits, ...limits },
      origin: 'http://ci.lan',
      hasOwnHost: (request) => request.headers.host !== 'evil.test',
      path: '/base/api/live',
      authenticate: async (request: IncomingMessage) =>
        this.sessions.get(request.headers.cookie ?? '') ?? null,
      toProblem: (error, requestId) => ({
        code: error instanceof Failure ? error.code : 'internal',
        message: String(error),
        instance: null,
        raw: null,
        requestId,
        fields: null,
        retryAfter: null,
      }),
    });
    this.#server.on('upgrade', (request, socket: Socket, head) =>
      this.gateway.upgrade(request, socket, head),
    );
    return this;
  }

  person(login: string, session = login): string {
    const person = { forge: 'forge', forgeUserId: login, login, name: login, email: null, avatarUrl: null };
    this.sessions.set(`sid=${session}`, { person, sessionHash: session, address: '::1', requestId: 'r' });
    return `sid=${session}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/base/api/live`;
  }

  connect(cookie: string, headers: Record<string, string> = {}): Client {
    const client = new Client(this.url, { cookie, origin: 'http://ci.lan', ...headers });
    this.#clients.push(client.ws);
    return client;
  }

  /** Breaks every connection without a word. */
  cutSockets(): void {
    for (const socket of this.#connections) socket.destroy();
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.terminate();
    await this.gateway.shutdown(1_000);
    this.hub.close();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  tell(key: string, change: Parameters<BuildListener>[0]): void {
    for (const listener of this.watchers.get(key) ?? []) listener(change);
  }

  #builds(): BuildWatch {
    const watch = (key: string, listener: BuildListener) => {
      const listeners = this.watchers.get(key) ?? new Set();
      this.watchers.set(key, listeners.add(listener));
      return () => {
        listeners.delete(listener);
      };
    };
    return {
      watchDeck: (caller, listener) => watch(`deck ${caller.person.login}`, listener),
      watchRepository: (repo, listener) => watch(`repository ${repo.path}`, listener),
      watchBuild: (repo, number, listener) => watch(`build ${repo.path} ${number}`, listener),
    };
  }

  async #open(caller: Caller, server: string, path: string): Promise<GatedRepo> {
    this.gateCalls += 1;
    if (this.gateFailure) throw this.gateFailure;
    return {
      caller,
      server: { id: server, declaration: { logLimitBytes: null } },
      path,
      forgeRepoId: '1',
      speaker: { client: this.step.client },
    } as unknown as GatedRepo;
  }
}

/** A browser, as far as sockets go. */
export class Client {
  readonly ws: WebSocket;
  readonly heard: DownMessage[] = [];
  closed: { code: number; reason: string } | null = null;
  refused: number | null = null;
  #id = 0;

  constructor(url: string, headers: Record<string, string>, protocol = LIVE_PROTOCOL) {
    this.ws = new WebSocket(url, protocol, { headers });
    this.ws.on('message', (data) => this.heard.push(downMessageSchema.parse(JSON.parse(String(data)))));
    this.ws.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) };
    });
    this.ws.on('unexpected-response', (request, response) => {
      this.refused = response.statusCode ?? 0;
      request.destroy();
    });
    this.ws.on('error', () => {});
  }

  async opened(): Promise<this> {
    await vi.waitFor(
      () => {
        if (this.ws.readyState !== WebSocket.OPEN) throw new Error('not open');
      },
      { timeout: 3_000, interval: 5 },
    );
    return this;
  }

  subscribe(topic: Topic): number {
    this.#id += 1;
    this.ws.send(JSON.stringify({ type: 'subscribe', id: this.#id, topic }));
    return this.#id;
  }

  of<T extends DownMessage['type']>(type: T): Extract<DownMessage, { type: T }>[] {
    return this.heard.filter(
      (message): message is Extract<DownMessage, { type: T }> => message.type === type,
    );
  }

  /** Lines by index as a page would hold them. */
  lines(): string[] {
    const lines: string[] = [];
    for (const message of this.of('lines'))
      for (const [offset, line] of message.lines.entries()) lines[message.from + offset] = line.text;
    return lines;
  }
}

function createBus(): Bus {
  const listeners = new Set<(event: BusEvent) => void>();
  return {
    publish: (event) => {
      for (const listener of listeners) listener(event);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
