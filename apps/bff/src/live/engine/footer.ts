import { crc32 } from 'node:zlib';
import type { Gap } from '@flightdeck/api-client/model';
import type { BlockEntry } from './block.ts';

/**
 * What stands at the end of a file that holds a whole log: JSON, and 16 bytes that say where it begins. A file without it
 * was never finished.
 */
export const MAGIC = 0x31474c46;
export const TRAILER = 16;
/** Of what lies in files, and of what the plain text of a line is (`stripEscapes`). */
export const VERSION = 3;
export interface KeptLog {
  /** Bytes of text as printed. */
  bytes: number;
  widest: number;
  unended: boolean;
  gaps: Gap[];
  blocks: BlockEntry[];
}

export function packFooter(key: string, { blocks, ...log }: KeptLog): Buffer {
  const rows = blocks.map((block) => [
    ...[block.lines, block.firstPos, block.lastPos],
    ...[block.carryBytes, block.textBytes, block.plainBytes, block.foldedBytes],
  ]);
  const json = Buffer.from(JSON.stringify({ version: VERSION, key, ...log, blocks: rows }));
  const trailer = Buffer.alloc(TRAILER);
  trailer.writeUInt32LE(MAGIC, 0);
  trailer.writeUInt32LE(json.length, 4);
  trailer.writeUInt32LE(crc32(json), 8);
  trailer.writeUInt32LE(crc32(trailer.subarray(0, 12)), 12);
  return Buffer.concat([json, trailer]);
}
