import type { Gap } from '@flightdeck/api-client/model';
import type { LogRecord } from '../../ports/ci-server.ts';

/** Lines of consecutive records, found in the most naive way: one character at a time. */
export function naiveLines(records: readonly LogRecord[]): { pos: number; text: string }[] {
  const lines: { pos: number; text: string }[] = [];
  let line: { pos: number; text: string } | null = null;
  for (const { pos, out } of records)
    for (let index = 0; index < out.length; index++) {
      line ??= { pos, text: '' };
      if (out[index] === '\n') {
        lines.push(line);
        line = null;
      } else line.text += out[index];
    }
  if (line) lines.push(line);
  return lines.map(({ pos, text }) => ({ pos, text: text.endsWith('\r') ? text.slice(0, -1) : text }));
}

/** What must be shown when exactly the gaps are missing: each stretch between two gaps by itself. */
export function linesWithGaps(records: readonly LogRecord[], lastPos: number, gaps: readonly Gap[]) {
  const stretches: LogRecord[][] = [];
  let from = -1;
  for (const gap of [...gaps, { after: lastPos, before: null }]) {
    stretches.push(records.filter(({ pos }) => pos > from - (from < 0 ? 0 : 1) && pos <= gap.after));
    from = gap.before ?? Number.POSITIVE_INFINITY;
  }
  return stretches.flatMap(naiveLines);
}
