import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { isFailure } from '../../../domain/failure.ts';
import type { TailEvent } from '../../../ports/ci-server.ts';
import { sendJson } from '../../../testing/http-double.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import { doubleForAll, recordsOf } from '../testing.ts';
import { drone08At, sentBuild, sentProc } from './testing.ts';

const double = doubleForAll();
const never = new AbortController().signal;
const step = { number: 7, stage: 1, step: 3 };

/** Answers the build, and the live stream with these frames. */
function serve(frames: string[], proc: Record<string, unknown> = {}): void {
  double.current.seen.length = 0;
  const steps = [sentProc(2, 1, { name: 'clone' }), sentProc(3, 1, { name: 'test', ...proc })];
  double.current.answer = ({ url }, response: ServerResponse) => {
    if (!url.startsWith('/stream/')) {
      return sendJson(response, 200, sentBuild({ procs: [sentProc(1, 0, { children: steps })] }));
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`: ping\n\n${frames.join('')}`);
  };
}

const line = (count: number, fields: object) => `id: ${count}\ndata: ${JSON.stringify(fields)}\n\n`;
const word = (text: string) => `event: error\ndata: ${text}\n\n`;

async function tail(at = step): Promise<TailEvent[]> {
  const all: TailEvent[] = [];
  for await (const event of drone08At(double.current.url).as('made-up').tail('acme/checkout', at, never)) {
    all.push(event);
  }
  return all;
}

describe('a live log', () => {
  test('is the step’s part of its pipeline’s, in order, zero values and all', async () => {
    serve([
      line(1, { proc: 'clone', pos: 0, out: 'cloning\n' }),
      line(2, { proc: 'test', time: 1, pos: 1, out: 'two\n' }),
      line(3, { proc: 'test', pos: 0, out: 'one\n' }),
      line(4, { proc: 'test', time: 2, pos: 2 }),
      line(5, { proc: 'test', type: 2, pos: 3, out: '0' }),
      word('eof'),
    ]);
    const events = await tail();
    expect(double.current.seen.at(-1)?.url).toBe('/stream/logs/acme/checkout/7/1');
    expect(events[0]).toEqual({ type: 'open' });
    expect(events.at(-1)).toEqual({ type: 'end' });
    expect(recordsOf(events)).toEqual([
      { pos: 0, out: 'one\n', time: 0 },
      { pos: 1, out: 'two\n', time: 1 },
      { pos: 2, out: '', time: 2 },
    ]);
  });

  test('gives what came behind a hole at the end', async () => {
    serve([
      line(1, { proc: 'test', pos: 0, out: 'one\n' }),
      line(2, { proc: 'test', pos: 2, out: 'three\n' }),
      word('eof'),
    ]);
    expect(recordsOf(await tail()).map(({ pos }) => pos)).toEqual([0, 2]);
  });

  test('of a step that does not run ends at once: its pipeline’s goes on without it', async () => {
    for (const state of ['success', 'skipped']) {
      serve([line(1, { proc: 'clone', pos: 0, out: 'x' })], { state });
      expect(await tail()).toEqual([{ type: 'open' }, { type: 'end' }]);
      expect(double.current.seen.map(({ url }) => url)).toEqual(['/api/repos/acme/checkout/builds/7']);
    }
  });

  test('that ended between two questions is an end, one that was never there is not found', async () => {
    serve([word('stream not found')]);
    expect(await tail()).toEqual([{ type: 'open' }, { type: 'end' }]);
    for (const words of ['process not found', 'build not found']) {
      serve([word(words)]);
      await expect(tail()).rejects.toMatchObject({ code: 'not_found' });
    }
    serve([]);
    await expect(tail({ ...step, step: 9 })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('that ends without a word was cut', async () => {
    serve([line(1, { proc: 'test', pos: 0, out: 'one\n' })]);
    await expect(tail()).rejects.toMatchObject({ code: 'ci_unreachable' });
  });

  test('that is silent for longer than three pings was cut, too', async () => {
    const clock = new ManualClock();
    serve([]);
    const { answer } = double.current;
    double.current.answer = (seen, response) => {
      if (!seen.url.startsWith('/stream/')) return answer(seen, response);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': ping\n\n');
    };
    const client = drone08At(double.current.url, { clock }).as('made-up');
    let outcome = '';
    const opened = new Promise<void>((resolve, reject) => {
      void (async () => {
        for await (const event of client.tail('acme/checkout', step, never)) {
          if (event.type === 'open') resolve();
        }
      })().catch((error: unknown) => {
        outcome = isFailure(error) ? error.code : String(error);
        reject(error);
      });
    });
    await opened;
    await expect
      .poll(() => {
        clock.advance(90_000);
        return outcome;
      })
      .toBe('ci_unreachable');
  });
});
