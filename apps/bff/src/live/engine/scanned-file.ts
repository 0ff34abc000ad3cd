import type { LogFiles, OpenLogFile } from '../../ports/log-files.ts';
import {
  BLOCK_HEAD,
  type BlockEntry,
  checkPart,
  endsOffset,
  foldedOffset,
  LogDamaged,
  plainOffset,
  shownBytes,
  textOffset,
  unpackBlock,
} from './block.ts';

/** Parts of files (where they begin) that a thread compared with their checksums: once is enough. */
export type Checked = Map<string, Set<number>>;
const CHECKED_FILES = 100;

/**
 * A file while it is walked over, block after block. What a method gives is good until it is asked about another block. Throws
 * LogDamaged, what the disk says.
 */
export class ScannedFile {
  readonly #file: OpenLogFile;
  readonly #checked: Set<number>;
  #plain = Buffer.allocUnsafe(0);
  #folded = Buffer.allocUnsafe(0);
  #ends = new Uint32Array(0);
  #endsOf: BlockEntry | null = null;

  constructor(files: LogFiles, name: string, checked: Checked) {
    this.#file = files.openNow(name);
    this.#checked = partsOf(checked, name);
  }

  /** Without escape sequences. */
  plain(block: BlockEntry): Buffer {
    const length = block.plainBytes || block.textBytes;
    this.#plain = roomIn(this.#plain, length);
    const bytes = this.#plain.subarray(0, length);
    if (block.plainBytes) return this.#part(block, 'plain', plainOffset(block), bytes);
    // The text itself has one checksum with all that stands before it.
    return this.#checkedOnce(bytes, textOffset(block), () =>
      unpackBlock(block, this.#read(Buffer.allocUnsafe(shownBytes(block)), block.offset)),
    );
  }

  /** The same with a-z for A-Z. */
  folded(block: BlockEntry): Buffer {
    if (!block.foldedBytes) return this.plain(block);
    this.#folded = roomIn(this.#folded, block.foldedBytes);
    return this.#part(block, 'folded', foldedOffset(block), this.#folded.subarray(0, block.foldedBytes));
  }

  /** Where each line of both ends. */
  ends(block: BlockEntry): Uint32Array {
    if (this.#endsOf === block) return this.#ends;
    if (this.#ends.length !== block.lines) this.#ends = new Uint32Array(block.lines);
    this.#part(block, 'ends', endsOffset(block), Buffer.from(this.#ends.buffer));
    this.#endsOf = block;
    return this.#ends;
  }

  /** Position of the first record of a line, which is counted from the block's first. */
  pos(block: BlockEntry, line: number): number {
    return this.#read(Buffer.allocUnsafe(8), block.offset + BLOCK_HEAD + line * 8).readDoubleLE(0);
  }

  /** Seconds since the step began. */
  seconds(block: BlockEntry, line: number): number {
    const at = block.offset + BLOCK_HEAD + block.lines * 8 + line * 4;
    return Math.max(0, this.#read(Buffer.allocUnsafe(4), at).readFloatLE(0));
  }

  close(): void {
    void this.#file.close();
  }

  #part(block: BlockEntry, part: 'plain' | 'ends' | 'folded', offset: number, bytes: Buffer): Buffer {
    return this.#checkedOnce(bytes, offset, () =>
      checkPart(block, this.#read(Buffer.allocUnsafe(BLOCK_HEAD), block.offset), part, bytes),
    );
  }

  #checkedOnce(bytes: Buffer, offset: number, check: () => void): Buffer {
    this.#read(bytes, offset);
    if (this.#checked.has(offset)) return bytes;
    check();
    this.#checked.add(offset);
    return bytes;
  }

  #read(bytes: Buffer, offset: number): Buffer {
    if (this.#file.readNow(bytes, offset) < bytes.length)
      throw new LogDamaged('a kept log is shorter than it was');
    return bytes;
  }
}

/** Used again for the next block, which is about as large. */
const roomIn = (room: Buffer<ArrayBuffer>, length: number): Buffer<ArrayBuffer> =>
  room.length < length ? Buffer.allocUnsafe(length) : room;

function partsOf(checked: Checked, name: string): Set<number> {
  const known = checked.get(name);
  if (known) return known;
  const parts = new Set<number>();
  checked.set(name, parts);
  const [oldest] = checked.keys();
  if (checked.size > CHECKED_FILES && oldest !== undefined) checked.delete(oldest);
  return parts;
}
