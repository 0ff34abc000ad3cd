import type { Clock } from '../world/clock.ts';

interface Happening {
  at: number;
  order: number;
  run: () => void;
}

/** A world's past as a list of happenings, played in order of time; one may plan others. */
export class Timeline {
  #list: Happening[] = [];
  #order = 0;

  constructor(readonly clock: Clock) {}

  /** @param at ms since 1970; what lies before now happens at once. */
  at(at: number, run: () => void): void {
    this.#list.push({ at, order: this.#order++, run });
  }

  after(ms: number, run: () => void): void {
    this.at(this.clock.now() + ms, run);
  }

  playUntil(end: number): void {
    for (;;) {
      let next: Happening | undefined;
      for (const one of this.#list) {
        if (one.at > end) continue;
        if (!next || one.at < next.at || (one.at === next.at && one.order < next.order)) next = one;
      }
      if (!next) break;
      this.#list.splice(this.#list.indexOf(next), 1);
      if (next.at > this.clock.now()) this.clock.advance(next.at - this.clock.now());
      next.run();
    }
    if (end > this.clock.now()) this.clock.advance(end - this.clock.now());
  }
}
