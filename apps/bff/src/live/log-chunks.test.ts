import { hostileText, propertyRuns } from '@flightdeck/api-client/testing';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { LogRecord } from '../ports/ci-server.ts';
import { LogFolder } from '../testing/log-folder.ts';
import { LiveCopy } from './live-copy.ts';
import { LiveText } from './live-text.ts';
import type { ScratchPlace } from './log-chunks.ts';
import type { StoredSource } from './log-store.ts';
import { LogText, type TextOptions } from './log-text.ts';
import { FakeScratch } from './testing/fake-scratch.ts';
import { recordsArbitrary } from './testing/log-arbitraries.ts';
import { naiveLines } from './testing/reference-lines.ts';
import { ScriptedStep } from './testing/scripted-step.ts';
import { patterns, textOf } from './testing/stores.ts';

const folder = new LogFolder();
afterAll(() => folder.end());

const COUNT = 12_000;
const record = (pos: number): LogRecord => ({
  pos,
  out: pos % 7 === 3 ? `half of ${pos} 汉字 ` : `\u001b[3${pos % 8}mline ${pos} ${'x'.repeat(60)}\n`,
  time: Math.floor(pos / 100),
});
const records = Array.from({ length: COUNT }, (_, pos) => record(pos));
const printedText = records.map(({ out }) => out).join('');

const textAt = (place: ScratchPlace, options: TextOptions = {}): LogText =>
  new LogText(1, patterns, { chunks: { place }, ...options });

/** As a step prints it: a little at a time, and the disk keeps up. */
async function print(live: LiveCopy, which: readonly LogRecord[] = records): Promise<LiveCopy> {
  for (let from = 0; from < which.length; from += 500) {
    live.take(which.slice(from, from + 500), 'history', 'slow');
    await live.text.written();
  }
  return live;
}

async function all(parts: AsyncIterable<Buffer>): Promise<string> {
  const read: Buffer[] = [];
  for await (const part of parts) read.push(part);
  return Buffer.concat(read).toString();
}

const query = { q: '1', matchCase: true, word: false, regex: false };
const most = { lines: 100_000, hits: 100_000, hitText: 20 };

async function everything(text: LogText, places: readonly number[]) {
  const request = { query, from: 0, to: text.lines, budget: 60_000, most };
  return {
    read: await text.read(0, text.lines),
    middle: await text.read(places[1] ?? 0, places[2] ?? 0),
    some: await text.read(places[0] ?? 0, 1_000_000, 30),
    printed: await all(text.printed()),
    found: await text.search(request),
    later: await text.search({ ...request, from: places[1] ?? 0 }),
    marks: await text.marks(0, 60_000),
    indexes: await Promise.all(places.flatMap((pos) => [text.indexFrom(pos), text.indexAround(pos)])),
    facts: [text.lines, text.complete, text.bytes, text.firstPos, text.lastPos, text.widest],
  };
}

const shown = async (text: LogText) =>
  (await text.read(0, text.lines)).map(({ line: { pos, text: words } }) => ({ pos, text: words }));

