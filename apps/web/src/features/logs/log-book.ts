import {
  LINK_LINES,
  LOG_CHUNK_LINES,
  type LogChunk,
  type LogLine,
  type LogSummary,
  linkAfter,
} from '@flightdeck/api-client/model';
import { Redraws } from './folds/redraws.ts';

export interface BookLine extends LogLine {
  /** SGR parameters carried in from the line before. */
  carry: string;
  /** The link in force after it, where it says something of links. */
  linkAfter?: string | null;
}

export type LoadChunk = (generation: number, from: number) => Promise<LogChunk>;

/** Chunks kept: about 16,000 lines; what was scrolled away longest ago is fetched again when needed. */
const KEEP = 32;
/** …and fewer of very long lines: UTF-16 units of text kept, but never less than a few chunks. */
const KEEP_TEXT = 16_000_000;
const KEEP_LEAST = 4;
/** Chunk requests under way at once: what lies between two jumps is skipped. */
const AT_ONCE = 3;
const FAILURE_PAUSE_MS = 2_000;

/**
 * The page's window on one step's log: chunks fetched when a row of theirs or near them is looked at, live lines appended, all of
 * one generation. A new generation replaces everything. Framework-free; `subscribe`/`version` feed React.
 */
export class LogBook {
  summary: LogSummary | null = null;
  readonly redraws = new Redraws();
  version = 0;
  private chunks = new Map<number, BookLine[]>();
  private wanted: number[] = [];
  private loading = new Map<number, number>();
  private failed = new Set<number>();
  /** Chunks under way that live lines have passed: asked for once more. */
  private overtaken = new Set<number>();
  private listeners = new Set<() => void>();
  private readonly load: LoadChunk;
  private readonly later: (task: () => void, ms: number) => void;
  private readonly frame: (task: () => void) => void;
  private framed = false;
  /** There are links in what was held so far. */
  private linked = false;
  /** Text held by chunk. */
  private weights = new Map<number, number>();

