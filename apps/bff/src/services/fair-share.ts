import { Failure } from '../domain/failure.ts';

interface Person {
  running: number;
  waiting: (() => void)[];
}

/**
 * Work that few threads do for everybody: each person has a few pieces of it under way and some more waiting, so that nobody
 * waits behind all that one other person asked for.
 */
export class FairShare {
  readonly #atOnce: number;
  readonly #most: number;
  readonly #people = new Map<string, Person>();

  /** `most`: pieces of one person that wait at most. */
  constructor(atOnce: number, most: number) {
    this.#atOnce = atOnce;
    this.#most = most;
  }

  /** Throws `overloaded` when too much of this person's waits already. */
  async take<T>(who: string, work: () => Promise<T>): Promise<T> {
    const person = this.#people.get(who) ?? { running: 0, waiting: [] };
    this.#people.set(who, person);
    if (person.running >= this.#atOnce) {
      if (person.waiting.length >= this.#most)
        throw new Failure('overloaded', 'Too many searches at once.', { retryAfter: 1 });
      await new Promise<void>((resolve) => person.waiting.push(resolve));
    } else person.running += 1;
    try {
      return await work();
    } finally {
      const next = person.waiting.shift();
      if (next) next();
      else {
        person.running -= 1;
        if (person.running === 0) this.#people.delete(who);
      }
    }
  }
}
