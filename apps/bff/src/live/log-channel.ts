import { LOG_CHUNK_LINES, type LogSummary } from '@flightdeck/api-client/model';
import type { Clock } from '../ports/clock.ts';
import {
  channelFigures,
  encode,
  type LinesFrame,
  linesFrame,
  openFrame,
  sharedFrames,
} from './log-frames.ts';
import type { LogSession } from './log-session.ts';
import type { LogReader } from './log-store.ts';
import { Turns } from './turns.ts';

/** One socket's place in a log. */
export interface ChannelViewer {
  /** May it be sent something now? False while too much waits in its socket. */
  ready(): boolean;
  send(frame: Buffer): void;
  /** Lines were left out for it. */
  skipped(): void;
  ended(): void;
}

interface Place {
  viewer: ChannelViewer;
  generation: number;
  /** Index of the next line it needs. */
  cursor: number;
  /** Position of the last line it holds, until its index is known; null then. */
  after: number | null;
  /** It came with the line at `cursor`, which may have been open then. */
  resumed: boolean;
  /** It missed a summary. */
  stale: boolean;
  /** Length of the open line as sent to it; -1 = none. */
  openSeen: number;
}

let channels = 0;

/**
 * The viewers of one log. Each message is encoded once for all of them; each viewer is a cursor. A viewer who is not
 * ready is left alone, and told what it missed when it is ready again.
 *
 * Order for each viewer: summary of a generation before its lines, lines in order, `skipped` where lines are left out.
 * Lines of a stored log are not sent while it is still being read: pages fetch the chunks they show.
 */
export class LogChannel {
  readonly id: number;
  readonly session: LogSession;
  readonly #clock: Clock;
  readonly #places = new Map<ChannelViewer, Place>();
  readonly #unlisten: () => void;
  #generation = -1;
  /** Complete lines of this generation that have been sent. */
  #sent = 0;
  /** Lines of this generation are being sent (see `#pushes`). */
  #begun = false;
  #openAt = 0;
  #openLength = -1;
  #summary = '';
  #summaryAt = 0;
  #stateDue = false;
  #ticking = false;
  #dirty = false;

