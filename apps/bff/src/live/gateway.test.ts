import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../domain/failure.ts';
import type { LiveLimits } from './limits.ts';
import { STORED_GENERATION } from './log-store.ts';
import { Client, fresh, LiveWorld, logTopic } from './testing/live-world.ts';
import { holdLog } from './topics.ts';

const deck = { kind: 'deck' } as const;
const repository = { kind: 'repository', server: 'ci', repo: 'acme~checkout' } as const;

let world: LiveWorld;
beforeEach(() => {
  world = new LiveWorld();
});
afterEach(() => world.stop());
const start = (limits?: Partial<LiveLimits>) => world.start(limits);
const until = (condition: () => void) => vi.waitFor(condition, 5_000);
const closedWith = (client: Client, code: number) => until(() => expect(client.closed?.code).toBe(code));

describe('the door', () => {
  it.each([
    ['none', undefined],
    ['null', 'null'],
    ['another scheme', 'https://ci.lan'],
    ['upper case', 'http://CI.LAN'],
    ['another port', 'http://ci.lan:8080'],
    ['a longer host', 'http://ci.lan.evil.example'],
    ['a path', 'http://ci.lan/'],
  ])('refuses an Origin that is not its own: %s', async (_, origin) => {
    await start();
    const headers: Record<string, string> = { cookie: world.person('ada') };
    if (origin !== undefined) headers.origin = origin;
    const client = new Client(world.url, headers);
    await until(() => expect(client.refused).toBe(403));
    expect(world.counts.sockets).toBe(0);
  });

  it('refuses a host that is not one of the console, before anything else', async () => {
    await start();
    const client = new Client(world.url, {
      cookie: world.person('ada'),
      origin: 'http://ci.lan',
      host: 'evil.test',
    });
    await until(() => expect(client.refused).toBe(421));
    expect(world.counts.sockets).toBe(0);
  });

  it('refuses other paths and other sub-protocols', async () => {
    await start();
    const headers = { cookie: world.person('ada'), origin: 'http://ci.lan' };
    const elsewhere = new Client(`${world.url}x`, headers);
    const other = new Client(world.url, headers, 'flightdeck.v9');
    await until(() => expect([elsewhere.refused, other.refused]).toEqual([404, 400]));
  });

  it('offers no compression, whatever the browser offers', async () => {
    await start();
    const client = await world.connect(world.person('ada')).opened();
    expect(client.ws.extensions).toBe('');
    expect(client.ws.protocol).toBe('flightdeck.v1');
  });

  it('tells a guest by a close code, which a browser can see', async () => {
    await start();
    await closedWith(world.connect('sid=nobody'), 4401);
    expect(world.gateway.sockets).toBe(0);
  });

  it('lets a person have so many sockets', async () => {
    await start({ socketsPerPerson: 2 });
    const ada = world.person('ada');
    await world.connect(ada).opened();
    await world.connect(ada).opened();
    await closedWith(world.connect(ada), 4429);
    await world.connect(world.person('grace')).opened();
    expect(world.gateway.sockets).toBe(3);
  });
});

