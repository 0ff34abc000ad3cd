import { crc32 } from 'node:zlib';
import { stripEscapes } from '../strip-escapes.ts';
import { foldCase } from './fold-case.ts';
import { stripColours } from './strip-colours.ts';

/**
 * Up to 512 lines as they lie on disk: where they begin, when they were printed, the colours carried into the first one,
 * their text as printed, the same without escape sequences (left out where it is the same), where the lines of that end, and
 * it once more with a-z for A-Z (left out where it has no A-Z): what is searched in any case.
 *
 * ```
 * 0  magic     8  carryBytes   16 plainBytes    24 crc of pos…text   32 crc of ends     40 crc of bytes 0…39
 * 4  lines     12 textBytes    20 foldedBytes   28 crc of plain      36 crc of folded
 * 44 pos (f64 each) · time (f32 each) · carry · text · plain · ends (u32 each) · folded
 * ```
 * A line feed stands after every line of the texts; `ends` are their places in `plain` and `folded`. Numbers are little-endian,
 * `ends` as the machine has them: a file is read where it was written.
 */
export const BLOCK_HEAD = 44;
const MAGIC = 0x33424c46;
const PER_LINE = 12;
const PER_END = 4;
/** Of most blocks; and what is kept for the next one at most. Bytes. */
const ROOM = 512 * 1024;
const MOST_ROOM = 2 * 1024 * 1024;

/** What is damaged is as good as not there. */
export class LogDamaged extends Error {
  override readonly name = 'LogDamaged';
}

/** Where a block lies and what is in it. */
export interface BlockEntry {
  offset: number;
  /** Index of its first line. */
  firstLine: number;
  lines: number;
  firstPos: number;
  lastPos: number;
  carryBytes: number;
  textBytes: number;
  /** 0: the text itself is plain. */
  plainBytes: number;
  /** 0: the plain text has no A-Z. */
  foldedBytes: number;
}

export interface BlockLines {
  pos: readonly number[];
  time: readonly number[];
  carry: string;
  /** Of all lines, a line feed after each. */
  text: string;
}

export const plainOffset = (block: BlockEntry): number =>
  block.offset + BLOCK_HEAD + block.lines * PER_LINE + block.carryBytes + block.textBytes;
export const textOffset = (block: BlockEntry): number =>
  block.offset + BLOCK_HEAD + block.lines * PER_LINE + block.carryBytes;
/** Bytes of a block up to its plain text: what is read to show lines. */
export const shownBytes = (block: BlockEntry): number => plainOffset(block) - block.offset;
export const endsOffset = (block: BlockEntry): number => plainOffset(block) + block.plainBytes;
export const foldedOffset = (block: BlockEntry): number => endsOffset(block) + block.lines * PER_END;
export const blockBytes = (block: BlockEntry): number =>
  foldedOffset(block) + block.foldedBytes - block.offset;

/** Room for a block being packed, used again for the next one; one of long lines gets a room of its own. */
export class BlockRoom {
  #bytes = Buffer.allocUnsafe(ROOM);

