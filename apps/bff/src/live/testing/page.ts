import { downMessageSchema } from '@flightdeck/api-client/contract';
import type { LogLine, LogSummary } from '@flightdeck/api-client/model';
import type { ChannelViewer, LogChannel } from '../log-channel.ts';
import { carryAfter } from '../sgr-carry.ts';

/** A page that watches a log: it believes what it is sent, and checks that it may. */
export class Page implements ChannelViewer {
  /** 16 bits: how it answers when it is asked whether it can take more, again and again. All ones: always. */
  readiness = 0xffff;
  #asked = 0;
  #saidReady = true;
  summary: LogSummary | null = null;
  lines = new Map<number, LogLine>();
  /** Line ranges it was told to fetch itself. */
  skips: [from: number, to: number][] = [];
  frames = 0;
  skipCount = 0;
  over = false;
  faults: string[] = [];

  ready(): boolean {
    this.#asked += 1;
    this.#saidReady = ((this.readiness >> (this.#asked % 16)) & 1) === 1;
    return this.#saidReady;
  }
  skipped(): void {
    this.skipCount += 1;
  }
  ended(): void {
    this.over = true;
  }

  join(channel: LogChannel): void {
    const last = this.summary ? (this.lines.get(Math.max(-1, ...this.lines.keys()))?.pos ?? -1) : -1;
    this.#hear(channel.join(this, this.summary?.generation ?? 0, last));
  }

  send(frame: Buffer): void {
    this.frames += 1;
    const message = downMessageSchema.parse(JSON.parse(textOf(frame)));
    if (!this.#saidReady) this.faults.push('sent while not ready');
    if (message.type === 'log-state') this.#hear(message.summary);
    else if (message.type === 'skipped') {
      this.#sameGeneration(message.generation);
      this.skips.push([message.from, message.to]);
    } else if (message.type === 'lines') {
      this.#sameGeneration(message.generation);
      const from = message.from - 1;
      if (from >= 0 && !this.lines.has(from) && !this.skips.some(([a, b]) => from >= a && from < b))
        this.faults.push(`a hole before line ${message.from} that nobody told`);
      if (message.carry?.length !== message.lines.length)
        this.faults.push('carry and lines differ in length');
      for (const [offset, line] of message.lines.entries()) {
        const index = message.from + offset;
        const next = message.carry?.[offset + 1];
        if (next !== undefined && carryAfter(message.carry?.[offset] ?? '', line.text) !== next)
          this.faults.push('carry does not follow from the line before');
        const held = this.lines.get(index);
        const last = !this.lines.has(index + 1);
        if (held && !last && held.text !== line.text) this.faults.push(`complete line ${index} changed`);
        this.lines.set(index, line);
      }
    }
  }

  #hear(summary: LogSummary): void {
    if (this.summary && this.summary.generation !== summary.generation) {
      this.lines.clear();
      this.skips = [];
    }
    this.summary = summary;
  }

  #sameGeneration(generation: number): void {
    if (this.summary?.generation !== generation)
      this.faults.push(`lines of generation ${generation}, shown is ${this.summary?.generation}`);
  }
}

/** The text in a frame of a server. */
export function textOf(frame: Buffer): string {
  const head = frame[1] === 127 ? 10 : frame[1] === 126 ? 4 : 2;
  return frame.toString('utf8', head);
}
