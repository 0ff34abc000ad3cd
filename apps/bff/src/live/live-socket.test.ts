import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { DownMessage } from '@flightdeck/api-client/contract';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { Caller } from '../services/context.ts';
import { defaultLiveLimits } from './limits.ts';
import { silentMeter } from './live-meter.ts';
import { LiveSocket, type SubscriptionPort } from './live-socket.ts';
import { textOf } from './testing/page.ts';
import { settle, VirtualClock } from './testing/virtual-clock.ts';
import { textFrame } from './text-frame.ts';

/** A socket whose peer reads only when a test says so. */
class FakeSocket extends EventEmitter {
  readyState = 1;
  bufferedAmount = 0;
  sent: DownMessage[] = [];
  closed: number | null = null;
  terminated = false;
  write(frame: Buffer): void {
    this.sent.push(JSON.parse(textOf(frame)) as DownMessage);
    this.bufferedAmount += frame.length;
  }
  ping(): void {
    this.emit('pong');
  }
  close(code: number): void {
    this.closed = code;
  }
  terminate(): void {
    this.terminated = true;
    this.readyState = 3;
    this.emit('close');
  }
}

let clock: VirtualClock;
let ws: FakeSocket;
let port: SubscriptionPort;
let wakes: number;

beforeEach(async () => {
  clock = new VirtualClock();
  ws = new FakeSocket();
  wakes = 0;
  const deps = {
    clock,
    limits: defaultLiveLimits,
    meter: silentMeter,
    toProblem: () => {
      throw new Error('nothing fails here');
    },
    open: async (_caller: Caller, _id: number, topic: never, opened: SubscriptionPort) => {
      port = opened;
      const wake = () => {
        wakes += 1;
      };
      return { topic, wake, end: () => {} };
    },
  };
  new LiveSocket(ws as unknown as WebSocket, ws as unknown as Duplex, {} as Caller, deps, () => {});
  ws.emit(
    'message',
    Buffer.from(JSON.stringify({ type: 'subscribe', id: 1, topic: { kind: 'deck' } })),
    false,
  );
  await settle();
});

const build = (): DownMessage => ({ type: 'build', id: 1, listed: null, view: null });
const big = textFrame(JSON.stringify({ x: 'x'.repeat(1024 * 1024) }));

describe('a socket whose peer reads slowly', () => {
  it('takes nothing more above 1 MiB; of each build the newest news wait', async () => {
    expect(port.ready()).toBe(true);
    port.send(big);
    expect(port.ready()).toBe(false);
    const before = ws.sent.length;
    for (const key of ['a/1', 'b/2', 'a/1', 'c/3', 'a/1']) port.sendLatest(key, build());
    await clock.advance(5_000);
    expect(ws.sent).toHaveLength(before);
    ws.bufferedAmount = 300 * 1024;
    await clock.advance(200);
    expect(port.ready()).toBe(false);
    ws.bufferedAmount = 0;
    await clock.advance(200);
    expect(ws.sent.slice(before)).toEqual([build(), build(), build()]);
    expect([port.ready(), wakes]).toEqual([true, 1]);
  });

  it('is cut after 30 s', async () => {
    port.send(big);
    await clock.advance(29_000);
    expect(ws.terminated).toBe(false);
    await clock.advance(2_000);
    expect(ws.terminated).toBe(true);
    expect(port.ready()).toBe(false);
  });

  it('is cut at 4 MiB', async () => {
    port.send(big);
    ws.bufferedAmount = 4 * 1024 * 1024 + 1;
    await clock.advance(200);
    expect(ws.terminated).toBe(true);
  });

  it('an error of the socket is no error of the process', () => {
    expect(() => ws.emit('error', new Error('ECONNRESET'))).not.toThrow();
  });
});
