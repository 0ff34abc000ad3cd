import type { LogDecoder } from '../../ports/ci-server.ts';
import type { NewLogFile } from '../../ports/log-files.ts';
import { LiveText } from '../live-text.ts';
import { BlockWriter } from './block-writer.ts';
import { packFooter } from './footer.ts';
import type { ReadingNews } from './protocol.ts';

/** The file could not be written: the disk is full, or gone. */
export class DiskTrouble extends Error {
  override readonly name = 'DiskTrouble';
}

/** One stored log on its way from the server's bytes into a file. Throws DiskTrouble, and what the decoder says. */
export class Reading {
  readonly #key: string;
  readonly #decoder: () => LogDecoder;
  readonly #file: NewLogFile;
  readonly #text: LiveText<BlockWriter>;
  #decode: LogDecoder;
  #open = true;

  constructor(key: string, decoder: () => LogDecoder, file: NewLogFile) {
    this.#key = key;
    this.#decoder = decoder;
    this.#decode = decoder();
    this.#file = guarded(file);
    this.#text = new LiveText(new BlockWriter(this.#file));
  }

  take(part: Uint8Array): void {
    for (const records of this.#decode.feed(part))
      this.#text.take(records, this.#text.lastPos < 0 ? 'head' : 'slow', 'slow');
  }

  end(): void {
    this.#decode.end();
  }

  /** What comes next begins at the beginning of the log. */
  again(): void {
    this.#decode = this.#decoder();
  }

  finish(cut: boolean): void {
    const writer = this.#text.text;
    writer.finish();
    if (cut) this.#text.lose('tail');
    const { bytes, widest, unended, entries } = writer;
    const footer = { bytes, widest, unended, gaps: this.#text.gaps, blocks: [...entries] };
    this.#file.appendNow(packFooter(this.#key, footer));
    this.drop();
  }

  drop(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#file.closeNow();
  }

  news(): ReadingNews {
    const { gaps, lastPos, bytes } = this.#text;
    const { widest, written, unended } = this.#text.text;
    return { blocks: this.#text.text.takeFresh(), gaps, bytes, widest, lastPos, written, unended };
  }
}

function guarded(file: NewLogFile): NewLogFile {
  return {
    appendNow(bytes) {
      try {
        file.appendNow(bytes);
      } catch (error) {
        throw new DiskTrouble(String(error), { cause: error });
      }
    },
    closeNow: () => file.closeNow(),
  };
}
