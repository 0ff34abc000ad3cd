import { LOG_CHUNK_LINES, type LogChunk, type LogLine, type LogSummary } from '@flightdeck/api-client/model';
import { carryAfter } from './ansi/line-runs.ts';

export interface BookLine extends LogLine {
  /** SGR parameters carried in from the line before. */
  carry: string;
}

export type LoadChunk = (generation: number, from: number) => Promise<LogChunk>;

/** Chunks kept: about 65,000 lines; what was scrolled away longest ago is fetched again when needed. */
const KEEP = 128;
/** Chunk requests under way at once: what lies between two jumps is skipped. */
const AT_ONCE = 3;

/**
 * The page's window on one step's log: chunks fetched when a row of theirs is looked at, live lines appended, all of
 * one generation. A new generation replaces everything. Framework-free; `subscribe`/`version` feed React.
 */
export class LogBook {
  summary: LogSummary | null = null;
  version = 0;
  private chunks = new Map<number, BookLine[]>();
  private wanted: number[] = [];
  private loading = new Map<number, number>();
  private failedAt = new Map<number, number>();
  private listeners = new Set<() => void>();
  private readonly load: LoadChunk;
  private readonly now: () => number;

  constructor(load: LoadChunk, now: () => number = Date.now) {
    this.load = load;
    this.now = now;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  getVersion = (): number => this.version;

  get count(): number {
    return this.summary?.lines ?? 0;
  }

  /** The position after which live lines are wanted: -1 when the end is not held. */
  get cursor(): { generation: number; after: number } {
    const last = this.count > 0 ? this.held(this.count - 1) : undefined;
    return { generation: this.summary?.generation ?? 0, after: last?.pos ?? -1 };
  }

  setSummary(summary: LogSummary): void {
    if (this.summary && this.summary.generation !== summary.generation) {
      this.chunks.clear();
      this.wanted = [];
      this.failedAt.clear();
    }
    this.summary = summary;
    this.changed();
  }

  /** Live lines `from`…; the last may come again, longer, when it was open. */
  append(generation: number, from: number, lines: readonly LogLine[]): void {
    if (!this.summary || this.summary.generation !== generation) return;
    let before = from === 0 ? { carry: '', text: '' } : this.held(from - 1);
    lines.forEach((line, offset) => {
      const index = from + offset;
      const key = Math.floor(index / LOG_CHUNK_LINES);
      const chunk = this.chunks.get(key);
      const place = index % LOG_CHUNK_LINES;
      const carry = before ? carryAfter(before.text, before.carry) : '';
      const held: BookLine = { ...line, carry };
      // A chunk whose beginning was never fetched is left to be fetched whole: its colours are not known here.
      if (chunk && place <= chunk.length) chunk[place] = held;
      else if (place === 0 && before) this.keep(key, [held]);
      before = before ? held : undefined;
    });
    const count = Math.max(this.summary.lines, from + lines.length);
    if (count !== this.summary.lines) this.summary = { ...this.summary, lines: count };
    this.changed();
  }

  /** The line at an index from 0, or undefined while it is being fetched. */
  line(index: number): BookLine | undefined {
    const line = this.held(index);
    if (!line && index >= 0 && index < this.count) this.want(Math.floor(index / LOG_CHUNK_LINES));
    return line;
  }

  /** Index of the line that holds a position: fetched when needed. Clamped to what the log has. */
  async indexOf(
    around: (generation: number, pos: number) => Promise<LogChunk>,
    pos: number,
  ): Promise<number> {
    const generation = this.summary?.generation ?? 0;
    const chunk = await around(generation, pos);
    this.take(chunk);
    const place = chunk.lines.findLastIndex((line) => line.pos <= pos);
    return chunk.from + Math.max(0, place);
  }

  /** Lines `from`…`to` inclusive, fetched when needed: for copying. */
  async range(from: number, to: number): Promise<BookLine[]> {
    const result: BookLine[] = [];
    for (let index = from; index <= to; index += 1) {
      if (!this.held(index))
        this.take(
          await this.load(
            this.summary?.generation ?? 0,
            Math.floor(index / LOG_CHUNK_LINES) * LOG_CHUNK_LINES,
          ),
        );
      const line = this.held(index);
      if (line) result.push(line);
    }
    return result;
  }

  private held(index: number): BookLine | undefined {
    return this.chunks.get(Math.floor(index / LOG_CHUNK_LINES))?.[index % LOG_CHUNK_LINES];
  }

  private want(key: number): void {
    if (this.loading.has(key)) return;
    const failed = this.failedAt.get(key);
    if (failed !== undefined && this.now() - failed < 2_000) return;
    this.wanted = [...this.wanted.filter((other) => other !== key), key].slice(-AT_ONCE * 2);
    this.next();
  }

  private next(): void {
    while (this.loading.size < AT_ONCE && this.wanted.length > 0) {
      // The newest wish first: it is what the reader looks at now.
      const key = this.wanted.pop();
      if (key === undefined || this.loading.has(key)) continue;
      const generation = this.summary?.generation ?? 0;
      this.loading.set(key, generation);
      this.load(generation, key * LOG_CHUNK_LINES)
        .then(
          (chunk) => this.take(chunk),
          () => this.failedAt.set(key, this.now()),
        )
        .finally(() => {
          this.loading.delete(key);
          this.changed();
          this.next();
        });
    }
  }

  private take(chunk: LogChunk): void {
    if (!this.summary || chunk.generation !== this.summary.generation || chunk.lines.length === 0) return;
    const lines = chunk.lines.map((line, i): BookLine => ({ ...line, carry: chunk.carry[i] ?? '' }));
    const key = Math.floor(chunk.from / LOG_CHUNK_LINES);
    const known = this.chunks.get(key);
    // Live lines may have come while this chunk was under way.
    if (known && known.length > lines.length) lines.push(...known.slice(lines.length));
    this.keep(key, lines);
  }

  private keep(key: number, lines: BookLine[]): void {
    this.chunks.delete(key);
    this.chunks.set(key, lines);
    for (const oldest of this.chunks.keys()) {
      if (this.chunks.size <= KEEP) break;
      this.chunks.delete(oldest);
    }
  }

  private changed(): void {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }
}
