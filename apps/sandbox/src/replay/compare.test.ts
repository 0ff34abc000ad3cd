import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareHeaders, compareJson } from './compare.ts';
import { compareLog, isLog } from './logs.ts';
import { recordedList } from './recording.ts';
import { framesOf } from './streams.ts';

const tolerance = { seconds: 6 };
const kinds = (recorded: unknown, actual: unknown) =>
  compareJson(recorded, actual, tolerance).map(({ at, kind }) => `${at} ${kind}`);

describe('comparing answers', () => {
  it.each([
    [{ a: 1 }, { a: 1 }, []],
    [{ a: 1 }, {}, ['json.a missing']],
    [{}, { a: 1 }, ['json.a extra']],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, ['json order']],
    [{ a: null }, { a: '' }, ['json.a type']],
    [[], null, ['json type']],
    [[1], [], ['json length']],
    [{ status: 'killed' }, { status: 'success' }, ['json.status value']],
    [{ version: 3 }, { version: 4 }, ['json.version value']],
  ])('%j against %j', (recorded, actual, found) => {
    expect(kinds(recorded, actual)).toEqual(found);
  });

  it('takes times for the same within the tolerance, but nought for nothing else', () => {
    expect(kinds({ started: 100 }, { started: 106 })).toEqual([]);
    expect(kinds({ started: 100 }, { started: 107 })).toEqual(['json.started value']);
    expect(kinds({ started: 0 }, { started: 3 })).toEqual(['json.started value']);
    expect(kinds({ created: '0001-01-01T00:00:00Z' }, { created: '2026-11-21T02:23:11Z' })).toHaveLength(1);
  });

  it('lets any text but none stand for a redacted one', () => {
    expect(kinds({ url: 'http://h/hook?secret=<hook secret>' }, { url: 'http://h/hook?secret=x' })).toEqual(
      [],
    );
    expect(
      kinds({ url: 'http://h/hook?secret=<hook secret>' }, { url: 'http://h/hook?secret=' }),
    ).toHaveLength(1);
    expect(kinds({ title: 'a <b>x</b>' }, { title: 'a <b>y</b>' })).toHaveLength(1);
  });

  it('compares cookies by name and attributes', () => {
    const recorded = { 'set-cookie': 'a=<redacted>; Path=/; HttpOnly, b=; Max-Age=0' };
    expect(compareHeaders(recorded, { 'set-cookie': ['a=1; Path=/; HttpOnly', 'b=; Max-Age=0'] })).toEqual(
      [],
    );
    expect(compareHeaders(recorded, { 'set-cookie': ['a=1; Path=/', 'b=; Max-Age=0'] })).toHaveLength(1);
  });
});

/** Every place of a JSON value where something could be another. */
function leaves(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

function changed(value: unknown, [key, ...rest]: (string | number)[]): unknown {
  if (key === undefined)
    return typeof value === 'boolean' ? !value : typeof value === 'number' ? value + 1000 : 7000;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[key] = changed(copy[key], rest);
  return copy;
}

describe('on the recordings themselves', () => {
  const files = [
    'gitea-1.25.4/02-repositories',
    'drone-2.25.0/03-actions',
    'drone-2.25.0/12-approval-and-edges',
  ];
  const answers = files
    .flatMap((file) => recordedList(`${file}.json`))
    .map((exchange) => exchange.response?.json)
    .filter((json) => json !== undefined && json !== null && !isLog(json) && leaves(json).length > 0);

  it('finds no difference between an answer and itself, and one wherever one value is another', () => {
    fc.assert(
      fc.property(fc.constantFrom(...answers), fc.nat(), (answer, pick) => {
        expect(kinds(answer, answer)).toEqual([]);
        const all = leaves(answer);
        const place = all[pick % all.length] ?? [];
        expect(kinds(answer, changed(answer, place))).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });
});

describe('comparing logs', () => {
  const line = (pos: number, out: string, time = 0) => ({ pos, out, time });
  const recorded = [line(0, '+ a\n'), line(1, 'b\n'), line(2, ''), line(3, 'c\n', 2)];
  const at = (actual: unknown) => compareLog(recorded, actual).map((one) => one.at);

  it('tells another cut of the same text from another text', () => {
    expect(at(recorded)).toEqual([]);
    expect(at([line(0, '+ a\n'), line(1, 'b\n'), line(2, 'c\n', 2)])).toEqual(['log']);
    expect(at([line(0, '+ a\n'), line(1, 'B\n'), line(2, 'c\n', 2)])).toEqual(['json']);
    expect(at([line(0, '+ a\n'), line(1, 'b\n'), line(3, 'c\n', 2)])).toEqual(['json']);
    expect(at([line(0, '+ a\n'), line(1, 'b\n'), line(2, 'c\n', 9)])).toEqual(['json']);
    expect(at(null)).toEqual(['json']);
  });
});

describe('frames of a stream', () => {
  it('know the pieces they came in', () => {
    const frames = framesOf([': ping\n\n', 'data: {"a":', '"é"}\n', '\n', 'data: {}\n\n\n']);
    expect(frames).toEqual([
      { text: ': ping\n\n', chunk: 0, pieces: [8] },
      { text: 'data: {"a":"é"}\n\n', chunk: 1, pieces: [11, 6, 1] },
      { text: 'data: {}\n\n\n', chunk: 4, pieces: [11] },
    ]);
  });
});
