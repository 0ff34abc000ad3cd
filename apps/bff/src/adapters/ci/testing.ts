import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../domain/failure.ts';
import type { CiBuildEvent, LogRecord, TailEvent } from '../../ports/ci-server.ts';
import { type HttpDouble, httpDouble } from '../../testing/http-double.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { inWords } from '../../testing/recorded-words.ts';
import type { Exchange, RecordedStream } from '../../testing/recordings.ts';
import type { CiAdapterOptions } from './options.ts';

/** The options of an adapter before a server that answers what a test says; it asks once. */
export const optionsFor = (internalUrl: string, more: Partial<CiAdapterOptions> = {}): CiAdapterOptions => ({
  id: 'ci',
  name: 'CI',
  publicUrl: 'https://ci.example.test/sub/',
  internalUrl,
  forge: 'git',
  oneClickLink: false,
  clock: new ManualClock(),
  limits: { retries: 0 },
  ...more,
});

/** A server for all tests of a file. */
export function doubleForAll(): { current: HttpDouble } {
  const held = {} as { current: HttpDouble };
  beforeAll(async () => {
    held.current = await httpDouble();
  });
  afterAll(() => held.current.stop());
  return held;
}

/** Where an exchange stands: `file[index] note`. */
export const placeOf = (exchange: Exchange): string =>
  `${exchange.file}[${exchange.index}] ${exchange.note}`.trimEnd();

/** A path without its query. */
export const bare = (url: string): string => url.split('?')[0] ?? '';

/** Answers with what was recorded, byte for byte. */
export function sendRecorded(exchange: Exchange, response: ServerResponse): void {
  const type = exchange.headers['content-type'];
  response.writeHead(exchange.status, type ? { 'content-type': type } : {}).end(exchange.text);
}

/**
 * Holds the two lists of a server's recorded routes: every one was recorded, what the adapter calls is played, and no call
 * is played that it does not make. `elsewhere`: routes it calls that another test plays. `alike`: routes it does not call,
 * whose answers are played to a call that gets the same.
 */
export function testRouteLists(lists: {
  all: readonly Exchange[];
  routeOf: (exchange: Exchange) => { route: string } | null;
  calls: object;
  notCalled: readonly string[];
  routes: Readonly<Record<string, string>>;
  elsewhere: readonly string[];
  alike?: readonly string[];
}): void {
  const { all, routeOf, notCalled, elsewhere, alike = [] } = lists;
  test('is read wherever the adapter makes that call, and every route of the two lists was recorded', () => {
    const called = Object.keys(lists.calls);
    const made = new Set(Object.values(lists.routes));
    expect(notCalled.filter((route) => called.includes(route))).toEqual([]);
    expect(notCalled.filter((route) => made.has(route))).toEqual(elsewhere);
    const recorded = new Set(all.map((exchange) => routeOf(exchange)?.route));
    expect([...notCalled, ...called].filter((route) => !recorded.has(route))).toEqual([]);
    expect(called.filter((route) => !made.has(route))).toEqual(alike);
  });
}

/**
 * Compares the model of every named exchange with what `text` spells out: blocks of a place and, below it, `inWords`;
 * the first block says what the file is.
 */
export function describeNamed(
  text: string,
  played: readonly Exchange[],
  play: (exchange: Exchange) => Promise<unknown>,
  atLeast: number,
): void {
  const blocks = text.split('\n\n').slice(1);
  const spelled = blocks.map((block) => {
    const [head = '', ...lines] = block.trimEnd().split('\n');
    return [head, lines.map((line) => line.trim()).join(' ')] as const;
  });
  const byPlace = new Map(played.map((exchange) => [placeOf(exchange), exchange]));

  describe('what the model says of each named exchange', () => {
    test('none is left out', () => {
      const heads = new Set(spelled.map(([head]) => head));
      const missing = played.filter((exchange) => exchange.note && !heads.has(placeOf(exchange)));
      expect(missing.map(placeOf)).toEqual([]);
      expect(spelled.length).toBeGreaterThanOrEqual(atLeast);
    });

    test.each(spelled)('%s', async (head, words) => {
      const exchange = byPlace.get(head);
      if (!exchange) return expect.fail(`no such exchange: ${head}`);
      expect(inWords(await play(exchange)).replaceAll('\n', ' ')).toBe(words);
    });
  });
}

/** Sends the pieces one by one, then ends as the recording did: in order, broken, or not at all. */
export async function sendStream(stream: RecordedStream, response: ServerResponse): Promise<void> {
  const type = stream.status === 200 ? 'text/event-stream' : 'application/json';
  response.writeHead(stream.status, { 'content-type': type });
  for (const chunk of stream.chunks) {
    await new Promise((resolve) => response.write(chunk, resolve));
    await new Promise(setImmediate);
  }
  if (stream.end === 'closed by server') response.end();
  else if (stream.end !== null && stream.end !== undefined) response.destroy();
}

export interface Heard<T> {
  events: T[];
  /** How it ended. */
  end: 'over' | 'stopped by us' | Failure;
}

/** Listens until the stream ends, or, where the recording has no end, until `enough`. */
export async function hear<T>(
  stream: RecordedStream,
  open: (signal: AbortSignal) => AsyncIterable<T>,
  enough: (events: T[]) => boolean,
): Promise<Heard<T>> {
  const events: T[] = [];
  const controller = new AbortController();
  try {
    for await (const event of open(controller.signal)) {
      events.push(event);
      if ((stream.end ?? null) === null && enough(events)) controller.abort(new Error('enough'));
    }
    return { events, end: 'over' };
  } catch (error) {
    if (controller.signal.aborted) return { events, end: 'stopped by us' };
    if (error instanceof Failure) return { events, end: error };
    throw error;
  }
}

/** How many frames with an object a recording holds. */
export const framesIn = (stream: RecordedStream): number =>
  stream.chunks.join('').match(/^data: \{/gm)?.length ?? 0;

export const recordsOf = (events: readonly TailEvent[]): LogRecord[] =>
  events.flatMap((event) => (event.type === 'records' ? event.records : []));

export const buildsOf = (events: readonly (CiBuildEvent | { type: 'open' })[]): CiBuildEvent[] =>
  events.flatMap((event) => ('type' in event ? [] : [event]));
