import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROW_PX, RowHeights } from './row-heights.ts';
import { MAX_SPACE_PX, Viewport } from './viewport.ts';

/** A browser that scrolls a space and tells of it, as an element with `overflow: auto` does. */
function scrolledBy(viewport: Viewport) {
  let top = 0;
  const clamp = (to: number) => Math.max(0, Math.min(to, viewport.space - viewport.view));
  const apply = () => {
    const real = viewport.takeReal();
    if (real === null) return;
    top = clamp(real);
    viewport.scrolled(top);
  };
  return {
    get top() {
      return top;
    },
    to(next: number) {
      apply();
      top = clamp(next);
      viewport.scrolled(top);
      apply();
    },
    by(px: number) {
      this.to(top + px);
    },
    apply,
  };
}

function open(rows: number, view = 600) {
  const viewport = new Viewport();
  viewport.setCount(rows);
  viewport.setView(view);
  return { viewport, browser: scrolledBy(viewport) };
}

describe('features/logs/scroll/viewport', () => {
  it('shows a short list as it is', () => {
    const { viewport, browser } = open(1_000);
    expect(viewport.space).toBe(20_000);
    browser.by(600);
    expect(viewport.offset).toBe(0);
    expect(viewport.rows(0)).toEqual({ first: 30, last: 60 });
    browser.to(20_000);
    expect(viewport.rows(0).last).toBe(999);
    expect(viewport.atEnd).toBe(true);
  });

  it('reaches each row of ten million in a space that browsers allow', () => {
    const { viewport, browser } = open(10_000_000);
    expect(viewport.space).toBe(MAX_SPACE_PX);
    for (const row of [0, 1, 40, 1_234_567, 5_000_000, 9_999_960, 9_999_999]) {
      viewport.toRow(row, 'center');
      browser.apply();
      const { first, last } = viewport.rows(0);
      expect(first <= row && row <= last, `row ${row}`).toBe(true);
      const place = viewport.heights.top(row) - viewport.offset - browser.top;
      expect(place).toBeGreaterThanOrEqual(0);
      expect(place).toBeLessThanOrEqual(600 - ROW_PX);
    }
  });

  it('moves by as much as the wheel does, also in a scaled list, and passes no row by', () => {
    const { viewport, browser } = open(2_000_000);
    viewport.toRow(1_000_000, 'start');
    browser.apply();
    let seen = viewport.rows(0).last;
    for (let i = 0; i < 500; i += 1) {
      browser.by(590);
      const { first, last } = viewport.rows(0);
      expect(first).toBeLessThanOrEqual(seen + 1);
      seen = last;
    }
    expect(seen).toBe(1_000_000 + (500 * 590 + 600) / ROW_PX);
  });

  it('comes to both ends by the wheel, however far the scroll bar has drifted', () => {
    const { viewport, browser } = open(5_000_000);
    viewport.toRow(4_990_000, 'start');
    browser.apply();
    for (let i = 0; i < 1_000; i += 1) browser.by(590);
    expect(viewport.rows(0).last).toBe(4_999_999);
    viewport.toRow(9_000, 'start');
    browser.apply();
    for (let i = 0; i < 1_000 && viewport.top > 0; i += 1) browser.by(-590);
    expect(viewport.rows(0).first).toBe(0);
    expect(browser.top).toBe(0);
  });

  it('goes to the same part of the list as of the space when the scroll bar is dragged', () => {
    const { viewport, browser } = open(4_000_000);
    browser.to(viewport.space / 2);
    expect(Math.abs(viewport.rows(0).first - 2_000_000)).toBeLessThan(100);
    browser.to(viewport.space);
    expect(viewport.rows(0).last).toBe(3_999_999);
    browser.to(0);
    expect(viewport.rows(0).first).toBe(0);
  });

  it('keeps what is in view in place when rows above it turn out higher', () => {
    const { viewport, browser } = open(100_000);
    browser.to(500_000);
    const row = viewport.rows(0).first;
    const place = () => viewport.heights.top(row) - viewport.offset - browser.top;
    const before = place();
    viewport.measured([{ row: row - 3, px: 140 }]);
    browser.apply();
    expect(place()).toBe(before);
    viewport.measured([{ row: row + 3, px: 140 }]);
    expect(place()).toBe(before);
  });

  it('stays at the row or the end that was asked for while heights become known', () => {
    const { viewport, browser } = open(50_000);
    viewport.toEnd();
    browser.apply();
    viewport.measured([{ row: 49_999, px: 300 }]);
    browser.apply();
    expect(viewport.atEnd).toBe(true);
    viewport.toRow(20_000, 'center');
    browser.apply();
    viewport.measured([{ row: 19_995, px: 200 }]);
    browser.apply();
    const place = viewport.heights.top(20_000) - viewport.offset - browser.top;
    expect(place).toBe(290);
    browser.by(-100);
    viewport.measured([{ row: 49_998, px: 300 }]);
    expect(viewport.aims).toBe(false);
  });

  it('keeps the row at the top where it is when rows are taken out before it', () => {
    const { viewport, browser } = open(10_000);
    browser.to(100_010);
    viewport.relaid(9_000, (row) => row - 1_000);
    browser.apply();
    expect(viewport.rows(0).first).toBe(4_000);
    expect(viewport.heights.top(4_000) - viewport.offset - browser.top).toBe(-10);
  });

  it('stays at the very beginning when rows come before the first', () => {
    const { viewport, browser } = open(10_000);
    viewport.relaid(10_001, (row) => row + 1);
    browser.apply();
    expect(viewport.rows(0).first).toBe(0);
    browser.by(40);
    viewport.relaid(10_002, (row) => row + 1);
    browser.apply();
    expect(viewport.rows(0).first).toBe(3);
  });

  it('does not touch the scroll position when rows come at the end', () => {
    const { viewport } = open(10_000);
    viewport.scrolled(5_000);
    viewport.setCount(20_000);
    expect(viewport.takeReal()).toBeNull();
  });

  it('shows every row in view and nothing else, whatever happens', () => {
    const deed = fc.oneof(
      fc.record({ kind: fc.constant('by' as const), px: fc.integer({ min: -3_000, max: 3_000 }) }),
      fc.record({ kind: fc.constant('to' as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
      fc.record({ kind: fc.constant('row' as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
      fc.record({
        kind: fc.constant('high' as const),
        of: fc.nat(40),
        px: fc.integer({ min: 20, max: 900 }),
      }),
      fc.record({ kind: fc.constant('rest' as const) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000_000 }), fc.array(deed), (rows, deeds) => {
        const { viewport, browser } = open(rows);
        for (const one of deeds) {
          if (one.kind === 'by') browser.by(one.px);
          else if (one.kind === 'to') browser.to(one.part * viewport.space);
          else if (one.kind === 'row') viewport.toRow(Math.floor(one.part * (rows - 1)), 'center');
          else if (one.kind === 'rest') viewport.rest();
          else viewport.measured([{ row: Math.min(rows - 1, viewport.rows(0).first + one.of), px: one.px }]);
          browser.apply();
          const { first, last } = viewport.rows(0);
          const place = (row: number) => viewport.heights.top(row) - viewport.offset - browser.top;
          expect(place(first)).toBeLessThanOrEqual(1);
          expect(place(last) + viewport.heights.height(last)).toBeGreaterThanOrEqual(
            Math.min(599, viewport.heights.total - 1),
          );
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('features/logs/scroll/row-heights', () => {
  it('agrees with adding all heights up', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.array(fc.tuple(fc.nat(1_999), fc.integer({ min: 20, max: 400 }))),
        fc.nat(2_000),
        (count, heights, cut) => {
          const rows = new RowHeights();
          rows.resize(count);
          const plain = new Array<number>(count).fill(ROW_PX);
          for (const [row, px] of heights) {
            if (row >= count) continue;
            rows.set(row, px);
            plain[row] = px;
          }
          const left = Math.min(cut, count);
          rows.resize(left);
          rows.resize(count);
          plain.fill(ROW_PX, left);
          let sum = 0;
          plain.forEach((px, row) => {
            expect(rows.top(row)).toBe(sum);
            expect(rows.rowAt(sum)).toBe(row);
            expect(rows.rowAt(sum + px - 1)).toBe(row);
            sum += px;
          });
          expect(rows.total).toBe(sum);
        },
      ),
      { numRuns: 50 },
    );
  });
});
