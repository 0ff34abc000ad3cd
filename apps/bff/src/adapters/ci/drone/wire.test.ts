import { buildSchema, settingsSchema } from '@flightdeck/api-client/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exchanges } from './recorded/read.ts';
import { buildOf, repositoryOf } from './translate.ts';
import { buildListWire, buildWire, repositoryListWire, repositoryWire } from './wire.ts';

const recorded = exchanges().filter((exchange) => exchange.status === 200);
const answersOf = (path: RegExp): unknown[] =>
  recorded
    .filter((exchange) => path.test(exchange.path) && exchange.text !== 'null')
    .map((exchange) => JSON.parse(exchange.text));
const someBuild = answersOf(/^\/api\/repos\/[^/]+\/[^/]+\/builds\/\d+$/);
const someRepository = answersOf(/^\/api\/repos\/[^/]+\/[^/]+$/);

const odd = fc.oneof(
  fc.constantFrom(
    null,
    undefined,
    true,
    0,
    -1,
    1.5,
    1e15,
    9e18,
    Number.NaN,
    '',
    '7',
    [],
    {},
    [null],
    'é\ud800',
  ),
  fc.constantFrom({ __proto__: null, a: 1 }, [[[[]]]], ['x', 2], { a: 'b' }),
);

/** Puts odd values at some of the places of an answer. */
function spoil(answer: unknown, places: number[], values: unknown[]): unknown {
  const copy = structuredClone(answer);
  const found: [Record<string, unknown>, string][] = [];
  const walk = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      found.push([value as Record<string, unknown>, key]);
      walk((value as Record<string, unknown>)[key]);
    }
  };
  walk(copy);
  places.forEach((place, i) => {
    const [holder, key] = found[place % found.length] ?? [];
    if (!holder || key === undefined) return;
    if (values[i] === undefined) delete holder[key];
    else holder[key] = values[i];
  });
  return copy;
}
const places = fc.array(fc.nat(400), { minLength: 1, maxLength: 6 });
const values = fc.array(odd, { minLength: 6, maxLength: 6 });

test('a spoilt build is a build of the model or none at all', () => {
  expect(someBuild.length).toBeGreaterThan(25);
  let read = 0;
  fc.assert(
    fc.property(fc.constantFrom(...someBuild), places, values, (answer, where, what) => {
      const parsed = buildWire.safeParse(spoil(answer, where, what));
      if (!parsed.success) return;
      read += 1;
      const build = buildOf(parsed.data, 'acme/checkout');
      expect(buildSchema.parse(build)).toEqual(build);
    }),
    { numRuns: 3_000 },
  );
  expect(read).toBeGreaterThan(2_000);
});

test('a spoilt repository likewise', () => {
  expect(someRepository.length).toBeGreaterThan(10);
  fc.assert(
    fc.property(fc.constantFrom(...someRepository), places, values, (answer, where, what) => {
      const parsed = repositoryWire.safeParse(spoil(answer, where, what));
      if (!parsed.success) return;
      const { settings, visibility } = repositoryOf(parsed.data);
      expect(settingsSchema.parse(settings)).toEqual(settings);
      expect(['public', 'internal', 'private']).toContain(visibility);
    }),
    { numRuns: 2_000 },
  );
});

test.each([null, undefined, []])('%j is an empty list', (answer) => {
  expect(buildListWire.parse(answer)).toEqual([]);
  expect(repositoryListWire.parse(answer)).toEqual([]);
});

test.each(['x', 7, {}, { message: 'x' }])('%j is no list', (answer) => {
  expect(buildListWire.safeParse(answer).success).toBe(false);
});

test('a kind that no runner asks for shows in the type of its stage', () => {
  const stageOfKind = (kind: string) =>
    buildOf(
      buildWire.parse({ number: 1, stages: [{ number: 1, kind, type: 'exec', status: 'pending' }] }),
      'acme/checkout',
    ).stages[0]?.type;
  expect(stageOfKind('pipeline')).toBe('exec');
  expect(stageOfKind('pipelin')).toBe('pipelin/exec');
});
