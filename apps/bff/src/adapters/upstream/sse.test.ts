import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock } from '../../testing/manual-clock.ts';
import { readEvents, type SseEvent } from './sse.ts';

async function* pieces(parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield part;
}
const signal = new AbortController().signal;

async function all(body: AsyncIterable<Uint8Array>): Promise<SseEvent[]> {
  const found: SseEvent[] = [];
  for await (const batch of readEvents(body, { signal })) found.push(...batch);
  return found;
}

test('frames are the same however the bytes are cut, also inside a character', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 30 }).map((s) => s.replace(/[\r\n\0]/g, ' '));
  await fc.assert(
    fc.asyncProperty(fc.array(text), fc.array(fc.nat(200)), async (datas, cuts) => {
      const bytes = Buffer.from(`: ping\n\n${datas.map((data) => `data: {"x":"${data}"}\n\n\n`).join('')}`);
      const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
      const parts = [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length));
      expect(await all(pieces(parts))).toEqual(datas.map((data) => ({ event: '', data: `{"x":"${data}"}` })));
    }),
  );
});

test('what is not finished does not come out', async () => {
  const body = pieces([Buffer.from('data: whole\n\nevent: error\ndata: eo')]);
  expect(await all(body)).toEqual([{ event: '', data: 'whole' }]);
});

test('a frame without an end does not fill the memory', async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield Buffer.alloc(1024, 'x');
  }
  const reading = readEvents(endless(), { signal, maxFrameBytes: 10_000 }).next();
  await expect(reading).rejects.toThrow('a frame of more than 10000 bytes');
});

test('silence bites, pings keep it off', async () => {
  const clock = new ManualClock();
  let release: (part: Uint8Array) => void = () => {};
  async function* slow(): AsyncGenerator<Uint8Array> {
    for (;;) yield await new Promise<Uint8Array>((resolve) => (release = resolve));
  }
  const events = readEvents(slow(), {
    signal,
    silence: { ms: 90_000, clock, error: () => new Error('silent') },
  });
  const next = events.next();
  const outcome = next.then(
    () => 'event',
    (error: Error) => error.message,
  );
  for (let i = 0; i < 4; i += 1) {
    await new Promise(setImmediate);
    clock.advance(60_000);
    release(Buffer.from(': ping\n\n'));
    await new Promise(setImmediate);
  }
  await new Promise(setImmediate);
  expect(clock.asleep).toBe(1);
  clock.advance(90_001);
  expect(await outcome).toBe('silent');
});