  constructor(session: LogSession, clock: Clock) {
    channels += 1;
    this.id = channels;
    this.session = session;
    this.#clock = clock;
    this.#unlisten = session.onChange((change) => {
      if (change !== 'lines') this.#stateDue = true;
      this.#schedule();
    });
  }

  get viewers(): number {
    return this.#places.size;
  }

  /**
   * Adds a viewer who holds the lines up to position `after` of `generation` (-1 = none). Its first messages follow
   * with the next tick, after `subscribed`, which the caller sends with the returned summary.
   */
  join(viewer: ChannelViewer, generation: number, after: number): LogSummary {
    const text = this.session.text;
    const same = text !== null && text.generation === generation && after >= 0;
    this.#places.set(viewer, {
      viewer,
      generation: text?.generation ?? -1,
      cursor: 0,
      after: same ? after : null,
      resumed: same,
      stale: false,
      openSeen: -1,
    });
    this.#schedule();
    return this.session.summary();
  }

  leave(viewer: ChannelViewer): void {
    this.#places.delete(viewer);
  }

  close(): void {
    this.#unlisten();
    this.#places.clear();
  }

  /** A viewer is ready again. */
  wake(): void {
    this.#schedule();
  }

  #schedule(): void {
    this.#dirty = true;
    if (this.#ticking) return;
    this.#ticking = true;
    void this.#tick();
  }

  async #tick(): Promise<void> {
    while (this.#dirty) {
      await this.#clock.sleep(channelFigures.tick);
      this.#dirty = false;
      // Of a log that cannot be read just now a new state follows.
      if (this.#places.size > 0) await this.#flush().catch(() => {});
    }
    this.#ticking = false;
  }

  async #flush(): Promise<void> {
    if (this.session.ended) {
      for (const { viewer } of [...this.#places.values()]) viewer.ended();
      return;
    }
    const text = this.session.text;
    if ((text?.generation ?? -1) !== this.#generation) {
      this.#generation = text?.generation ?? -1;
      this.#begun = false;
      this.#stateDue = true;
    }
    const turns = new Turns();
    await this.#tellState(turns);
    if (!text || !this.#pushes()) return;
    if (!this.#begun) {
      // Whoever is here catches up with the end of what there is, and is not sent all of it.
      this.#begun = true;
      this.#sent = text.complete;
      this.#openLength = -1;
    }
    const frames = sharedFrames(this.id, text, this.#sent);
    for (const place of this.#places.values()) {
      // Most have nothing to catch up with, and are passed without waiting for anything.
      if (place.after !== null) await this.#find(place, text);
      if (place.cursor < this.#sent) await this.#catchUp(place, text, frames, turns);
    }
    await this.#advance(text, turns);
  }

  /** Lines go out as they come while live, and the end of a stored log once it is whole. */
  #pushes(): boolean {
    return this.session.stored === null || this.session.indexed;
  }

  async #tellState(turns: Turns): Promise<void> {
    const now = this.#clock.now();
    const summary = this.session.summary();
    const encoded = JSON.stringify(summary);
    const news = encoded !== this.#summary;
    const due = this.#stateDue || now - this.#summaryAt >= channelFigures.summaryEvery;
    if (news && due) {
      this.#summary = encoded;
      this.#summaryAt = now;
      this.#stateDue = false;
    }
    let frame: Buffer | null = null;
    // Whoever comes meanwhile has had a later summary already.
    for (const place of [...this.#places.values()]) {
      if (!place.viewer.ready()) {
        if (news) place.stale = true;
        continue;
      }
      const turned = place.generation !== this.#generation;
      if (turned) {
        place.generation = this.#generation;
        place.cursor = 0;
        place.after = null;
        place.resumed = false;
        place.openSeen = -1;
      }
      const owed = (news && due) || place.stale || turned;
      place.stale = false;
      if (!owed) continue;
      frame ??= encode({ type: 'log-state', log: this.id, summary });
      place.viewer.send(frame);
      if (turns.due()) await turns.next();
    }
  }

  /** The line at `after` itself is sent again: it may have been open, and it need not be the only one there. */
  async #find(place: Place, text: LogReader): Promise<void> {
    if (place.after === null || place.generation !== this.#generation) return;
    const cursor = await text.indexFrom(place.after);
    if (place.generation !== this.#generation || place.after === null) return;
    place.cursor = cursor;
    place.after = null;
  }

  /** Sends what lies between a place and the lines all have: the last ones, and a note about the others. */
  async #catchUp(
    place: Place,
    text: LogReader,
    frames: (from: number) => Promise<LinesFrame>,
    turns: Turns,
  ): Promise<void> {
    const target = this.#sent;
    if (place.cursor >= target || place.generation !== this.#generation || !place.viewer.ready()) return;
    if (target - place.cursor > channelFigures.catchUpLines) {
      // What it holds of this line may be its beginning only, and what a page holds it does not fetch.
      if (place.openSeen >= 0 || place.resumed) {
        const { bytes, to } = await linesFrame(this.id, text, place.cursor, place.cursor + 1);
        if (!place.viewer.ready()) return;
        place.viewer.send(bytes);
        place.cursor = to;
        place.openSeen = -1;
        place.resumed = false;
      }
      const to = Math.floor((target - LOG_CHUNK_LINES) / LOG_CHUNK_LINES) * LOG_CHUNK_LINES;
      place.viewer.send(
        encode({ type: 'skipped', log: this.id, generation: place.generation, from: place.cursor, to }),
      );
      place.viewer.skipped();
      place.cursor = to;
      place.openSeen = -1;
    }
    while (place.cursor < target) {
      const frame = await frames(place.cursor);
      if (!place.viewer.ready()) return;
      place.viewer.send(frame.bytes);
      place.cursor = frame.to;
      place.resumed = false;
      place.openSeen = -1;
      if (turns.due()) await turns.next();
    }
  }

  async #advance(text: LogReader, turns: Turns): Promise<void> {
    while (this.#sent < text.complete) {
      const from = this.#sent;
      const frame = await linesFrame(this.id, text, from, text.complete);
      this.#sent = frame.to;
      this.#openLength = -1;
      for (const place of this.#places.values()) {
        // Who came during the reading, or is behind, catches up with the next tick.
        if (
          place.after !== null ||
          place.cursor !== from ||
          place.generation !== text.generation ||
          !place.viewer.ready()
        )
          continue;
        place.viewer.send(frame.bytes);
        place.cursor = frame.to;
        place.openSeen = -1;
        if (turns.due()) await turns.next();
      }
    }
    if (await this.#tellOpen(text)) return this.#schedule();
    if (this.#behind()) this.#schedule();
  }

  #behind(): boolean {
    for (const place of this.#places.values())
      if ((place.cursor < this.#sent || place.generation !== this.#generation) && place.viewer.ready())
        return true;
    return false;
  }

  /** True when the open line is to be sent, but later. */
  async #tellOpen(text: LogReader): Promise<boolean> {
    if (!text.open) return false;
    const { length } = text.open.text;
    const now = this.#clock.now();
    const long = length > channelFigures.longOpen && this.#openLength >= 0 && length !== this.#openLength;
    if (long && now - this.#openAt < channelFigures.longOpenEvery) return true;
    if (length !== this.#openLength) this.#openAt = now;
    this.#openLength = length;
    const due = [...this.#places.values()].filter(
      (place) =>
        place.after === null &&
        place.openSeen !== length &&
        place.cursor === this.#sent &&
        place.generation === text.generation &&
        place.viewer.ready(),
    );
    if (due.length === 0) return false;
    const frame = await openFrame(this.id, text, this.#sent);
    for (const place of due) {
      place.viewer.send(frame);
      place.openSeen = length;
    }
    return false;
  }
}
