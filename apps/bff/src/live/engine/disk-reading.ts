import type { Gap } from '@flightdeck/api-client/model';
import { Failure } from '../../domain/failure.ts';
import type { CiClient } from '../../ports/ci-server.ts';
import { abortable } from '../abortable.ts';
import { NoRoom, type StoredReading, type StoredSource } from '../log-store.ts';
import type { DiskText } from './disk-text.ts';
import type { EngineAnswer, EngineRequest, ReadingNews, Trouble } from './protocol.ts';
import { type Shelf, ShelfFull } from './shelf.ts';
import type { SharedThread } from './thread.ts';

/** Bytes that go over at a time, and how many such pieces are under way at most: what a log costs while it is read. */
const PIECE = 128 * 1024;
const PIECES = 4;

export interface DiskReadingParts {
  source: StoredSource;
  key: string;
  text: DiskText;
  id: number;
  thread: SharedThread;
  shelf: Shelf;
}

/** Hands a log's bytes to the thread that reads it, no faster than that takes them. */
export class DiskReading implements StoredReading {
  readonly text: DiskText;
  gaps: Gap[] = [];
  lastPos = -1;
  readonly #parts: DiskReadingParts;
  readonly #leave: () => void;
  #free: ArrayBuffer[] = [];
  #made = 0;
  #filling: { buffer: ArrayBuffer; length: number } | null = null;
  #underway = 0;
  #trouble: Error | null = null;
  #answered: EngineAnswer | null = null;
  #wake: () => void = () => {};
  #grown: (bytes: number) => void = () => {};
  #taken = false;
  #over = false;

  constructor(parts: DiskReadingParts) {
    this.#parts = parts;
    this.text = parts.text;
    const { id, thread, source, key } = parts;
    this.#leave = thread.listen(id, (answer) => this.#hear(answer));
    thread.post({ op: 'begin', id, name: this.text.name, key, format: source.format });
  }

  async take(client: CiClient, signal: AbortSignal, grown: (bytes: number) => void): Promise<void> {
    const { id, thread, source } = this.#parts;
    const { path, ref } = source.address;
    this.#grown = grown;
    if (this.#taken) {
      await this.#calm();
      this.#filling = null;
      thread.post({ op: 'again', id });
    }
    this.#taken = true;
    for await (const part of abortable(client.storedBytes(path, ref, signal), signal)) await this.#give(part);
    if (signal.aborted) return;
    this.#flush();
    await this.#ask({ op: 'end', id }, 'ended');
  }

  async finish(cut: boolean): Promise<void> {
    await this.#ask({ op: 'finish', id: this.#parts.id, cut }, 'finished');
    this.#leave();
  }

  /** What was written cannot be read. */
  spoil(): void {
    this.#trouble = new NoRoom('what was written of the log cannot be read');
    this.#wake();
  }

  drop(): void {
    if (this.#over) return;
    this.#over = true;
    const { id, thread, shelf } = this.#parts;
    this.text.close();
    shelf.leave(this.text.name);
    // Whole files stay; what was never finished is of no use to anybody.
    if (this.#answered?.op === 'finished' && !this.#trouble) return;
    thread.post({ op: 'drop', id });
    this.#leave();
    void shelf.remove(this.text.name);
  }

  async #give(part: Uint8Array): Promise<void> {
    for (let from = 0; from < part.length; ) {
      const filling = await this.#room();
      const length = Math.min(part.length - from, PIECE - filling.length);
      new Uint8Array(filling.buffer).set(part.subarray(from, from + length), filling.length);
      filling.length += length;
      from += length;
      // A thread that has nothing to do gets what there is.
      if (filling.length === PIECE || this.#underway === 0) this.#flush();
    }
  }

  /** Somewhere to put bytes, once there is. */
  async #room(): Promise<{ buffer: ArrayBuffer; length: number }> {
    while (!this.#filling) {
      if (this.#trouble) throw this.#trouble;
      const buffer = this.#free.pop() ?? (this.#made < PIECES ? this.#make() : null);
      if (buffer) this.#filling = { buffer, length: 0 };
      else await this.#news();
    }
    return this.#filling;
  }

  #make(): ArrayBuffer {
    this.#made += 1;
    return new ArrayBuffer(PIECE);
  }

  #flush(): void {
    const filling = this.#filling;
    if (!filling || filling.length === 0) return;
    this.#filling = null;
    this.#underway += 1;
    this.#parts.thread.post({ op: 'part', id: this.#parts.id, ...filling }, [filling.buffer]);
  }

  async #calm(): Promise<void> {
    while (this.#underway > 0 && !this.#isLost()) await this.#news();
    if (this.#isLost()) throw this.#trouble;
    this.#trouble = null;
  }

  /** What came before it has been answered by then: answers keep the order of what was asked. */
  async #ask(
    request: Extract<EngineRequest, { op: 'end' | 'finish' }>,
    answer: 'ended' | 'finished',
  ): Promise<void> {
    if (this.#trouble) throw this.#trouble;
    this.#answered = null;
    this.#parts.thread.post(request);
    while (this.#said() !== answer && !this.#isLost()) await this.#news();
    if (this.#trouble) throw this.#trouble;
  }

  #said(): EngineAnswer['op'] | undefined {
    return this.#answered?.op;
  }

  #isLost(): boolean {
    return this.#trouble instanceof NoRoom;
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #hear(answer: EngineAnswer | null): void {
    if (!answer) {
      // What it had read is lost with it.
      this.#trouble = new NoRoom('the thread that reads logs has ended');
      this.#underway = 0;
    } else if (answer.op !== 'scanned') {
      if (answer.op === 'taken') {
        this.#underway -= 1;
        this.#free.push(answer.buffer);
      } else this.#answered = answer;
      this.#trouble ??= answer.trouble && this.#errorOf(answer.trouble);
      this.#learn(answer.news);
    }
    this.#wake();
  }

  #learn(news: ReadingNews): void {
    const { text } = this;
    const before = text.bytes;
    text.add(news.blocks);
    Object.assign(text, { bytes: news.bytes, widest: news.widest, unended: news.unended });
    this.gaps = news.gaps;
    this.lastPos = news.lastPos;
    try {
      this.#parts.shelf.grown(text.name, news.written);
    } catch (error) {
      if (!(error instanceof ShelfFull)) throw error;
      this.#trouble = new NoRoom(error.message, { cause: error });
    }
    this.#grown(news.bytes - before);
  }

  #errorOf({ code, message, raw }: Trouble): Error {
    if (code === 'disk' || code === 'damaged') return new NoRoom(message);
    const instance = this.#parts.source.address.server;
    return new Failure(code, message, { instance, ...(raw === null ? {} : { raw }) });
  }
}
