import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build } from '../../testing/fixtures/builds.ts';
import { deck, listed } from '../../testing/fixtures/deck.ts';
import { repository } from '../../testing/fixtures/repositories.ts';
import { isOlder, patchDeck, patchItems } from './patch.ts';
import { readFilters } from './queries.ts';
import { holdBack } from './steady-rows.ts';

const keyOf = (n: number) => String(n);

describe('a steady list', () => {
  it('holds new rows back while somebody reads, and only then', () => {
    const shown = new Set(['3', '2']);
    expect(holdBack([5, 4, 3, 2], keyOf, shown, true)).toEqual({ rows: [3, 2], waiting: 2 });
    expect(holdBack([5, 4, 3, 2], keyOf, shown, false)).toEqual({ rows: [5, 4, 3, 2], waiting: 0 });
  });

  it('shows older pages and other lists at once', () => {
    expect(holdBack([3, 2, 1], keyOf, new Set(['3', '2']), true)).toEqual({ rows: [3, 2, 1], waiting: 0 });
    expect(holdBack([9, 8], keyOf, new Set(['3']), true)).toEqual({ rows: [9, 8], waiting: 0 });
    expect(holdBack([9, 8], keyOf, null, true)).toEqual({ rows: [9, 8], waiting: 0 });
  });

  it('never loses a row', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(50)),
        fc.uniqueArray(fc.nat(50)),
        fc.boolean(),
        (items, before, busy) => {
          const { rows, waiting } = holdBack(items, keyOf, new Set(before.map(keyOf)), busy);
          expect(rows.length + waiting).toBe(items.length);
          expect(items.slice(waiting)).toEqual(rows);
        },
      ),
    );
  });
});

describe('a live message', () => {
  it('never takes a build back', () => {
    const ended = build(1, { status: 'success', version: 4 });
    expect(isOlder(build(1, { status: 'running', version: 3 }), ended)).toBe(true);
    expect(isOlder(build(1, { status: 'running', version: 4 }), ended)).toBe(true);
    expect(isOlder(build(1, { status: 'failure', version: 5 }), ended)).toBe(false);
    expect(isOlder(ended, build(1, { status: 'running', version: 5 }))).toBe(false);
    expect(
      isOlder(build(1, { status: 'running', version: 9 }), build(1, { status: 'waiting', version: 8 })),
    ).toBe(false);
  });

  it('changes the deck in place and says when sections no longer hold', () => {
    const held = deck({ running: [listed(5, { status: 'running', version: 1 })] });
    const same = patchDeck(held, listed(5, { status: 'running', version: 2, title: 'New' }));
    expect(same.settled).toBe(true);
    expect(same.deck.running[0]?.build.title).toBe('New');
    expect(patchDeck(held, listed(5, { status: 'success', version: 2 })).settled).toBe(false);
    expect(patchDeck(held, listed(6)).settled).toBe(false);
    expect(
      patchDeck(held, { ...listed(5, { version: 2 }), path: 'acme/other' }).deck.running[0]?.build.version,
    ).toBe(1);
  });

  it('moves a favourite’s newest build forward only', () => {
    const held = deck({ favourites: [repository('acme/checkout', { lastBuild: build(7) })] });
    expect(patchDeck(held, listed(8)).deck.favourites[0]?.lastBuild?.number).toBe(8);
    expect(patchDeck(held, listed(6)).deck.favourites[0]?.lastBuild?.number).toBe(7);
  });

  it('changes a page of builds in place, or says it is not on it', () => {
    const items = [{ build: build(5, { status: 'running' }), waits: null, cause: null }];
    expect(patchItems(items, listed(5, { status: 'success', version: 2 })).items[0]?.build.status).toBe(
      'success',
    );
    expect(patchItems(items, listed(6))).toEqual({ items, known: false });
  });
});

describe('filters of the address', () => {
  it('keep what the contract knows', () => {
    expect(readFilters({ branch: 'x', event: 'push', status: 'failure', author: 'ada', other: '1' })).toEqual(
      {
        branch: 'x',
        event: 'push',
        status: 'failure',
        author: 'ada',
      },
    );
    expect(readFilters({ event: 'nonsense', status: '', branch: 'y'.repeat(301) })).toEqual({});
  });
});
