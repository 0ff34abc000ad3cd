import { logChunkSchema } from '@flightdeck/api-client/model';
import {
  hostileLine,
  hostileLines,
  hostileText,
  propertyRuns,
  readNaively,
} from '@flightdeck/api-client/testing';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { logFormats } from '../adapters/ci/log-formats.ts';
import { isFailure } from '../domain/failure.ts';
import type { LogDecoder, LogRecord } from '../ports/ci-server.ts';
import { LogFolder } from '../testing/log-folder.ts';
import { htmlOf } from './log-html.ts';
import type { LogReader } from './log-store.ts';
import { stripEscapes } from './strip-escapes.ts';
import { ScriptedStep } from './testing/scripted-step.ts';
import { memoryStore } from './testing/stores.ts';

const folder = new LogFolder();
const engine = folder.engine();
afterAll(() => folder.end());

const { signal } = new AbortController();
const address = { server: 'ci', forgeRepoId: '1', path: 'a/b', ref: { number: 1, stage: 1, step: 1 } };
let runs = 0;

/** Printed text as a server's records: cut anywhere, also within a character or a sequence. */
const recordsOf = (text: string, size: number): LogRecord[] =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, pos) => ({
    pos,
    out: text.slice(pos * size, (pos + 1) * size),
    time: pos,
  }));

async function readings(records: LogRecord[], byteCut: number) {
  const step = new ScriptedStep();
  step.print(records);
  step.finish('success', 1);
  step.byteCut = byteCut;
  runs += 1;
  const source = { address, format: 'plain', startedAt: runs, finishedAt: 1 };
  const all = [];
  for (const store of [engine, memoryStore().memory]) {
    const reading = await store.begin(source, () => {});
    await reading.take(step.client, signal, () => {});
    await reading.finish(false);
    all.push(reading);
  }
  return { all, texts: all.map(({ text }) => text) };
}

async function joined(parts: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all).toString();
}

const asWritten = (text: string): string => Buffer.from(text).toString();
const linesOf = (text: string): string[] => {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
};

const query = { matchCase: true, word: false, regex: false };
const request = { from: 0, to: 1e9, budget: 1e9, most: { lines: 1e6, hits: 100, hitText: 50 } };

/** Tags of the coloured page: looks by class or exact colour, and links to pages. */
const span =
  /^<span(?: class="(?:[fg]\d{1,3}|a-[a-z-]+)(?: (?:[fg]\d{1,3}|a-[a-z-]+))*")?(?: style="(?:color|background):#[0-9a-f]{6}(?:;background:#[0-9a-f]{6})?")?>$/;
const link = /^<a href="https?:\/\/[^"<>]*" rel="noopener noreferrer nofollow">$/;
const harmless = (tag: string): boolean =>
  tag === '</span>' || tag === '</a>' || span.test(tag) || link.test(tag);

/** The page's own frame, and in it text, spans with known looks and links. */
function expectHarmless(page: string): void {
  const body = page.slice(page.indexOf('<pre>') + '<pre>'.length, page.lastIndexOf('</pre>'));
  for (const [tag] of body.matchAll(/<[^>]*>?/g)) expect([tag, harmless(tag)]).toEqual([tag, true]);
  expect(body).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b]/);
  expect(body.replace(/<[^>]*>/g, '')).not.toMatch(/[<>"]/);
}

describe('hostile logs', () => {
  it.each(hostileLines)('%j reads as one reads it character by character', (line) => {
    expect(stripEscapes(line)).toBe(readNaively(line));
  });

  it('read as one reads them character by character', () => {
    fc.assert(
      fc.property(hostileLine, (line) => {
        expect(stripEscapes(line)).toBe(readNaively(line));
      }),
      { numRuns: propertyRuns(2_000) },
    );
  });

  it('are on disk what they are in memory, and as printed; chunks can be sent, counts are right, pages are harmless', async () => {
    await fc.assert(
      fc.asyncProperty(
        // Half a character by itself is U+FFFD from the moment it is written down.
        hostileText.map(asWritten),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 999 }),
        fc.string({ minLength: 1, maxLength: 3 }),
        async (text, size, byteCut, other) => {
          const { all, texts } = await readings(recordsOf(text, size), byteCut);
          const lines = linesOf(text);
          const plain = lines.map((line) => asWritten(readNaively(line)));
          const needle = asWritten(plain.find((line) => line !== '')?.slice(0, 3) ?? other);
          const shown = [];
          for (const reader of texts as LogReader[]) {
            const read = await reader.read(0, 512);
            const chunk = {
              generation: 1,
              from: 0,
              lines: read.map(({ line }) => line),
              carry: read.map(({ carry }) => carry),
            };
            expect(logChunkSchema.safeParse(JSON.parse(JSON.stringify(chunk))).success).toBe(true);
            // Of a very long line the beginning is sent, and how much more there is.
            for (const [index, { line }] of read.entries()) {
              const printed = lines[index] as string;
              expect(line.text.length + (line.more ?? 0)).toBe(asWritten(printed).length);
              expect(asWritten(printed).startsWith(line.text)).toBe(true);
            }
            expect(read).toHaveLength(lines.length);
            for (const { carry } of read) expect(carry).toMatch(/^(?:\d{1,3}(?:;\d{1,3})*)?$/);
            expect(await joined(reader.printed())).toBe(asWritten(text));
            for (const q of [needle, other, 'alert(1)']) {
              const found = await reader.search({ ...request, query: { ...query, q } });
              expect([q, found.total]).toEqual([q, plain.filter((line) => line.includes(q)).length]);
            }
            const { marks } = await reader.marks(0, 1e9);
            for (const { title } of marks) expect(title.length).toBeLessThanOrEqual(200);
            expectHarmless(await joined(htmlOf(reader.printed(), '"><script>')));
            shown.push(chunk, marks);
          }
          expect(shown.slice(2)).toEqual(
            shown.slice(0, 2).map((one) => JSON.parse(asWritten(JSON.stringify(one)))),
          );
          for (const reading of all) reading.drop();
        },
      ),
      { numRuns: propertyRuns(40) },
    );
  }, 600_000);
});