  least(length: number): Buffer {
    if (length <= this.#bytes.length) return this.#bytes;
    const bytes = Buffer.allocUnsafe(length);
    if (length <= MOST_ROOM) this.#bytes = bytes;
    return bytes;
  }
}

export interface PackedBlock {
  bytes: Buffer;
  entry: BlockEntry;
  plain: Buffer;
  /** Where each line of `plain` ends. */
  ends: Uint32Array;
}

/** The bytes are good until the next block is packed in that room. */
export function packBlock(
  given: BlockLines,
  offset: number,
  firstLine: number,
  room: BlockRoom,
): PackedBlock {
  const lines = given.pos.length;
  // A character is at most three bytes.
  const most = given.text.length * 3;
  const bytes = room.least(BLOCK_HEAD + lines * (PER_LINE + PER_END) + given.carry.length + 3 * most);
  let at = BLOCK_HEAD;
  for (const pos of given.pos) at = bytes.writeDoubleLE(pos, at);
  for (const time of given.time) at = bytes.writeFloatLE(time, at);
  const carryBytes = bytes.write(given.carry, at);
  const textAt = at + carryBytes;
  const textBytes = bytes.write(given.text, textAt);
  const plainAt = textAt + textBytes;
  let end = stripColours(bytes, textAt, plainAt, plainAt);
  if (end < 0) end = plainAt + bytes.write(stripEscapes(given.text.replaceAll('\r\n', '\n')), plainAt);
  const plain = bytes.subarray(plainAt, end);
  const plainBytes = plain.length === textBytes ? 0 : plain.length;
  const endsAt = plainAt + plainBytes;
  const foldedAt = endsAt + lines * PER_END;
  const ends = new Uint32Array(lines);
  // The plain text is in the way where it is not kept: it is the text then.
  const kept = plainBytes ? plain : bytes.subarray(textAt, plainAt);
  const foldedBytes = foldCase(kept, ends, bytes.subarray(foldedAt)) ? plain.length : 0;
  bytes.set(bytesOf(ends), endsAt);
  const entry: BlockEntry = {
    ...{ offset, firstLine, lines, carryBytes, textBytes, plainBytes, foldedBytes },
    firstPos: given.pos[0] ?? 0,
    lastPos: given.pos[lines - 1] ?? 0,
  };
  bytes.writeUInt32LE(MAGIC, 0);
  for (const [index, size] of sizesOf(entry).entries()) bytes.writeUInt32LE(size, 4 + index * 4);
  bytes.writeUInt32LE(crc32(bytes.subarray(BLOCK_HEAD, plainAt)), 24);
  bytes.writeUInt32LE(crc32(bytes.subarray(plainAt, endsAt)), 28);
  bytes.writeUInt32LE(crc32(bytes.subarray(endsAt, foldedAt)), 32);
  bytes.writeUInt32LE(crc32(bytes.subarray(foldedAt, foldedAt + foldedBytes)), 36);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 40)), 40);
  return { bytes: bytes.subarray(0, foldedAt + foldedBytes), entry, plain: kept, ends };
}

/** What a block's head says about it, in that order. */
const sizesOf = (block: BlockEntry): number[] => [
  ...[block.lines, block.carryBytes, block.textBytes, block.plainBytes, block.foldedBytes],
];

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

export interface ReadBlock {
  pos: Float64Array;
  time: Float32Array;
  carry: string;
  /** As printed, a line feed after every line. */
  text: Buffer;
}

/** `bytes`: the first `shownBytes` of the block. Throws LogDamaged. */
export function unpackBlock(block: BlockEntry, bytes: Buffer): ReadBlock {
  check(block, bytes);
  const end = shownBytes(block);
  if (bytes.length < end || crc32(bytes.subarray(BLOCK_HEAD, end)) !== bytes.readUInt32LE(24))
    throw new LogDamaged('a block of a kept log is not what was written');
  const pos = new Float64Array(block.lines);
  const time = new Float32Array(block.lines);
  let at = BLOCK_HEAD;
  for (let index = 0; index < block.lines; index++, at += 8) pos[index] = bytes.readDoubleLE(at);
  for (let index = 0; index < block.lines; index++, at += 4) time[index] = bytes.readFloatLE(at);
  const carry = bytes.toString('utf8', at, at + block.carryBytes);
  return { pos, time, carry, text: bytes.subarray(at + block.carryBytes, end) };
}

const CRC_AT = { plain: 28, ends: 32, folded: 36 } as const;

/** Checks a part of a block, read by itself, against what the block's head says. Throws LogDamaged. */
export function checkPart(
  block: BlockEntry,
  head: Buffer,
  part: keyof typeof CRC_AT,
  bytes: Uint8Array,
): void {
  check(block, head);
  if (crc32(bytes) !== head.readUInt32LE(CRC_AT[part]))
    throw new LogDamaged('a block of a kept log is not what was written');
}

function check(block: BlockEntry, bytes: Buffer): void {
  const good =
    bytes.length >= BLOCK_HEAD &&
    bytes.readUInt32LE(0) === MAGIC &&
    bytes.readUInt32LE(40) === crc32(bytes.subarray(0, 40)) &&
    sizesOf(block).every((size, index) => bytes.readUInt32LE(4 + index * 4) === size);
  if (!good) throw new LogDamaged('a kept log is not what was written');
}