describe('limits of a socket', () => {
  it.each([
    ['no JSON', 'hello'],
    ['no message of ours', '{"type":"command","run":"rm"}'],
    ['a bad path', JSON.stringify({ type: 'subscribe', id: 1, topic: { ...repository, repo: '..~..' } })],
  ])('closes with 1008 on %s', async (_, text) => {
    await start();
    const client = await world.connect(world.person('ada')).opened();
    client.ws.send(text);
    await closedWith(client, 1008);
    expect(world.gateCalls).toBe(0);
  });

  it('closes with 1008 on a binary message and with 1009 on a large one', async () => {
    await start();
    const binary = await world.connect(world.person('ada')).opened();
    binary.ws.send(Buffer.from(JSON.stringify({ type: 'unsubscribe', id: 1 })), { binary: true });
    await closedWith(binary, 1008);
    const large = await world.connect(world.person('ada')).opened();
    large.ws.send('x'.repeat(20_000));
    await closedWith(large, 1009);
  });

  it('closes with 1008 on a message in thousands of pieces', async () => {
    await start();
    const client = await world.connect(world.person('ada')).opened();
    for (let index = 0; index < 400; index++) client.ws.send('x', { fin: false });
    await closedWith(client, 1008);
  });

  it('counts messages', async () => {
    await start({ messagesPerMinute: 5 });
    const client = await world.connect(world.person('ada')).opened();
    for (let index = 0; index < 6; index++) client.ws.send('{"type":"unsubscribe","id":1}');
    await closedWith(client, 1008);
  });

  it('closes one that asks for nothing', async () => {
    await start({ firstMessageMs: 300 });
    const busy = await world.connect(world.person('ada')).opened();
    busy.subscribe(deck);
    await closedWith(world.connect(world.person('ada')), 1008);
    expect(busy.closed).toBeNull();
  });

  it('ends one that does not answer pings, and keeps one that does', async () => {
    await start({ pingMs: 200, pongMs: 200 });
    const deaf = await world.connect(world.person('ada')).opened();
    const alive = await world.connect(world.person('ada')).opened();
    for (const client of [deaf, alive]) client.subscribe(deck);
    (deaf.ws as unknown as { _autoPong: boolean })._autoPong = false;
    await closedWith(deaf, 1006);
    expect(alive.closed).toBeNull();
    await until(() => expect(world.counts).toMatchObject({ sockets: 1, subscriptions: 1 }));
  });

  it('closes one that is old, so that it connects again', async () => {
    await start({ lifeMs: 300 });
    const old = await world.connect(world.person('ada')).opened();
    old.subscribe(deck);
    await closedWith(old, 1012);
    await until(() => expect(world.counts).toMatchObject({ sockets: 0, subscriptions: 0 }));
  });

  it('lets a socket have so many subscriptions and logs', async () => {
    await start({ subscriptionsPerSocket: 3, logsPerSocket: 1 });
    const client = await world.connect(world.person('ada')).opened();
    client.subscribe({ ...logTopic, ...fresh });
    const second = client.subscribe({ ...logTopic, step: 3, ...fresh });
    await until(() =>
      expect(client.of('ended')).toMatchObject([{ id: second, problem: { code: 'overloaded' } }]),
    );
    client.subscribe(deck);
    client.subscribe(repository);
    const fourth = client.subscribe(deck);
    await until(() => expect(client.of('ended').map(({ id }) => id)).toEqual([second, fourth]));
  });
});

describe('permissions', () => {
  it('opens the gate at each subscribe; a topic that is refused ends, the others go on', async () => {
    await start();
    const client = await world.connect(world.person('ada')).opened();
    client.subscribe(deck);
    await until(() => expect(client.of('subscribed')).toHaveLength(1));
    expect(world.gateCalls).toBe(0);
    world.gateFailure = new Failure('not_found', 'No such repository.');
    client.subscribe(repository);
    await until(() => expect(client.of('ended')).toMatchObject([{ id: 2, problem: { code: 'not_found' } }]));
    expect(world.step.calls).toEqual({ build: 0, tail: 0, stored: 0, soFar: 0 });
    world.tell('deck ada', { listed: null, view: null });
    await until(() => expect(client.of('build')).toHaveLength(1));
    expect(client.closed).toBeNull();
  });

  it('asks again, and takes away what may no longer be seen', async () => {
    await start({ recheckMs: 50 });
    const client = await world.connect(world.person('ada')).opened();
    client.subscribe(repository);
    client.subscribe(deck);
    await until(() => expect(client.of('subscribed')).toHaveLength(2));
    await until(() => expect(world.gateCalls).toBeGreaterThan(2));
    // A forge that cannot be asked takes nothing away.
    world.gateFailure = new Failure('forge_unreachable', 'Connection refused.');
    const calls = world.gateCalls;
    await until(() => expect(world.gateCalls).toBeGreaterThan(calls + 1));
    expect(client.of('ended')).toEqual([]);
    world.gateFailure = new Failure('not_found', 'No such repository.');
    await until(() => expect(client.of('ended')).toMatchObject([{ id: 1, problem: { code: 'not_found' } }]));
    expect(world.watchers.get('repository acme/checkout')?.size).toBe(0);
    expect(client.closed).toBeNull();
  });

  it('closes with 4403 when nothing is left', async () => {
    await start({ recheckMs: 50 });
    const client = await world.connect(world.person('ada')).opened();
    client.subscribe(repository);
    await until(() => expect(client.of('subscribed')).toHaveLength(1));
    world.gateFailure = new Failure('not_found', 'No such repository.');
    await closedWith(client, 4403);
    expect(client.of('ended')).toHaveLength(1);
  });

  it('closes all sockets of a session that ends, all of a person who signs out, and nobody else’s', async () => {
    await start();
    const one = await world.connect(world.person('ada', 'one')).opened();
    const two = await world.connect(world.person('ada', 'two')).opened();
    const grace = await world.connect(world.person('grace')).opened();
    world.bus.publish({ type: 'session-ended', sessionHash: 'one' });
    await closedWith(one, 4401);
    expect(two.closed).toBeNull();
    world.bus.publish({ type: 'person-signed-out', forge: 'forge', forgeUserId: 'ada' });
    await closedWith(two, 4401);
    expect(grace.closed).toBeNull();
  });

  it('finds out by itself that a session has ended', async () => {
    await start({ recheckMs: 50 });
    const client = await world.connect(world.person('ada')).opened();
    world.sessions.clear();
    await closedWith(client, 4401);
  });
});

