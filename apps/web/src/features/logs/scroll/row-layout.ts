import type { Gap } from '@flightdeck/api-client/model';

export type Row = { kind: 'line'; index: number } | { kind: 'gap'; gap: Gap };

/** Lines `from`…`to` (indexes, both included) that are not shown. */
export interface Hidden {
  from: number;
  to: number;
}

interface Segment {
  row: number;
  line: number;
  count: number;
  gap: Gap | null;
}

const none: readonly Hidden[] = [];

/**
 * Rows of the list: every line that is not hidden, and a note before the line in front of which records are missing,
 * also where that line is hidden. `hidden` is in order and does not overlap.
 */
export class RowLayout {
  readonly count: number;
  private readonly segments: Segment[] = [];

  constructor(
    readonly lines: number,
    readonly gaps: readonly Gap[],
    readonly hidden: readonly Hidden[] = none,
  ) {
    const notes = [...gaps].sort((a, b) => a.beforeLine - b.beforeLine);
    let row = 0;
    let line = 0;
    let note = 0;
    const show = (end: number) => {
      for (;;) {
        const gap = notes[note];
        const stop = gap && gap.beforeLine <= end ? Math.max(line, gap.beforeLine) : end;
        if (stop > line) {
          this.segments.push({ row, line, count: stop - line, gap: null });
          row += stop - line;
          line = stop;
        }
        if (!gap || gap.beforeLine > end) return;
        this.segments.push({ row, line, count: 0, gap });
        row += 1;
        note += 1;
      }
    };
    for (const { from, to } of hidden) {
      if (from >= lines) break;
      show(from);
      for (; (notes[note]?.beforeLine ?? lines) <= to && notes[note]; note += 1) {
        this.segments.push({ row, line, count: 0, gap: notes[note] ?? null });
        row += 1;
      }
      line = Math.min(lines, to + 1);
    }
    show(lines);
    this.count = row;
  }

  rowAt(row: number): Row {
    const segment = this.segments[this.last((one) => one.row <= row)];
    if (!segment) return { kind: 'line', index: row };
    return segment.gap
      ? { kind: 'gap', gap: segment.gap }
      : { kind: 'line', index: segment.line + row - segment.row };
  }

  /** Row of a line; of a hidden one: of the last line shown before it. */
  rowOf(line: number): number {
    let at = this.last((one) => one.line <= line);
    while (at > 0 && this.segments[at]?.gap) at -= 1;
    const segment = this.segments[at];
    if (!segment || segment.gap) return 0;
    return segment.row + Math.min(Math.max(0, line - segment.line), segment.count - 1);
  }

  /** Greatest index of a segment of which it holds; they are in order. */
  private last(holds: (segment: Segment) => boolean): number {
    let low = 0;
    let high = this.segments.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const segment = this.segments[middle];
      if (segment && holds(segment)) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Whether all rows of the one are the same rows of the other, where only lines came at the end. */
export function sameRows(before: RowLayout, now: RowLayout): boolean {
  const sameGaps =
    before.gaps.length === now.gaps.length &&
    before.gaps.every((gap, at) => gap.beforeLine === now.gaps[at]?.beforeLine);
  return sameGaps && before.hidden === now.hidden && before.lines <= now.lines;
}
