import { RowHeights } from './row-heights.ts';

/**
 * Browsers cap an element's height (Chromium 33,554,428 px, Firefox about 17.9 million): 1,000,000 rows of 20 px reach
 * it, and wrapped ones sooner. A list that is higher stands in a space of this height.
 */
export const MAX_SPACE_PX = 15_000_000;
/** This near to an end of the space the two positions have to agree: else the end would come too early or not at all. */
const EDGE_PX = 4_000;

export type Align = 'start' | 'center' | 'end';
type Goal = { row: number; align: Align } | 'end';
export type Moved = 'up' | 'down' | null;

/**
 * What part of a long list is in view. `top` is the truth: px from the first row, whatever the browser can scroll.
 * `real` is the browser's scroll position that goes with it; rows are placed at their own position less `offset`. Small
 * movements (wheel, keys, a finger) move the list by just as much; what jumps farther (the scroll bar) goes to the same
 * part of the list as of the space. Without the browser: the component copies `real` to and from it.
 */
export class Viewport {
  readonly heights = new RowHeights();
  top = 0;
  real = 0;
  version = 0;
  private unsaid = false;
  private readonly listeners = new Set<() => void>();
  /** Height of what is in view, px. */
  view = 0;
  /** What was asked for last: kept in place while heights around it become known, until somebody scrolls. */
  private goal: Goal | null = null;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  getVersion = (): number => this.version;

  get space(): number {
    return Math.min(this.heights.total, MAX_SPACE_PX);
  }
  get offset(): number {
    return this.top - this.real;
  }
  /** A row was asked for and nobody has scrolled since. */
  get aims(): boolean {
    return this.goal !== null && this.goal !== 'end';
  }
  /** The end was asked for and nobody has scrolled since. */
  get aimsAtEnd(): boolean {
    return this.goal === 'end';
  }
  get atEnd(): boolean {
    return this.top >= this.room - 24;
  }
  /** Greatest `top`. */
  private get room(): number {
    return Math.max(0, this.heights.total - this.view);
  }
  private get realRoom(): number {
    return Math.max(0, this.space - this.view);
  }
  /** Where the scroll bar should stand for `top`. */
  private get ideal(): number {
    return this.room === 0 ? 0 : Math.round((this.top / this.room) * this.realRoom);
  }

  /** First and last row in view, and `extra` px around them; last < first when there is none. */
  rows(extra: number): { first: number; last: number } {
    if (this.heights.count === 0) return { first: 0, last: -1 };
    return {
      first: this.heights.rowAt(this.top - extra),
      last: this.heights.rowAt(this.top + this.view + extra),
    };
  }

  setView(px: number): void {
    if (px === this.view) return;
    this.view = px;
    this.settle();
    this.changed();
  }

  setCount(count: number): void {
    if (count === this.heights.count) return;
    this.heights.resize(count);
    // Rows that come at the end move nothing: a finger may be scrolling now.
    if (this.top > this.room || this.real > this.realRoom) this.move(this.top);
    this.changed();
  }

  /** Where the browser has to scroll to; null when it stands right. */
  takeReal(): number | null {
    if (!this.unsaid) return null;
    this.unsaid = false;
    return this.real;
  }

  /** The browser scrolled. What this class set itself comes back with the same position and moves nothing. */
  scrolled(real: number): Moved {
    const by = real - this.real;
    if (Math.abs(by) < 1) return null;
    this.goal = null;
    this.unsaid = false;
    this.real = real;
    const far = Math.abs(by) > Math.max(2_400, 3 * this.view);
    const before = this.top;
    this.top = this.clamp(far ? (real / Math.max(1, this.realRoom)) * this.room : this.top + by);
    const edge = real < EDGE_PX || this.realRoom - real < EDGE_PX;
    if (edge) this.align();
    this.changed();
    return this.top < before ? 'up' : this.top > before ? 'down' : null;
  }

  /** Nobody scrolls at the moment: the scroll bar may be put where it belongs. */
  rest(): void {
    this.align();
    if (this.unsaid) this.changed();
  }

  toRow(row: number, align: Align): void {
    this.goal = { row, align };
    this.settle();
    this.changed();
  }
  toEnd(): void {
    this.goal = 'end';
    this.settle();
    this.changed();
  }
  /** What comes now must not be followed. */
  stay(): void {
    this.goal = null;
  }

  /** Rows are shown and have these heights. What is in view stays where it is. */
  measured(rows: readonly { row: number; px: number }[]): void {
    let other = false;
    for (const { row, px } of rows) {
      const bottom = this.heights.top(row) + this.heights.height(row);
      const change = this.heights.set(row, px);
      other ||= change !== 0;
      // `real` stays: the offset takes the difference, and a finger on the screen feels nothing.
      if (this.goal === null && bottom <= this.top) this.top += change;
    }
    if (!other) return;
    this.settle();
    this.changed();
  }

  /**
   * Other rows (something was folded, a gap closed): the one at the top of the view stays there. Who stands at the very
   * beginning still does: what comes before the first row, a note that the head is missing, would never be seen.
   */
  relaid(count: number, rowOf: (before: number) => number): void {
    const anchor = this.heights.rowAt(this.top);
    const within = this.top - this.heights.top(anchor);
    if (this.goal !== null && this.goal !== 'end') this.goal = { ...this.goal, row: rowOf(this.goal.row) };
    const atBeginning = this.top === 0 && this.goal === null;
    this.heights.forget();
    this.heights.resize(count);
    this.move(atBeginning ? 0 : this.heights.top(rowOf(anchor)) + within);
    this.settle();
    this.changed();
  }

  /** Heights measured before do not count: another width, wrapped or not. The row at the top of the view stays there. */
  remeasure(): void {
    this.relaid(this.heights.count, (row) => row);
  }

  private settle(): void {
    if (this.goal === null) this.top = this.clamp(this.top);
    else if (this.goal === 'end') this.move(this.room);
    else {
      const { row, align } = this.goal;
      const start = this.heights.top(row);
      const spare = this.view - this.heights.height(row);
      this.move(align === 'start' ? start : align === 'end' ? start - spare : start - Math.max(0, spare / 2));
    }
  }

  private move(top: number): void {
    this.top = this.clamp(Math.round(top));
    this.align();
  }
  private align(): void {
    const { ideal } = this;
    if (Math.abs(ideal - this.real) < 1) return;
    this.real = ideal;
    this.unsaid = true;
  }
  private changed(): void {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }
  private clamp(top: number): number {
    return Math.min(Math.max(0, top), this.room);
  }
}
