import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type DownMessage, LIVE_PROTOCOL, type UpMessage } from '../contract/live-messages.ts';
import { createLiveClient, type LiveClient, type LiveClientOptions } from './live-client.ts';

const log = { kind: 'log' as const, server: 'ci', repo: 'acme~checkout', number: 7, stage: 1, step: 2 };
const summary = (generation: number) => ({
  state: 'live' as const,
  generation,
  lines: 0,
  bytes: 0,
  firstPos: null,
  lastPos: null,
  gaps: [],
  limitBytes: null,
  widest: 0,
  indexed: false,
});
const linesOf = (generation: number, from: number, ...positions: number[]): DownMessage => ({
  type: 'lines',
  log: 4,
  generation,
  from,
  lines: positions.map((pos) => ({ pos, at: 0, text: `line ${pos}` })),
  carry: positions.map(() => ''),
  open: false,
});

/** A console that a test speaks for. */
class FakeConsole {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => LIVE_PROTOCOL });
  sockets: WebSocket[] = [];
  heard: UpMessage[] = [];
  protocols: string[] = [];
  constructor() {
    this.server.on('connection', (socket, request) => {
      this.sockets.push(socket);
      this.protocols.push(String(request.headers['sec-websocket-protocol']));
      socket.on('message', (data) => this.heard.push(JSON.parse(String(data)) as UpMessage));
    });
  }
  get url() {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/live`;
  }
  say(message: DownMessage) {
    this.sockets.at(-1)?.send(JSON.stringify(message));
  }
  async close() {
    for (const socket of this.sockets) socket.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Waits are listed; a test lets them pass. */
class Sleeps {
  asked: number[] = [];
  #waiting: (() => void)[] = [];
  sleep = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (ms === 15_000 || ms === 5_000) return; // watching for sleep, idle: not of interest here
      this.asked.push(ms);
      this.#waiting.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  pass() {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

let fake: FakeConsole;
let sleeps: Sleeps;
let client: LiveClient;

function connect(options: Partial<LiveClientOptions> = {}) {
  client = createLiveClient({
    url: () => fake.url,
    WebSocket,
    sleep: sleeps.sleep,
    random: () => 1,
    ...options,
  });
  return client;
}

beforeEach(async () => {
  fake = new FakeConsole();
  sleeps = new Sleeps();
  await new Promise((resolve) => fake.server.once('listening', resolve));
});
afterEach(async () => {
  client.close();
  await fake.close();
});

describe('createLiveClient', () => {
  it('opens one socket with the sub-protocol at the first watch, and tells each topic its own messages', async () => {
    connect();
    const deck = vi.fn();
    const lines = vi.fn();
    client.watch({ kind: 'deck' }, { message: deck });
    client.watch({ ...log, generation: 0, after: -1 }, { message: lines });
    await vi.waitFor(() => expect(fake.heard).toHaveLength(2));
    expect(fake.sockets).toHaveLength(1);
    expect(fake.protocols).toEqual([LIVE_PROTOCOL]);
    expect(fake.heard[1]).toEqual({ type: 'subscribe', id: 2, topic: { ...log, generation: 0, after: -1 } });
    fake.say({ type: 'subscribed', id: 2, log: 4, summary: summary(9) });
    fake.say({ type: 'build', id: 1, listed: null, view: null });
    fake.say(linesOf(9, 0, 0, 2));
    await vi.waitFor(() => expect(lines).toHaveBeenCalledTimes(2));
    expect(deck.mock.calls).toEqual([[{ type: 'build', id: 1, listed: null, view: null }]]);
    expect(lines.mock.calls[1]).toEqual([linesOf(9, 0, 0, 2)]);
  });

  it('comes back after a cut and goes on after the last line of the generation it has', async () => {
    connect();
    const states: boolean[] = [];
    const heard = vi.fn();
    client.watch(
      { ...log, generation: 0, after: -1 },
      { message: heard, connected: (on) => states.push(on) },
    );
    await vi.waitFor(() => expect(fake.heard).toHaveLength(1));
    fake.say({ type: 'subscribed', id: 1, log: 4, summary: summary(9) });
    fake.say(linesOf(9, 0, 0, 2, 5));
    await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(2));
    fake.sockets[0]?.terminate();
    await vi.waitFor(() => expect(fake.heard).toHaveLength(2));
    expect(fake.heard[1]).toMatchObject({ topic: { generation: 9, after: 5 } });
    expect(states).toEqual([false, true, false, true]);
    // Nothing is held of a new generation.
    fake.say({ type: 'subscribed', id: 1, log: 5, summary: summary(9) });
    fake.say({ type: 'log-state', log: 5, summary: summary(10) });
    await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(4));
    fake.sockets[1]?.terminate();
    await vi.waitFor(() => expect(fake.heard).toHaveLength(3));
    expect(fake.heard[2]).toMatchObject({ topic: { generation: 10, after: -1 } });
  });

  it('asks a topic that is a function at every connection', async () => {
    connect();
    let after = 3;
    client.watch(() => ({ ...log, generation: 1, after }), { message: () => {} });
    await vi.waitFor(() => expect(fake.heard).toHaveLength(1));
    after = 8;
    fake.say({ type: 'subscribed', id: 1, log: 4, summary: summary(1) });
    fake.sockets[0]?.terminate();
    await vi.waitFor(() => {
      sleeps.pass();
      expect(fake.heard).toHaveLength(2);
    });
    expect(fake.heard.map((message) => (message.type === 'subscribe' ? message.topic : null))).toMatchObject([
      { after: 3 },
      { after: 8 },
    ]);
  });

  it('backs off from 0.5 s to 30 s while nothing answers, and tries at once when it is woken', async () => {
    await fake.close();
    const network = new EventTarget();
    const random = vi.fn(() => 1);
    const url = 'ws://127.0.0.1:1/api/live';
    connect({ url, random, wakeEvents: [[network, 'online']] });
    client.watch({ kind: 'deck' }, { message: () => {} });
    for (let count = 1; count <= 9; count++) {
      await vi.waitFor(() => expect(sleeps.asked).toHaveLength(count));
      sleeps.pass();
    }
    expect(sleeps.asked.slice(0, 9)).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ]);
    await vi.waitFor(() => expect(sleeps.asked).toHaveLength(10));
    expect(client.connection).toBe('reconnecting');
    network.dispatchEvent(new Event('online'));
    // Tried at once, and the next waiting is a short one again.
    await vi.waitFor(() => expect(sleeps.asked).toHaveLength(11));
    expect(sleeps.asked[10]).toBe(500);
  });

  it.each([4401, 4403])('does not try again after %i', async (code) => {
    connect();
    const turns: string[] = [];
    client.onConnection((connection) => turns.push(connection));
    client.watch({ kind: 'deck' }, { message: () => {} });
    await vi.waitFor(() => expect(fake.heard).toHaveLength(1));
    fake.sockets[0]?.close(code, 'gone');
    await vi.waitFor(() => expect(client.connection).toBe('closed'));
    expect(client.closeCode).toBe(code);
    client.wake();
    expect(turns).toEqual(['open', 'closed']);
    // Access to one thing is gone; another may be watched. Who is signed out watches nothing.
    client.watch({ kind: 'deck' }, { message: () => {} });
    if (code === 4403) await vi.waitFor(() => expect(fake.sockets).toHaveLength(2));
    else expect(client.connection).toBe('closed');
  });

  it('takes a new socket when the network comes back under an open one', async () => {
    const network = new EventTarget();
    connect({ wakeEvents: [[network, 'online']] });
    client.watch({ kind: 'deck' }, { message: () => {} });
    await vi.waitFor(() => expect(fake.heard).toHaveLength(1));
    network.dispatchEvent(new Event('online'));
    await vi.waitFor(() => expect(fake.heard).toHaveLength(2));
    expect(fake.sockets).toHaveLength(2);
    expect(sleeps.asked).toEqual([]);
  });

  it('forgets a topic that has ended, and survives messages it does not know', async () => {
    connect();
    const heard = vi.fn();
    client.watch({ kind: 'deck' }, { message: heard });
    await vi.waitFor(() => expect(fake.heard).toHaveLength(1));
    fake.sockets[0]?.send('{"type":"from the future"}');
    fake.sockets[0]?.send('not json');
    const problem = {
      code: 'not_found' as const,
      message: 'Gone.',
      instance: null,
      raw: null,
      requestId: null,
      fields: null,
      retryAfter: null,
    };
    fake.say({ type: 'ended', id: 1, problem });
    await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1));
    fake.sockets[0]?.terminate();
    await vi.waitFor(() => {
      sleeps.pass();
      expect(fake.sockets).toHaveLength(2);
    });
    await vi.waitFor(() => expect(client.connection).toBe('open'));
    expect(fake.heard).toHaveLength(1);
  });
});
