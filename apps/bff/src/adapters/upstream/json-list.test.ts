import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { ListBroken, ListCut, ListReader, readList } from './json-list.ts';

async function* chunked(bytes: Uint8Array, sizes: number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let i = 0; at < bytes.length; i += 1) {
    const size = Math.max(1, sizes[i % Math.max(1, sizes.length)] ?? bytes.length);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function read(bytes: Uint8Array, sizes: number[] = [], batchSize = 1000) {
  const batches: unknown[][] = [];
  try {
    for await (const batch of readList(chunked(bytes, sizes), batchSize)) batches.push(batch);
  } catch (error) {
    return { batches, all: batches.flat(), error: error as Error };
  }
  return { batches, all: batches.flat(), error: null };
}
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text));

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('},{"pos":9', '},{', '"]', '\\', '\\"', '[[{', '\u001b[31m', '\ufffd', '行', '"},{"'),
);
const record = fc.record({ time: fc.nat(), out: nasty, pos: fc.nat(), more: fc.option(fc.array(nasty)) });

describe('a JSON list read while it arrives', () => {
  test('any way of cutting the bytes gives what JSON.parse gives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record),
        fc.array(fc.integer({ min: 1, max: 70 })),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(undefined, 1, '\t'),
        async (records, sizes, batchSize, space) => {
          const text = JSON.stringify(records, null, space);
          const { all, batches, error } = await read(bytesOf(text), sizes, batchSize);
          expect(error).toBeNull();
          expect(all).toEqual(JSON.parse(text));
          expect(batches.every((batch) => batch.length > 0 && batch.length <= batchSize)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('cut anywhere, it gives whole elements only and says that it was cut', async () => {
    const records = [
      { pos: 0, out: 'a"]' },
      { pos: 1, out: '行\\' },
      { pos: 2, out: '' },
    ];
    const bytes = bytesOf(JSON.stringify(records));
    for (let length = 0; length < bytes.length; length += 1) {
      const { all, error } = await read(bytes.subarray(0, length), [7]);
      expect(error).toBeInstanceOf(ListCut);
      expect(all).toEqual(records.slice(0, all.length));
    }
  });

  test.each(['null', ' null\n', '[]', ' [ ] ', '[\n]'])('%j is an empty list', async (text) => {
    for (const size of [1, 100])
      expect(await read(bytesOf(text), [size])).toMatchObject({ all: [], error: null });
  });

  test('an element that comes in thousands of parts is not copied with each of them', () => {
    const list = new ListReader(1_000);
    const part = Buffer.alloc(16 * 1024, 'x');
    const append = vi.spyOn(Uint8Array.prototype, 'set');
    try {
      const took = () => append.mock.calls.reduce((sum, [bytes]) => sum + bytes.length, 0);
      expect([...list.feed(bytesOf('[{"out":"'))]).toEqual([]);
      for (let i = 0; i < 400; i += 1) expect([...list.feed(part)]).toEqual([]);
      // All that came, and what doubling takes: the square of it would be 1.3 GB.
      expect(took()).toBeLessThan(4 * 400 * part.length);
    } finally {
      append.mockRestore();
    }
    const [[element]] = [...list.feed(bytesOf('"}]'))] as [[{ out: string }]];
    expect(element.out).toHaveLength(400 * part.length);
    list.end();
  });

  test.each([
    ['brackets in brackets', '['.repeat(20_000)],
    ['numbers', `[${'0,'.repeat(20_000)}`],
    ['fields', `{${'"a":{},'.repeat(20_000)}`],
  ])('an element that is nothing but %s is refused before it is parsed', async (_, hostile) => {
    const { all, error } = await read(bytesOf(`[{"pos":0},${hostile}`), [997]);
    expect([all, String(error)]).toEqual([[{ pos: 0 }], 'ListBroken: an element of more than 10000 parts']);
  });

  test.each(['', 'null', '[]'])('spaces without end behind "%s" are not held', (begin) => {
    const list = new ListReader(10);
    const spaces = Buffer.alloc(200_000, ' ');
    expect([...list.feed(bytesOf(begin))]).toEqual([]);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 200; i += 1) expect([...list.feed(spaces)]).toEqual([]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8_000_000);
    if (begin !== '') list.end();
  });

  test.each([
    ['{"message":"x"}', []],
    ['nu ll', []],
    ['<!doctype html>', []],
    ['nullx', []],
    ['[{"pos":0},]', [{ pos: 0 }]],
    ['[,{"pos":0}]', []],
    ['[{"pos":0},{"pos":1,"out":"a\u0001b"},{"pos":2}]', [{ pos: 0 }]],
    ['[{"pos":0},{"pos":1}}]', [{ pos: 0 }]],
    ['[{"pos":0}][', [{ pos: 0 }]],
  ])('%s is broken; what stands before the fault comes out', async (text, before) => {
    for (const size of [1, 3, 1000]) {
      const { all, error } = await read(bytesOf(text), [size]);
      expect(error).toBeInstanceOf(ListBroken);
      expect(all).toEqual(before);
    }
  });

  test('a text that ends like an element does not end one', async () => {
    const records = Array.from({ length: 40 }, (_, pos) => ({
      out: pos % 3 ? 'x' : 'a},{',
      list: [{ pos }, { pos }],
    }));
    const bytes = bytesOf(JSON.stringify(records));
    for (const size of [1, 10, 37, 100, 5_000])
      expect(await read(bytes, [size])).toMatchObject({ all: records, error: null });
  });

  test('bytes that are no UTF-8 come as replacement characters', async () => {
    const bytes = Buffer.concat([Buffer.from('[{"out":"'), Buffer.from([0xff, 0xc3]), Buffer.from('"}]')]);
    expect((await read(bytes, [1])).all).toEqual([{ out: '\ufffd\ufffd' }]);
  });

  test('100,000 records of 12 MB come in batches, none of them big', async () => {
    async function* body(): AsyncGenerator<Uint8Array> {
      let text = '[';
      for (let pos = 0; pos < 100_000; pos += 1) {
        text += `${pos ? ',' : ''}{"pos":${pos},"out":"${'x'.repeat(90)}\\u001b[0m\\n","time":1}`;
        if (text.length > 65_536) {
          yield Buffer.from(text);
          text = '';
        }
      }
      yield Buffer.from(`${text}]\n`);
    }
    let next = 0;
    for await (const batch of readList(body(), 1000)) {
      expect(batch.length).toBeLessThanOrEqual(1000);
      for (const one of batch as { pos: number }[]) if (one.pos === next) next += 1;
    }
    expect(next).toBe(100_000);
  });
});
