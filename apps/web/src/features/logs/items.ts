import type { Gap } from '@flightdeck/api-client/model';

export type Item = { kind: 'line'; index: number } | { kind: 'gap'; gap: Gap };

/** Rows of the list: every line, and a note before the line in front of which records are missing. */
export function itemAt(item: number, gaps: readonly Gap[]): Item {
  let before = 0;
  for (const gap of gaps) {
    const place = gap.beforeLine + before;
    if (item === place) return { kind: 'gap', gap };
    if (item < place) break;
    before += 1;
  }
  return { kind: 'line', index: item - before };
}

/** Row of a line. */
export const itemOf = (line: number, gaps: readonly Gap[]): number =>
  line + gaps.filter((gap) => gap.beforeLine <= line).length;