  /** `frame`: when what came live is shown; in a hidden tab that is when it is shown again. */
  constructor(
    load: LoadChunk,
    later?: (task: () => void, ms: number) => void,
    frame?: (task: () => void) => void,
  ) {
    this.load = load;
    this.frame = frame ?? ((task) => void requestAnimationFrame(task));
    // Not `setTimeout` itself: browsers refuse it with another `this` ("Illegal invocation").
    this.later = later ?? ((task, ms) => void setTimeout(task, ms));
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
      this.weights.clear();
      this.redraws.clear();
      this.wanted = [];
      this.failed.clear();
      this.overtaken.clear();
    }
    this.summary = summary;
    this.changed();
  }

  /** Live lines; the last may come again, longer, when it was open. */
  append({ generation, from, lines, carry }: LogChunk): void {
    if (!this.summary || this.summary.generation !== generation) return;
    lines.forEach((line, offset) => {
      const index = from + offset;
      const key = keyOf(index);
      const place = index % LOG_CHUNK_LINES;
      const chunk = this.chunks.get(key);
      const held = this.bookLine(line, carry[offset]);
      this.redraws.note(index, line.text, line.pos);
      if (chunk && place <= chunk.length) {
        this.weigh(key, held.text.length - (chunk[place]?.text.length ?? 0));
        chunk[place] = held;
      } else if (place === 0) this.keep(key, [held]);
      // The chunk's beginning is not held. What is under way may have been read before this line was printed.
      else if (this.loading.has(key)) this.overtaken.add(key);
    });
    const count = Math.max(this.summary.lines, from + lines.length);
    if (count !== this.summary.lines) this.summary = { ...this.summary, lines: count };
    this.changedSoon();
  }

  /** Address of a link that a line held here, not far before this one, opened and none since closed. */
  linkInto(index: number): string | null {
    if (!this.linked) return null;
    for (let before = index - 1; before >= Math.max(0, index - LINK_LINES); before -= 1) {
      const line = this.held(before);
      if (!line) return null;
      if (line.linkAfter !== undefined) return line.linkAfter;
    }
    return null;
  }

  private bookLine(line: LogLine, carry = ''): BookLine {
    const link = linkAfter(line.text);
    if (link === undefined) return { ...line, carry };
    this.linked = true;
    return { ...line, carry, linkAfter: link };
  }

  /** The line at an index from 0, or undefined while it is being fetched. */
  line(index: number): BookLine | undefined {
    const line = this.held(index);
    if (index < 0 || index >= this.count) return line;
    if (!line) this.want(keyOf(index));
    this.foresee(index);
    return line;
  }

  /** Who scrolls on finds lines there: both neighbours of what is looked at, the nearer one first. */
  private foresee(index: number): void {
    const nearer = index % LOG_CHUNK_LINES < LOG_CHUNK_LINES / 2 ? -1 : 1;
    for (const key of [keyOf(index) + nearer, keyOf(index) - nearer]) {
      const exists = key >= 0 && key * LOG_CHUNK_LINES < this.count;
      if (!exists || this.chunks.has(key) || this.wanted.includes(key)) continue;
      if (this.loading.has(key) || this.failed.has(key)) continue;
      // Behind all wishes, which are served from the end.
      this.wanted = [key, ...this.wanted].slice(-AT_ONCE * 2);
    }
    this.next();
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
    for (let key = keyOf(from); key <= keyOf(to); key += 1) {
      const first = key * LOG_CHUNK_LINES;
      const end = Math.min(to, first + LOG_CHUNK_LINES - 1);
      if (!this.held(end)) this.take(await this.load(this.summary?.generation ?? 0, first));
      const chunk = this.chunks.get(key) ?? [];
      result.push(...chunk.slice(Math.max(0, from - first), end - first + 1));
    }
    return result;
  }

  private held(index: number): BookLine | undefined {
    return this.chunks.get(keyOf(index))?.[index % LOG_CHUNK_LINES];
  }

  private want(key: number): void {
    if (this.loading.has(key) || this.failed.has(key)) return;
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
          () => {},
        )
        .finally(() => {
          this.loading.delete(key);
          if (this.overtaken.delete(key)) this.want(key);
          else if (generation === this.summary?.generation && !this.isWhole(key)) this.rest(key);
          this.changed();
          this.next();
        });
    }
  }

  private isWhole(key: number): boolean {
    return this.held(Math.min((key + 1) * LOG_CHUNK_LINES, this.count) - 1) !== undefined;
  }

  /** What did not come as it should is not asked for again at once; after the pause the rows that show it ask. */
  private rest(key: number): void {
    this.failed.add(key);
    this.later(() => {
      this.failed.delete(key);
      this.changed();
    }, FAILURE_PAUSE_MS);
  }

  private take(chunk: LogChunk): void {
    if (!this.summary || chunk.generation !== this.summary.generation || chunk.lines.length === 0) return;
    const key = keyOf(chunk.from);
    const known = this.chunks.get(key) ?? [];
    // Live lines may have come while this chunk was under way, and within a generation a line only ever grows.
    const lines = chunk.lines.map((line, i): BookLine => {
      const live = known[i];
      return live && live.text.length > line.text.length ? live : this.bookLine(line, chunk.carry[i]);
    });
    for (const [at, { text, pos }] of lines.entries()) this.redraws.note(chunk.from + at, text, pos);
    this.keep(key, [...lines, ...known.slice(lines.length)]);
  }

  private keep(key: number, lines: BookLine[]): void {
    this.chunks.delete(key);
    this.chunks.set(key, lines);
    this.weights.set(
      key,
      lines.reduce((sum, line) => sum + line.text.length, 0),
    );
    let held = [...this.weights.values()].reduce((sum, one) => sum + one, 0);
    for (const oldest of this.chunks.keys()) {
      const { size } = this.chunks;
      if (size <= KEEP_LEAST || (size <= KEEP && held <= KEEP_TEXT)) break;
      held -= this.weights.get(oldest) ?? 0;
      this.chunks.delete(oldest);
      this.weights.delete(oldest);
    }
  }

  private weigh(key: number, more: number): void {
    this.weights.set(key, (this.weights.get(key) ?? 0) + more);
  }

  /** Once per frame, however many messages come. */
  private changedSoon(): void {
    if (this.framed) return;
    this.framed = true;
    this.frame(() => {
      this.framed = false;
      this.changed();
    });
  }

  private changed(): void {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }
}

const keyOf = (index: number): number => Math.floor(index / LOG_CHUNK_LINES);
