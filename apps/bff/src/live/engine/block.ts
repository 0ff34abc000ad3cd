import { crc32 } from 'node:zlib';
import { stripEscapes } from '../strip-escapes.ts';
import { stripColours } from './strip-colours.ts';

/**
 * Up to 512 lines as they lie on disk: where they begin, when they were printed, the colours carried into the first one,
 * their text as printed, and the same without escape sequences (left out where it is the same).
 *
 * ```
 * 0  magic   8  lines   16 textBytes   24 crc of all before the plain text, but these 40 bytes
 * 4  flags   12 carryBytes   20 plainBytes   28 crc of the plain text   32 crc of bytes 0…31   36 nothing
 * 40 pos (f64 each) · time (f32 each) · carry · text · plain
 * ```
 * A line feed stands after every line of both texts. Numbers are little-endian.
 */
export const BLOCK_HEAD = 40;
const MAGIC = 0x32424c46;
/** The plain text is the text. */
const SAME = 1;
const PER_LINE = 12;
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
export const blockBytes = (block: BlockEntry): number => shownBytes(block) + block.plainBytes;

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

/** The bytes are good until the next block is packed in that room. */
export function packBlock(
  given: BlockLines,
  offset: number,
  firstLine: number,
  room: BlockRoom,
): { bytes: Buffer; entry: BlockEntry; plain: Buffer } {
  const lines = given.pos.length;
  // A character is at most three bytes.
  const most = given.text.length * 3;
  const bytes = room.least(BLOCK_HEAD + lines * PER_LINE + given.carry.length + 2 * most);
  let at = BLOCK_HEAD;
  for (const pos of given.pos) at = bytes.writeDoubleLE(pos, at);
  for (const time of given.time) at = bytes.writeFloatLE(time, at);
  const carryBytes = bytes.write(given.carry, at);
  const textAt = at + carryBytes;
  const textBytes = bytes.write(given.text, textAt);
  const plainAt = textAt + textBytes;
  let end = stripColours(bytes, textAt, plainAt, plainAt);
  if (end < 0) end = plainAt + bytes.write(stripEscapes(given.text.replaceAll('\r\n', '\n')), plainAt);
  const same = end - plainAt === textBytes;
  const plainBytes = same ? 0 : end - plainAt;
  const entry: BlockEntry = {
    ...{ offset, firstLine, lines, carryBytes, textBytes, plainBytes },
    firstPos: given.pos[0] ?? 0,
    lastPos: given.pos[lines - 1] ?? 0,
  };
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeUInt32LE(same ? SAME : 0, 4);
  bytes.writeUInt32LE(lines, 8);
  bytes.writeUInt32LE(carryBytes, 12);
  bytes.writeUInt32LE(textBytes, 16);
  bytes.writeUInt32LE(plainBytes, 20);
  bytes.writeUInt32LE(crc32(bytes.subarray(BLOCK_HEAD, plainAt)), 24);
  bytes.writeUInt32LE(same ? 0 : crc32(bytes.subarray(plainAt, end)), 28);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 32)), 32);
  bytes.writeUInt32LE(0, 36);
  return { bytes: bytes.subarray(0, plainAt + plainBytes), entry, plain: bytes.subarray(plainAt, end) };
}

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

/** Checks a block's plain text, read by itself, against what the block's head says. Throws LogDamaged. */
export function checkPlain(block: BlockEntry, head: Buffer, plain: Uint8Array): void {
  check(block, head);
  if (plain.length !== block.plainBytes || crc32(plain) !== head.readUInt32LE(28))
    throw new LogDamaged('a block of a kept log is not what was written');
}

function check(block: BlockEntry, bytes: Buffer): void {
  const good =
    bytes.length >= BLOCK_HEAD &&
    bytes.readUInt32LE(0) === MAGIC &&
    bytes.readUInt32LE(32) === crc32(bytes.subarray(0, 32)) &&
    bytes.readUInt32LE(8) === block.lines &&
    bytes.readUInt32LE(12) === block.carryBytes &&
    bytes.readUInt32LE(16) === block.textBytes &&
    bytes.readUInt32LE(20) === block.plainBytes;
  if (!good) throw new LogDamaged('a kept log is not what was written');
}
