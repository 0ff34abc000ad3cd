import { crc32 } from 'node:zlib';
import { gapSchema } from '@flightdeck/api-client/model';
import { z } from 'zod';
import type { OpenLogFile } from '../../ports/log-files.ts';
import { type BlockEntry, blockBytes, LogDamaged } from './block.ts';
import { type KeptLog, MAGIC, TRAILER, VERSION } from './footer.ts';

/** A million lines make 150 kB. */
const MOST = 256 * 1024 * 1024;

const footerSchema = z.object({
  version: z.literal(VERSION),
  key: z.string(),
  bytes: z.number(),
  widest: z.number(),
  unended: z.boolean(),
  gaps: z.array(gapSchema),
  /** Lines, first and last position, bytes of carry, text, plain and folded text of each block. */
  blocks: z.array(
    z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]),
  ),
});

/** Throws LogDamaged when the file is not whole, not what was written, or another log's. */
export async function readFooter(file: OpenLogFile, key: string): Promise<KeptLog> {
  const trailer = await file.read(Math.max(0, file.bytes - TRAILER), TRAILER);
  if (
    trailer.length < TRAILER ||
    trailer.readUInt32LE(0) !== MAGIC ||
    trailer.readUInt32LE(12) !== crc32(trailer.subarray(0, 12))
  )
    throw new LogDamaged('a kept log has no end');
  const length = trailer.readUInt32LE(4);
  const at = file.bytes - TRAILER - length;
  if (length > MOST || at < 0) throw new LogDamaged('a kept log’s end is damaged');
  const json = await file.read(at, length);
  if (crc32(json) !== trailer.readUInt32LE(8)) throw new LogDamaged('a kept log’s end is damaged');
  const { blocks: rows, ...log } = footerSchema.parse(JSON.parse(json.toString('utf8')));
  if (log.key !== key) throw new LogDamaged('it is another log');
  const blocks: BlockEntry[] = [];
  let offset = 0;
  let firstLine = 0;
  for (const [lines, firstPos, lastPos, carryBytes, textBytes, plainBytes, foldedBytes] of rows) {
    const bytes = { carryBytes, textBytes, plainBytes, foldedBytes };
    const block = { offset, firstLine, lines, firstPos, lastPos, ...bytes };
    blocks.push(block);
    offset += blockBytes(block);
    firstLine += lines;
  }
  if (offset !== at) throw new LogDamaged('a kept log is shorter than it says');
  return { ...log, blocks };
}
