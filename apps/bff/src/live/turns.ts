import { setImmediate as nextTurn } from 'node:timers/promises';

/** Writes in a row: some milliseconds of them. */
const IN_A_ROW = 128;

/** Lets the rest of the process have its turn now and then while a thousand sockets are written to. */
export class Turns {
  #inARow = 0;

  /** To be called after each write; true: `next` is to be awaited before the one after it. */
  due(): boolean {
    this.#inARow += 1;
    return this.#inARow >= IN_A_ROW;
  }

  next(): Promise<void> {
    this.#inARow = 0;
    return nextTurn();
  }
}
