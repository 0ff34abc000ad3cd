import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CiClient } from '../../../ports/ci-server.ts';
import { type HttpDouble, sendJson } from '../../../testing/http-double.ts';
import { droneBefore, sentBuild } from './testing.ts';

const token = 'made-up-token-0123456789abcdef';
const path = 'acme/shop';
const step = { number: 7, stage: 1, step: 2 };
const signal = new AbortController().signal;

let double: HttpDouble;
let client: CiClient;
beforeAll(async () => {
  const before = await droneBefore();
  double = before.double;
  client = before.drone.as(token);
});
beforeEach(() => {
  double.seen.length = 0;
  double.answer = (_, response) => sendJson(response, 200, null);
});
afterAll(() => double.stop());

const ran = async (work: AsyncIterable<unknown>) => {
  for await (const _ of work);
};

describe('stored logs', () => {
  const read = async (limit = Number.POSITIVE_INFINITY) => {
    const records = [];
    for await (const batch of client.storedLog(path, step, signal)) {
      records.push(...batch);
      if (records.length >= limit) break;
    }
    return records;
  };
  const answering = (text: string, headers: Record<string, string> = {}) => {
    double.answer = (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(text);
  };

  test('null is an empty log', async () => {
    answering('null');
    expect(await read()).toEqual([]);
  });

  test('none there is said so', async () => {
    double.answer = (_, response) => sendJson(response, 404, { message: 'sql: no rows in result set' });
    await expect(read()).rejects.toMatchObject({ code: 'log_absent' });
  });

  test.each([
    ['in good order', (response: import('node:http').ServerResponse) => response.end()],
    ['broken', (response: import('node:http').ServerResponse) => response.destroy()],
  ])('a log whose connection ends %s in its middle is not whole', async (_, end) => {
    double.answer = (_seen, response) => {
      response.writeHead(200).write('[{"pos":0,"out":"a","time":0},{"pos":1,"ou');
      setTimeout(() => end(response), 20);
    };
    const records: unknown[] = [];
    const reading = (async () => {
      for await (const batch of client.storedLog(path, step, signal)) records.push(...batch);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'ci_unreachable' });
    expect(records).toEqual([{ pos: 0, out: 'a', time: 0 }]);
  });

  test.each(['<!doctype html><title>Sign in</title>', '[{"pos":0,"out":"\u0001"}]', '{"message":"x"}'])(
    '%j cannot be read',
    async (text) => {
      answering(text);
      await expect(read()).rejects.toMatchObject({ code: 'ci_answer_unreadable' });
    },
  );

  test('keys in any order, positions from anywhere, odd values mended', async () => {
    answering('[{"time":3,"out":"},{\\"pos\\":1","pos":15720},{"pos":15721},{"out":"x"},{"pos":-1},7,null]');
    expect(await read()).toEqual([
      { pos: 15_720, out: '},{"pos":1', time: 3 },
      { pos: 15_721, out: '', time: 0 },
    ]);
  });

  test('a reader who stops closes the connection', async () => {
    let closed = false;
    double.answer = (_, response) => {
      response.on('close', () => {
        closed = true;
      });
      response.writeHead(200).write('[{"pos":0,"out":"a","time":0},{"pos":1,"out":"b","time":0},');
    };
    expect((await read(1)).length).toBeGreaterThan(0);
    await expect.poll(() => closed).toBe(true);
  });
});

describe('streams', () => {
  const sending = (...frames: string[]) => {
    double.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(frames.join(''));
    };
  };
  const frame = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;

  test('frames that say nothing of a build are passed over', async () => {
    sending(
      ': ping\n\n',
      frame(null),
      'data: {broken\n\n',
      'event: news\ndata: {}\n\n',
      frame({ uid: '1', slug: path }),
      frame({ uid: '1', slug: path, build: sentBuild() }),
      'event: error\ndata: eof\n\n',
    );
    const heard = [];
    for await (const event of client.events(path, signal)) heard.push(event);
    expect(heard).toEqual([
      { type: 'open' },
      expect.objectContaining({ path, forgeRepoId: '1', build: expect.objectContaining({ number: 7 }) }),
    ]);
  });

  test('90 s without a byte, and the stream of builds counts as cut; the one of a log does not', async () => {
    const own = await droneBefore();
    own.double.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': ping\n\n');
    };
    const controller = new AbortController();
    const builds = own.drone.as(token).events(null, controller.signal)[Symbol.asyncIterator]();
    const log = own.drone.as(token).tail(path, step, controller.signal)[Symbol.asyncIterator]();
    expect((await builds.next()).value).toEqual({ type: 'open' });
    expect((await log.next()).value).toEqual({ type: 'open' });
    const nextBuild = builds.next();
    nextBuild.catch(() => {});
    const nextLine = log.next();
    await expect.poll(() => own.clock.asleep).toBe(1);
    // The ping may come late and start the wait anew: move on until it bites.
    const bitten = nextBuild.then(
      () => 'event',
      (error: { code: string }) => error.code,
    );
    let outcome: string | null = null;
    void bitten.then((code) => {
      outcome = code;
    });
    await expect
      .poll(() => {
        own.clock.advance(90_000);
        return outcome;
      })
      .toBe('ci_unreachable');
    own.clock.advance(3_600_000);
    controller.abort(new Error('enough'));
    await expect(nextLine).rejects.toThrow('enough');
    await own.double.stop();
  });

  test('an error that is not the end is a cut', async () => {
    double.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('data: {"pos":0,"out":"a","time":0}\n\n\nevent: error\ndata: boom\n\n');
    };
    const heard: unknown[] = [];
    const hearing = (async () => {
      for await (const event of client.tail(path, step, signal)) heard.push(event);
    })();
    await expect(hearing).rejects.toMatchObject({ code: 'ci_unreachable' });
    expect(heard).toEqual([{ type: 'open' }, { type: 'records', records: [{ pos: 0, out: 'a', time: 0 }] }]);
  });

  test('a stream of builds that ends without its word was cut', async () => {
    double.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(': ping\n\n');
    };
    await expect(ran(client.events(null, signal))).rejects.toMatchObject({ code: 'ci_unreachable' });
    sending('event: error\ndata: eof\n\n');
    await expect(ran(client.events(null, signal))).resolves.toBeUndefined();
  });

  test('a page instead of a stream is not taken for silence', async () => {
    double.answer = (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    await expect(ran(client.tail(path, step, signal))).rejects.toMatchObject({
      code: 'ci_answer_unreadable',
    });
    await expect(ran(client.events(null, signal))).rejects.toMatchObject({ code: 'ci_answer_unreadable' });
  });
});
