import type { Gap } from '@flightdeck/api-client/model';
import type { Clock } from '../../ports/clock.ts';
import type { LogFiles, ScratchFile } from '../../ports/log-files.ts';
import {
  type KeptText,
  NoRoom,
  type StoredLogs,
  type StoredReading,
  type StoredSource,
} from '../log-store.ts';
import { DiskReading } from './disk-reading.ts';
import { DiskText } from './disk-text.ts';
import { readFooter } from './read-footer.ts';
import { Scans } from './scans.ts';
import { scratchOn } from './scratch.ts';
import { Shelf } from './shelf.ts';
import { SharedThread, type StartThread } from './thread.ts';

export interface DiskLogsDeps {
  files: LogFiles;
  clock: Clock;
  /** Bytes of all files together. */
  cap: number;
  start: StartThread;
  search: { sliceMs: number; atOnce: number };
}

/** Stored logs in files, read and searched by threads of their own; and room for running ones beside them. */
export class DiskLogs implements StoredLogs {
  readonly #deps: DiskLogsDeps;
  readonly #shelf: Shelf;
  readonly #reader: SharedThread;
  readonly #scans: Scans;
  #last = 0;

  constructor(deps: DiskLogsDeps) {
    this.#deps = deps;
    this.#shelf = new Shelf(deps.files, deps.cap, deps.clock.now);
    this.#reader = new SharedThread(deps.start, deps.clock);
    this.#scans = new Scans({ start: deps.start, clock: deps.clock, ...deps.search });
  }

  /** Bytes of all files. */
  get bytes(): number {
    return this.#shelf.bytes;
  }

  async find(source: StoredSource, damaged: () => void): Promise<KeptText | null> {
    const key = keyOf(source);
    const name = await this.#shelf.find(key).catch(() => null);
    if (name === null) return null;
    this.#shelf.use(name);
    try {
      const file = await this.#deps.files.open(name);
      const { blocks, gaps, ...facts } = await readFooter(file, key).finally(() => file.close());
      const text = Object.assign(this.#text(name, damaged), facts);
      text.add(blocks);
      return this.#kept(text, gaps);
    } catch {
      // Not whole, damaged, of an older version, or gone: as good as not there.
      void this.#shelf.remove(name);
      return null;
    }
  }

  async begin(source: StoredSource, damaged: () => void): Promise<StoredReading> {
    const key = keyOf(source);
    try {
      const name = await this.#shelf.allot(key);
      this.#last += 1;
      const text = this.#text(name, () => {
        reading.spoil();
        damaged();
      });
      const reading = new DiskReading({
        ...{ source, key, text },
        ...{ id: this.#last, thread: this.#reader, shelf: this.#shelf },
      });
      return reading;
    } catch (error) {
      throw new NoRoom('the folder of logs cannot be used', { cause: error });
    }
  }

  /** Throws where there is no room. */
  scratch(): Promise<ScratchFile> {
    return scratchOn(this.#shelf, this.#deps.files);
  }

  close(): void {
    this.#reader.close();
    this.#scans.close();
  }

  #text(name: string, damaged: () => void): DiskText {
    const gone = () => {
      void this.#shelf.remove(name);
      damaged();
    };
    return new DiskText({ name, files: this.#deps.files, scans: this.#scans, damaged: gone });
  }

  #kept(text: DiskText, gaps: Gap[]): KeptText {
    let used = true;
    const drop = () => {
      text.close();
      if (used) this.#shelf.leave(text.name);
      used = false;
    };
    return { text, gaps, drop };
  }
}

/**
 * What a kept log is a log of. With the path, because a session asks for it, and after a rename it may be another
 * repository's; with the step's times, because a server that was set up anew counts its builds from 1 again.
 */
const keyOf = ({ address, startedAt, finishedAt }: StoredSource): string =>
  JSON.stringify([
    ...[address.server, address.forgeRepoId, address.path],
    ...[address.ref.number, address.ref.stage, address.ref.step, startedAt, finishedAt],
  ]);