describe('a log', () => {
  const record = (pos: number, out: string) => ({ pos, out, time: 0 });

  it('comes with its history, then live, then as stored', async () => {
    await start();
    world.step.print([record(0, 'one\n'), record(1, 'tw')]);
    const client = await world.connect(world.person('ada')).opened();
    client.subscribe({ ...logTopic, ...fresh });
    await until(() => expect(client.lines()).toEqual(['one', 'tw']));
    expect(client.of('subscribed')[0]?.summary).toMatchObject({ state: 'live' });
    expect(client.of('lines').at(-1)?.open).toBe(true);
    world.step.print([record(2, 'o\n')]);
    await until(() => expect(client.lines()).toEqual(['one', 'two']));
    world.step.print([record(3, 'three\n')], () => true);
    world.step.finish('success', Date.now());
    await until(() =>
      expect(client.of('log-state').at(-1)?.summary).toMatchObject({ state: 'complete', lines: 3 }),
    );
    await until(() => expect(client.lines()).toEqual(['one', 'two', 'three']));
    expect(client.of('lines').at(-1)?.generation).toBe(STORED_GENERATION);
  });

  it('has one upstream stream for all viewers, kept a moment after the last one', async () => {
    await start();
    const clients = await Promise.all(
      Array.from({ length: 10 }, (_, index) => world.connect(world.person(`p${index}`)).opened()),
    );
    for (const client of clients) client.subscribe({ ...logTopic, ...fresh });
    world.step.print([record(0, 'one\n')]);
    for (const client of clients) await until(() => expect(client.lines()).toEqual(['one']));
    expect(world.step.calls.tail).toBe(1);
    expect(world.step.openTails).toBe(1);
    for (const client of clients) client.ws.close();
    await until(() => expect(world.step.openTails).toBe(0));
    expect(world.hub.size.logs).toBe(0);
  });

  it('of a tab that is hidden costs nothing upstream: its topic is dropped, its socket stays', async () => {
    await start();
    const hidden = await world.connect(world.person('ada')).opened();
    const other = await world.connect(world.person('grace')).opened();
    hidden.subscribe(repository);
    const [mine, theirs] = [hidden, other].map((client) => client.subscribe({ ...logTopic, ...fresh }));
    world.step.print([record(0, 'one\n')]);
    for (const client of [hidden, other]) await until(() => expect(client.lines()).toEqual(['one']));
    hidden.ws.send(JSON.stringify({ type: 'unsubscribe', id: mine }));
    await until(() => expect(world.counts.subscriptions).toBe(2));
    // Somebody else still looks: the stream goes on, and nothing of it reaches who does not.
    world.step.print([record(1, 'two\n')]);
    await until(() => expect(other.lines()).toEqual(['one', 'two']));
    expect([hidden.lines(), world.step.openTails]).toEqual([['one'], 1]);
    other.ws.send(JSON.stringify({ type: 'unsubscribe', id: theirs }));
    await until(() => expect([world.step.openTails, world.hub.size.logs]).toEqual([0, 0]));
    expect([hidden.closed, other.closed, world.counts.subscriptions]).toEqual([null, null, 1]);
    // Looked at again it goes on where it was: the line it held last, and what it missed.
    hidden.subscribe({ ...logTopic, generation: hidden.of('lines')[0]?.generation ?? 0, after: 0 });
    await until(() => expect(hidden.lines()).toEqual(['one', 'two']));
    expect(world.step.openTails).toBe(1);
  });

  it('goes on after what a viewer holds when it comes back', async () => {
    await start();
    world.step.print(Array.from({ length: 600 }, (_, pos) => record(pos, `line ${pos}\n`)));
    const first = await world.connect(world.person('ada')).opened();
    first.subscribe({ ...logTopic, ...fresh });
    await until(() => expect(first.lines()).toHaveLength(600));
    const generation = first.of('lines')[0]?.generation ?? -1;
    const again = await world.connect(world.person('ada')).opened();
    again.subscribe({ ...logTopic, generation, after: 597 });
    await until(() => expect(again.of('lines')).toHaveLength(1));
    expect(again.of('lines')[0]).toMatchObject({ from: 597, generation });
    expect(again.of('lines')[0]?.lines.map(({ pos }) => pos)).toEqual([597, 598, 599]);
  });

  it('sends a late viewer the end, and says what it left out', async () => {
    await start();
    world.step.print(Array.from({ length: 5_000 }, (_, pos) => record(pos, `line ${pos}\n`)));
    const client = await world.connect(world.person('ada')).opened();
    client.subscribe({ ...logTopic, ...fresh });
    await until(() => expect(client.lines()).toHaveLength(5_000));
    expect(client.of('skipped')).toMatchObject([{ from: 0, to: 4_096 }]);
    expect(client.of('lines')[0]?.from).toBe(4_096);
    expect(client.lines()[4_999]).toBe('line 4999');
  });

  it('leaves a viewer who does not read alone: memory stays, others go on, and it catches up', async () => {
    await start({
      pauseBytes: 256 * 1024,
      resumeBytes: 64 * 1024,
      cutMs: 60_000,
      cutBytes: 64 * 1024 * 1024,
    });
    const slow = await world.connect(world.person('ada')).opened();
    const quick = await world.connect(world.person('grace')).opened();
    for (const client of [slow, quick]) client.subscribe({ ...logTopic, ...fresh });
    await until(() => expect(slow.of('subscribed').length + quick.of('subscribed').length).toBe(2));
    slow.ws.pause();
    const lineOf = (pos: number) => `line ${pos} ${'x'.repeat(10_000)}`;
    let lines = 0;
    // The kernel takes some megabytes before anything is noticed.
    while (lines < 3_000) {
      world.step.print(
        Array.from({ length: 50 }, (_, index) => record(lines + index, `${lineOf(lines + index)}\n`)),
      );
      lines += 50;
      const goal = lines;
      await until(() => expect(quick.lines()).toHaveLength(goal));
    }
    // 30 MB went to the quick one. What was handed to the slow one is what its socket and the kernel hold.
    const toSlow = world.counts.bytesOut - lines * 10_050;
    expect(toSlow).toBeLessThan(12 * 1024 * 1024);
    expect(world.gateway.waiting).toBeGreaterThan(64 * 1024);
    expect(world.gateway.waiting).toBeLessThan(512 * 1024);
    expect(quick.of('skipped')).toEqual([]);
    expect(quick.lines().filter((line, pos) => line === lineOf(pos))).toHaveLength(lines);
    slow.ws.resume();
    await vi.waitFor(() => expect(slow.lines()).toHaveLength(lines), 30_000);
    await until(() => expect(world.gateway.waiting).toBe(0));
    expect(slow.of('skipped').length).toBeGreaterThan(0);
    // With what it was told to fetch it has every line, and none twice.
    const held = slow
      .of('lines')
      .flatMap(({ from, lines: part, open }) =>
        part.slice(0, open ? -1 : undefined).map(({ text }, offset) => ({ index: from + offset, text })),
      );
    const log = holdLog(world.hub, await world.repo(), logTopic);
    // Few at a time: of many long lines in one answer the last ones are shortened.
    for (const { from, to } of slow.of('skipped'))
      for (let index = from; index < to; index += 1)
        for (const { line } of (await log.session.text?.read(index, index + 1)) ?? [])
          held.push({ index, text: line.text });
    log.release();
    expect(held.map(({ index }) => index).sort((a, b) => a - b)).toEqual(
      Array.from({ length: lines }, (_, index) => index),
    );
    for (const { index, text } of held) expect(text === lineOf(index), `line ${index}`).toBe(true);
    expect(world.counts.skip).toBe(slow.of('skipped').length);
  }, 60_000);

  it('cuts a viewer who never reads again', async () => {
    await start({ pauseBytes: 64 * 1024, cutMs: 200 });
    const stalled = await world.connect(world.person('ada')).opened();
    stalled.subscribe({ ...logTopic, ...fresh });
    await until(() => expect(stalled.of('subscribed')).toHaveLength(1));
    stalled.ws.pause();
    const text = 'x'.repeat(60_000);
    let pos = 0;
    await vi.waitFor(
      () => {
        world.step.print(Array.from({ length: 20 }, () => record(pos++, `${text}\n`)));
        expect(world.counts.cut).toBe(1);
      },
      { timeout: 20_000, interval: 30 },
    );
    await until(() => expect(world.gateway.sockets).toBe(0));
    await until(() => expect(world.step.openTails).toBe(0));
  }, 30_000);
});

it('asks browsers to connect again at shutdown', async () => {
  await start();
  const client = await world.connect(world.person('ada')).opened();
  client.subscribe(deck);
  await until(() => expect(client.of('subscribed')).toHaveLength(1));
  await world.gateway.shutdown(1_000);
  await closedWith(client, 1012);
  expect(world.gateway.sockets).toBe(0);
  expect(world.watchers.get('deck ada')?.size).toBe(0);
});
