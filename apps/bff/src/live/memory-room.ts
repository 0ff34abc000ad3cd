/** Where it was full, so much of it must be free before texts go on: else they would stop again at once. */
const FREE_AGAIN = 0.9;

/** How much text may be held in memory, by all logs together. Bytes, about. */
export class MemoryRoom {
  /** Lets go of what nobody looks at, what was looked at longest ago first, until `isEnough`. */
  relieve: (isEnough: () => boolean) => void = () => {};
  used = 0;
  readonly #cap: number;

  constructor(cap = Number.POSITIVE_INFINITY) {
    this.#cap = cap;
  }

  /** Nothing can be added, also not after what nobody looks at has gone. `was`: it was so when it was last asked. */
  isFull(was: boolean): boolean {
    const most = was ? this.#cap * FREE_AGAIN : this.#cap;
    if (this.used < most) return false;
    this.relieve(() => this.used < this.#cap * FREE_AGAIN);
    return this.used >= most;
  }
}