/** What a decoder makes of bytes: records, and how it ended. */
function decode(decoder: LogDecoder, bytes: Buffer, size: number) {
  const records: LogRecord[] = [];
  try {
    for (let at = 0; at < bytes.length; at += size)
      for (const batch of decoder.feed(bytes.subarray(at, at + size))) records.push(...batch);
    decoder.end();
    return { records, failure: null };
  } catch (failure) {
    return { records, failure };
  }
}

const value = fc.oneof(
  fc.constantFrom<unknown>(-1, 1.5, 2 ** 53, 1e308, '7', null, true, [], {}, [[[[]]]], '\ud800'),
  fc.nat(),
  hostileLine,
);
const element = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record(
      { pos: value, out: value, time: value, line: value, data: value },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: value },
);
const spoilt = fc.oneof(
  fc.constant((text: string) => text),
  fc.nat().map((at) => (text: string) => text.slice(0, at % (text.length + 1))),
  fc
    .tuple(
      fc.nat(),
      fc.constantFrom('"', '\\', ']', '}', ',', '[', '\u0000', '{"pos":1,"pos":2}', '1e999', '\\ud800'),
    )
    .map(
      ([at, piece]) =>
        (text: string) =>
          text.slice(0, at % (text.length + 1)) + piece + text.slice(at % (text.length + 1)),
    ),
);

describe('hostile answers', () => {
  it('are records a log can hold, or a failure that is one of ours; never anything else', () => {
    fc.assert(
      fc.property(
        fc.array(element, { maxLength: 12 }),
        spoilt,
        fc.uint8Array({ maxLength: 6 }),
        fc.nat(),
        fc.integer({ min: 1, max: 99 }),
        (elements, spoil, junk, where, size) => {
          const text = Buffer.from(spoil(JSON.stringify(elements)));
          const at = where % (text.length + 1);
          const bytes = Buffer.concat([text.subarray(0, at), junk, text.subarray(at)]);
          for (const decoder of Object.values(logFormats)) {
            const { records, failure } = decode(decoder(), bytes, size);
            if (failure !== null)
              expect([String(failure), isFailure(failure)]).toEqual([String(failure), true]);
            for (const { pos, out, time } of records) {
              expect([pos, Number.isSafeInteger(pos) && pos >= 0]).toEqual([pos, true]);
              expect(typeof out).toBe('string');
              expect([time, Number.isFinite(Math.fround(time)) && time >= 0]).toEqual([time, true]);
            }
          }
        },
      ),
      { numRuns: propertyRuns(1_000) },
    );
  });

  it('times that are no times can still be sent', () => {
    const bytes = Buffer.from(
      '[{"pos":0,"time":1e999},{"pos":1,"time":-5},{"pos":2,"time":1e300},{"pos":3,"time":"x"}]',
    );
    const { records } = decode((logFormats.plain as () => LogDecoder)(), bytes, 7);
    expect(records.map(({ time }) => time)).toEqual([1e9, 0, 1e9, 0]);
  });
});

describe('one line of 10 MB', () => {
  const MB = 1_000_000;
  it.each<[string, string]>([
    ['letters', 'x'.repeat(10 * MB)],
    ['characters of four bytes', '😀'.repeat(2.5 * MB)],
    ['colours', '\u001b[31m'.repeat(2 * MB)],
    ['one sequence', `\u001b[${'38;5;1;'.repeat(1.4 * MB)}m`],
    ['strings that never end', '\u001b]'.repeat(5 * MB)],
    ['markup', '<'.repeat(10 * MB)],
  ])(
    'of %s costs what is shown of it, and is kept whole',
    async (_, long) => {
      const records = [
        { pos: 0, out: 'before\n', time: 0 },
        ...recordsOf(`${long}\n`, 4 * MB).map((record) => ({ ...record, pos: record.pos + 1 })),
        { pos: 9_000, out: 'after\n', time: 1 },
      ].map((record, pos) => ({ ...record, pos }));
      const { all, texts } = await readings(records, 256 * 1024);
      const text = texts[0] as LogReader;
      const read = await text.read(0, 512);
      expect(read.map(({ line }) => line.text.length + (line.more ?? 0))).toEqual([6, long.length, 5]);
      expect(JSON.stringify(read).length).toBeLessThan(7 * 65_536);
      expect((await text.search({ ...request, query: { ...query, q: 'after' } })).lines).toEqual([2]);
      let bytes = 0;
      for await (const part of text.printed()) bytes += part.length;
      expect(bytes).toBe(Buffer.byteLength(long) + 14);
      let largest = 0;
      for await (const part of htmlOf(text.printed(), 'x')) largest = Math.max(largest, part.length);
      expect(largest).toBeLessThan(4 * MB);
      for (const reading of all) reading.drop();
    },
    300_000,
  );
});
