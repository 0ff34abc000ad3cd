import { createLiveClient, type LiveClient } from '@flightdeck/api-client/client';
import type { DownMessage } from '@flightdeck/api-client/contract';
import type { LogSummary } from '@flightdeck/api-client/model';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { fresh, LiveWorld, logTopic } from '../src/live/testing/live-world.ts';
import { naiveLines } from '../src/live/testing/reference-lines.ts';

/** A page's view of one log, held by the live client of the browser. */
class Watcher {
  summary: LogSummary | null = null;
  lines: string[] = [];
  readonly client: LiveClient;
  readonly stop: () => void;

  constructor(url: string, cookie: string) {
    class WithHeaders extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, { headers: { cookie, origin: 'http://ci.lan' } });
      }
    }
    this.client = createLiveClient({ url, WebSocket: WithHeaders, random: () => 0.05 });
    this.stop = this.client.watch({ ...logTopic, ...fresh }, { message: (message) => this.#hear(message) });
  }

  #hear(message: DownMessage): void {
    if (message.type === 'subscribed' || message.type === 'log-state') {
      if (this.summary && message.summary?.generation !== this.summary.generation) this.lines = [];
      this.summary = message.summary;
    } else if (message.type === 'lines' && message.generation === this.summary?.generation)
      for (const [offset, line] of message.lines.entries()) this.lines[message.from + offset] = line.text;
  }
}

let world: LiveWorld;
let watcher: Watcher;
afterEach(async () => {
  watcher.client.close();
  await world.stop();
});
const until = (condition: () => void) => vi.waitFor(condition, { timeout: 15_000, interval: 10 });

describe('the browser’s live client at the gateway', () => {
  it('loses and doubles nothing when browser, console and CI server are cut from each other again and again', async () => {
    world = await new LiveWorld().start();
    watcher = new Watcher(world.url, world.person('ada'));
    let pos = 0;
    const print = (out: string) => world.step.print([{ pos: pos++, out, time: 0 }]);
    const all = () => naiveLines(world.step.printed).map(({ text }) => text);
    await until(() => expect(watcher.summary?.state).toBe('live'));
    for (let round = 0; round < 20; round++) {
      for (let count = 0; count < 1 + (round % 5); count++)
        print(round % 3 === 0 ? `half ${pos} ` : `line ${pos}\n`);
      if (round % 4 === 1) world.cutSockets();
      if (round % 4 === 3) world.step.cut();
      if (round % 3 === 0) await until(() => expect(watcher.lines).toEqual(all()));
    }
    await until(() => expect(watcher.lines).toEqual(all()));
    world.step.finish('success', Date.now());
    await until(() => expect(watcher.summary).toMatchObject({ state: 'complete' }));
    await until(() => expect(watcher.lines).toEqual(all()));
  }, 60_000);

  it('goes on when the console’s process is started anew in the middle', async () => {
    world = await new LiveWorld().start();
    const { port, step } = world;
    watcher = new Watcher(world.url, world.person('ada'));
    step.print([{ pos: 0, out: 'one\n', time: 0 }]);
    await until(() => expect(watcher.lines).toEqual(['one']));
    const generation = watcher.summary?.generation;
    await world.stop();
    step.print([{ pos: 1, out: 'two\n', time: 0 }]);
    expect(watcher.client.connection).toBe('reconnecting');
    world = new LiveWorld(step);
    world.person('ada');
    await world.start({}, port);
    await until(() => expect(watcher.lines).toEqual(['one', 'two']));
    expect(watcher.summary?.generation).not.toBe(generation);
  }, 30_000);

  it('stops when the person signs out elsewhere', async () => {
    world = await new LiveWorld().start();
    watcher = new Watcher(world.url, world.person('ada'));
    await until(() => expect(watcher.client.connection).toBe('open'));
    world.bus.publish({ type: 'person-signed-out', forge: 'forge', forgeUserId: 'ada' });
    await until(() => expect(watcher.client.connection).toBe('closed'));
    expect(watcher.client.closeCode).toBe(4401);
    await until(() => expect(world.step.openTails).toBe(0));
  });
});
