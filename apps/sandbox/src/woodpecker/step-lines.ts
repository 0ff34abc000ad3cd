import { generatedLine, generatedTime } from '../world/generated-log.ts';
import type { LogEntry } from './model.ts';

/** `firstId`: of a stretch that is made when it is read, from line `from` of the step on. */
type Part = { entries: LogEntry[] } | { from: number; lines: number; firstId: number };

const countOf = (part: Part): number => ('lines' in part ? part.lines : part.entries.length);

/** A step's lines in order: as its agent sent them, and stretches of a generated log, of any length, that take no memory. */
export class StepLines {
  readonly #parts: Part[] = [];
  count = 0;

  add(entries: readonly LogEntry[]): void {
    const last = this.#parts.at(-1);
    const open = last && 'entries' in last ? last : { entries: [] };
    if (open !== last) this.#parts.push(open);
    // Not by spreading: one batch may be more than a call takes arguments.
    for (const entry of entries) open.entries.push(entry);
    this.count += entries.length;
  }

  /** Lines of the generated log, numbered from `from` on, with ids from `firstId` on. */
  addGenerated(from: number, lines: number, firstId: number): void {
    this.#parts.push({ from, lines, firstId });
    this.count += lines;
  }

  /** Whether there are more than a caller may want to have all at once. */
  get hasGenerated(): boolean {
    return this.#parts.some((part) => 'lines' in part);
  }

  /** The line at a place from 0. */
  at(index: number): LogEntry | undefined {
    let before = 0;
    for (const part of this.#parts) {
      const place = index - before;
      before += countOf(part);
      if (index >= before) continue;
      if ('entries' in part) return part.entries[place];
      return {
        id: part.firstId + place,
        line: part.from + place,
        time: generatedTime(place),
        data: Buffer.from(generatedLine(place)),
      };
    }
    return undefined;
  }

  all(): LogEntry[] {
    return Array.from({ length: this.count }, (_, index) => this.at(index)).filter(
      (entry) => entry !== undefined,
    );
  }
}
