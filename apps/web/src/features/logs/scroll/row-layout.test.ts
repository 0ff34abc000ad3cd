import type { Gap } from '@flightdeck/api-client/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowLayout } from './row-layout.ts';

const gap = (beforeLine: number): Gap => ({ beforeLine, after: 0, before: 9, reason: 'slow' });
const said = (layout: RowLayout) =>
  Array.from({ length: layout.count }, (_, row) => {
    const item = layout.rowAt(row);
    return item.kind === 'gap' ? `gap ${item.gap.beforeLine}` : item.index;
  });

describe('features/logs/scroll/row-layout', () => {
  it('puts a note before the line in front of which records are missing, also at the end', () => {
    expect(said(new RowLayout(3, [gap(3), gap(0)]))).toEqual(['gap 0', 0, 1, 2, 'gap 3']);
    expect(said(new RowLayout(0, [gap(0)]))).toEqual(['gap 0']);
  });

  it('leaves hidden lines out and keeps the notes among them', () => {
    const layout = new RowLayout(10, [gap(4)], [{ from: 2, to: 6 }]);
    expect(said(layout)).toEqual([0, 1, 'gap 4', 7, 8, 9]);
    expect(layout.rowOf(5)).toBe(1);
    expect(layout.rowOf(7)).toBe(3);
  });

  it('agrees with leaving out and putting in one by one', () => {
    const ranges = fc.array(fc.tuple(fc.nat(60), fc.nat(12)), { maxLength: 8 });
    fc.assert(
      fc.property(fc.nat(60), fc.array(fc.nat(60), { maxLength: 6 }), ranges, (lines, gaps, wild) => {
        const hides = new Set(
          wild.flatMap(([from, size]) => Array.from({ length: size }, (_, i) => from + i)),
        );
        const hidden: { from: number; to: number }[] = [];
        for (const line of [...hides].sort((a, b) => a - b)) {
          const last = hidden.at(-1);
          if (last && last.to === line - 1) last.to = line;
          else hidden.push({ from: line, to: line });
        }
        const kept = gaps.filter((at) => at <= lines).sort((a, b) => a - b);
        const expected: (string | number)[] = [];
        for (let line = 0; line <= lines; line += 1) {
          for (const at of kept) if (at === line) expected.push(`gap ${at}`);
          if (line < lines && !hides.has(line)) expected.push(line);
        }
        const layout = new RowLayout(lines, kept.map(gap), hidden);
        expect(said(layout)).toEqual(expected);
        for (let line = 0; line < lines; line += 1)
          if (!hides.has(line)) expect(layout.rowOf(line)).toBe(expected.indexOf(line));
      }),
    );
  });
});
