import type { Clock } from '../ports/clock.ts';

interface Entry<V> {
  value: V;
  at: number;
}

interface Flight<V> {
  began: number;
  promise: Promise<V>;
}

export interface Ask<V> {
  /** Greatest age in ms at which an answer still counts. 0: ask anew. */
  maxAge: number;
  /** Another age for some answers (those that say no). */
  maxAgeOf?: (value: V) => number;
  /** When asking fails in such a way, an answer of up to `maxAge + staleFor` ms still counts. */
  stale?: { forMs: number; when: (error: unknown) => boolean };
  load: () => Promise<V>;
}

/**
 * Answers by key with an age that each asker decides. Askers of one key at the same time share one call; one that
 * demands a new answer never joins a call that began before it asked.
 */
export class TimedCache<V> {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #entries = new Map<string, Entry<V>>();
  readonly #flights = new Map<string, Flight<V>>();

  /** `limit`: entries kept; the oldest go first. */
  constructor(clock: Clock, limit = 50_000) {
    this.#clock = clock;
    this.#limit = limit;
  }

  async get(key: string, ask: Ask<V>): Promise<V> {
    const kept = this.#entries.get(key);
    const maxAge = kept && ask.maxAgeOf ? Math.min(ask.maxAge, ask.maxAgeOf(kept.value)) : ask.maxAge;
    if (kept && this.#age(kept) < maxAge) return kept.value;
    try {
      const flight = this.#flights.get(key);
      const joins = flight && this.#clock.now() - flight.began < ask.maxAge;
      return await (joins ? flight.promise : this.#load(key, ask.load));
    } catch (error) {
      const usable = kept && ask.stale?.when(error) && this.#age(kept) < maxAge + ask.stale.forMs;
      if (usable) return kept.value;
      throw error;
    }
  }

  /** Forgets what `matches`; a call under way still answers its askers, but is not kept. */
  forget(matches: (key: string) => boolean): void {
    for (const key of [...this.#entries.keys()]) if (matches(key)) this.#entries.delete(key);
    for (const key of [...this.#flights.keys()]) if (matches(key)) this.#flights.delete(key);
  }

  #load(key: string, load: () => Promise<V>): Promise<V> {
    const flight: Flight<V> = { began: this.#clock.now(), promise: load() };
    this.#flights.set(key, flight);
    const landed = () => {
      const current = this.#flights.get(key) === flight;
      if (current) this.#flights.delete(key);
      return current;
    };
    flight.promise.then(
      (value) => {
        if (landed()) this.#keep(key, { value, at: flight.began });
      },
      () => landed(),
    );
    return flight.promise;
  }

  #keep(key: string, entry: Entry<V>): void {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limit) break;
      this.#entries.delete(oldest);
    }
  }

  #age = (entry: Entry<V>): number => this.#clock.now() - entry.at;
}
