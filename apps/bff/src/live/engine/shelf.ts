import { createHash } from 'node:crypto';
import type { LogFileFacts, LogFiles } from '../../ports/log-files.ts';

/** No room is left: everything that could go has gone. */
export class ShelfFull extends Error {
  override readonly name = 'ShelfFull';
}

interface Row extends LogFileFacts {
  users: number;
}

/**
 * Which files there are, how large they are in all, and which of them go when there are too many: those used longest ago,
 * and none that is in use. A file's name is its key's hash and a part that no other has, so that a log that is read anew never
 * meets readers of the old one.
 */
export class Shelf {
  readonly #files: LogFiles;
  readonly #cap: number;
  readonly #now: () => number;
  readonly #rows = new Map<string, Row>();
  #ready: Promise<void> | null = null;
  #made = 0;

  constructor(files: LogFiles, cap: number, now: () => number) {
    this.#files = files;
    this.#cap = cap;
    this.#now = now;
  }

  get bytes(): number {
    let bytes = 0;
    for (const row of this.#rows.values()) bytes += row.bytes;
    return bytes;
  }

  /** The file kept for a key, if any. */
  async find(key: string): Promise<string | null> {
    await this.#look();
    const hash = hashOf(key);
    const found = [...this.#rows.values()].filter(({ name }) => name.startsWith(`${hash}-`));
    found.sort((a, b) => b.usedAt - a.usedAt);
    return found[0]?.name ?? null;
  }

  /** A name for a new file, in use until `leave`. */
  async allot(key: string): Promise<string> {
    await this.#look();
    this.#made += 1;
    const name = `${hashOf(key)}-${Math.floor(this.#now()).toString(36)}${this.#made.toString(36)}`;
    this.#rows.set(name, { name, bytes: 0, usedAt: this.#now(), users: 1 });
    return name;
  }

  use(name: string): void {
    const row = this.#rows.get(name);
    if (!row) return;
    row.users += 1;
    row.usedAt = this.#now();
    void this.#files.touch(name).catch(() => {});
  }

  leave(name: string): void {
    const row = this.#rows.get(name);
    if (row) row.users -= 1;
  }

  /** A file has grown. Throws ShelfFull when there is no room for it. */
  grown(name: string, bytes: number): void {
    const row = this.#rows.get(name);
    if (!row) return;
    row.bytes = bytes;
    let total = this.bytes;
    if (total <= this.#cap) return;
    for (const old of [...this.#rows.values()].sort((a, b) => a.usedAt - b.usedAt)) {
      if (old.users > 0) continue;
      total -= old.bytes;
      void this.remove(old.name);
      if (total <= this.#cap) return;
    }
    throw new ShelfFull('the folder of logs has reached its size');
  }

  /** What was to be added was not. */
  shrunk(name: string, bytes: number): void {
    const row = this.#rows.get(name);
    if (row) row.bytes = bytes;
  }

  /** Readers who have it open go on. */
  async remove(name: string): Promise<void> {
    this.#rows.delete(name);
    await this.#files.remove(name).catch(() => {});
  }

  #look(): Promise<void> {
    this.#ready ??= this.#files
      .list()
      .then((facts) => {
        for (const fact of facts) this.#rows.set(fact.name, { ...fact, users: 0 });
      })
      .catch((error: unknown) => {
        this.#ready = null;
        throw error;
      });
    return this.#ready;
  }
}

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 32);