describe('a running log whose older lines lie in a file', () => {
  it('is what it would be in memory, at every moment, however short its chunks and whatever the disk takes', async () => {
    const cut = (text: string): LogRecord[] =>
      Array.from({ length: Math.ceil(text.length / 9) }, (_, pos) => ({
        ...{ pos, time: pos },
        out: Buffer.from(text.slice(pos * 9, pos * 9 + 9)).toString(),
      }));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(recordsArbitrary, hostileText.map(cut)),
        fc.constantFrom(Number.POSITIVE_INFINITY, 500, 0),
        fc.integer({ min: 1, max: 60 }),
        fc.nat({ max: 2 }),
        fc.array(fc.nat({ max: 80 }), { minLength: 3, maxLength: 5 }),
        async (printed, left, characters, keep, places) => {
          const place = new FakeScratch(left);
          const away = new LiveText(new LogText(1, patterns, { chunks: { place, keep, characters } }));
          const plain = new LiveText(textOf(1));
          places.sort((a, b) => a - b);
          for (let from = 0; from < printed.length; from += 30) {
            for (const live of [away, plain]) live.take(printed.slice(from, from + 30), 'history', 'slow');
            expect(await everything(away.text, places)).toEqual(await everything(plain.text, places));
          }
          away.text.close();
          await away.text.written();
          expect(place).toMatchObject({ open: 0, written: 0 });
        },
      ),
      { numRuns: propertyRuns(60) },
    );
  }, 120_000);

  it('holds little of it in memory, gives its room on disk back, and leaves no file behind', async () => {
    const engine = folder.engine();
    const live = await print(new LiveCopy(textAt(engine)));
    const plain = await print(new LiveCopy(textOf(1)));
    expect(live.text.size).toBeLessThan(400_000);
    expect(plain.text.size).toBeGreaterThan(900_000);
    const places = [0, 511, 512, 7_003, COUNT - 1, COUNT];
    expect(await everything(live.text, places)).toEqual(await everything(plain.text, places));
    expect(engine.bytes).toBeGreaterThan(700_000);
    // Nothing is left behind, whatever becomes of the process.
    expect(await folder.disk.list()).toEqual([]);
    live.close();
    await expect.poll(() => engine.bytes).toBe(0);
  });

  it('has its holes closed on the way, and the room of the generation before is given back', async () => {
    const place = new FakeScratch();
    const isLost = ({ pos }: LogRecord) => (pos > 3_000 && pos < 3_500) || (pos > 7_000 && pos < 8_000);
    const live = new LiveCopy(textAt(place));
    await print(live, records.filter((one) => !isLost(one)).slice(0, -2_000));
    expect(live.gaps).toHaveLength(2);
    async function* late() {
      for (let from = 0; from < COUNT - 2_000; from += 1_000) {
        // Meanwhile the step prints on.
        live.take(
          records.slice(COUNT - 2_000 + from / 20, COUNT - 2_000 + (from + 1_000) / 20),
          'slow',
          'slow',
        );
        yield records.slice(from, from + 1_000);
      }
    }
    expect(await live.refill(late(), textAt(place), () => {})).toBe(true);
    expect(live.gaps).toEqual([]);
    expect(await shown(live.text)).toEqual(naiveLines(records.slice(0, live.lastPos + 1)));
    await live.text.written();
    expect(place.open).toBe(1);
    expect(live.text.size).toBeLessThan(400_000);
    live.close();
    await live.text.written();
    expect(place).toMatchObject({ open: 0, written: 0 });
  });

  it('that is let go of while its holes are being closed leaves nothing open', async () => {
    const place = new FakeScratch();
    const live = await print(new LiveCopy(textAt(place)), [
      ...records.slice(0, 9_000),
      ...records.slice(9_100),
    ]);
    async function* late() {
      yield records.slice(9_000, 9_050);
      live.close();
      yield records.slice(9_050, 9_100);
    }
    await expect(live.refill(late(), textAt(place), () => {})).rejects.toMatchObject({
      code: 'log_generation',
    });
    await live.text.written();
    expect(place).toMatchObject({ open: 0, written: 0 });
  });

  it('stays in memory where the disk is full in the middle, and goes on to disk when it is not any more', async () => {
    const place = new FakeScratch(300_000);
    const live = await print(new LiveCopy(textAt(place)));
    expect(live.text.size).toBeGreaterThan(700_000);
    expect(await all(live.text.printed())).toBe(printedText);
    place.left = Number.POSITIVE_INFINITY;
    await print(
      live,
      Array.from({ length: 1_000 }, (_, index) => record(COUNT + index)),
    );
    expect(live.text.size).toBeLessThan(400_000);
    expect((await all(live.text.printed())).startsWith(printedText)).toBe(true);
  });

  it('stays in memory beyond the size of the folder, where stored logs in use are left alone', async () => {
    const engine = folder.engine({ cap: 500_000 });
    const live = await print(new LiveCopy(textAt(engine)));
    expect(engine.bytes).toBeLessThanOrEqual(500_000);
    expect(engine.bytes).toBeGreaterThan(400_000);
    expect(await all(live.text.printed())).toBe(printedText);
    live.close();
    await expect.poll(() => engine.bytes).toBe(0);
  });

  it('makes stored logs go that nobody uses, and none that is in use', async () => {
    const engine = folder.engine({ cap: 600_000 });
    const address = { server: 'ci', forgeRepoId: '1', path: 'a/b', ref: { number: 1, stage: 1, step: 1 } };
    const { signal } = new AbortController();
    const stored = [1, 2].map((startedAt) => ({ address, format: 'plain', startedAt, finishedAt: 9 }));
    for (const source of stored) {
      const step = new ScriptedStep();
      step.print(records.slice(0, 2_000));
      step.finish('success', 1);
      const reading = await engine.begin(source, () => {});
      await reading.take(step.client, signal, () => {});
      await reading.finish(false);
      reading.drop();
    }
    const [used, idle] = stored as [StoredSource, StoredSource];
    const kept = await engine.find(used, () => {});
    const live = await print(new LiveCopy(textAt(engine)));
    expect(await engine.find(idle, () => {})).toBeNull();
    expect(await all(kept?.text.printed() ?? live.text.printed())).toBe(
      records
        .slice(0, 2_000)
        .map(({ out }) => out)
        .join(''),
    );
    expect(engine.bytes).toBeLessThanOrEqual(600_000);
    kept?.drop();
    live.close();
    await live.text.written();
  });

  it('is read to its end by whoever has begun, also when the step has ended meanwhile', async () => {
    const place = new FakeScratch();
    const { text } = await print(new LiveCopy(textAt(place)));
    const parts: Buffer[] = [];
    for await (const part of text.printed()) {
      if (parts.length === 0) text.close();
      parts.push(part);
    }
    expect(Buffer.concat(parts).toString()).toBe(printedText);
    await text.written();
    expect(place.open).toBe(0);
    // Who comes later asks for the one that took its place.
    for (const late of [text.read(0, 10), text.indexFrom(5), text.marks(0, 100)])
      await expect(late).rejects.toMatchObject({ code: 'log_generation' });
    expect(place.open).toBe(0);
  });

  it('a download that is given up half-way lets go of the file', async () => {
    const place = new FakeScratch();
    const { text } = await print(new LiveCopy(textAt(place)));
    for await (const part of text.printed()) {
      expect(part.length).toBeGreaterThan(0);
      text.close();
      break;
    }
    await text.written();
    expect(place.open).toBe(0);
  });

  it('what grows while it is read is read up to where it was, without a hole', async () => {
    const live = new LiveCopy(textAt(new FakeScratch()));
    await print(live, records.slice(0, 1_300));
    const parts: Buffer[] = [];
    for await (const part of live.text.printed()) {
      parts.push(part);
      if (parts.length < 5) await print(live, records.slice(live.lastPos + 1, live.lastPos + 501));
    }
    expect(Buffer.concat(parts).toString()).toBe(
      records
        .slice(0, 1_300)
        .map(({ out }) => out)
        .join(''),
    );
  });

  it('says that it is lost when its file cannot be read, once, and never shows anything else', async () => {
    let lost = 0;
    const place = new FakeScratch();
    const live = await print(
      new LiveCopy(
        textAt(place, {
          lost: () => {
            lost += 1;
            live.close();
          },
        }),
      ),
    );
    place.isBroken = true;
    await expect(live.text.read(0, 10)).rejects.toMatchObject({ code: 'log_generation' });
    await expect(live.text.read(0, 10)).rejects.toMatchObject({ code: 'log_generation' });
    expect(lost).toBe(1);
    expect(place.open).toBe(0);
  });
});
