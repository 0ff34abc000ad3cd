import type { Fold } from './folds.ts';

/** Runs of lines that are remembered: a log that does nothing but go back must not fill the page's memory. */
const KEEP = 5_000;
const moves = /\u001b\[(\d*)([ABEF])/g;

/** How many lines further up than it began a line leaves the cursor, before its line end moves it down. */
export function linesBack(text: string): number {
  if (!text.includes('\u001b[')) return 0;
  let up = 0;
  for (const [, count, way] of text.matchAll(moves)) {
    const by = Math.min(Number(count || 1) || 1, 10_000);
    up += way === 'A' || way === 'F' ? by : -by;
  }
  return Math.max(0, up);
}

/**
 * Lines that were drawn over: a tool printed some, went back up and printed them anew, as progress displays do. In a terminal
 * nobody sees the older ones, so they fold above the newest. Known of lines that were looked at.
 */
export class Redraws {
  version = 0;
  /** In order, apart from each other. */
  private runs: { from: number; to: number; pos: number }[] = [];

  /** `pos`: the server's position of the line, which becomes the fold's identity. */
  note(index: number, text: string, pos: number): void {
    const back = linesBack(text);
    if (back === 0 || index === 0 || this.runs.length >= KEEP) return;
    const run = { from: Math.max(0, index - back), to: index - 1, pos };
    const touching = this.runs.filter((one) => one.from <= run.to + 1 && run.from <= one.to + 1);
    if (touching.length === 1 && touching[0] && touching[0].from <= run.from && touching[0].to >= run.to)
      return;
    for (const one of touching) {
      run.from = Math.min(run.from, one.from);
      if (one.to > run.to) Object.assign(run, { to: one.to, pos: one.pos });
    }
    this.runs = [...this.runs.filter((one) => !touching.includes(one)), run].sort((a, b) => a.from - b.from);
    this.version += 1;
  }

  clear(): void {
    if (this.runs.length === 0) return;
    this.runs = [];
    this.version += 1;
  }

  /** Their head is the line after them, the first of the newest drawing. */
  folds(): Fold[] {
    return this.runs.map(({ from, to, pos }) => ({
      kind: 'redraw',
      id: `redraw ${pos}`,
      head: to + 1,
      from,
      to,
      title: '',
      seconds: null,
    }));
  }
}
