import type { ServerResponse } from 'node:http';
import { constants } from 'node:zlib';
import compression from 'compression';
import type { Request, Response } from 'express';
import type { EarlyRequest } from './in-order.ts';

/** Smaller answers are packed at more cost than they save on the way. Bytes. */
const WORTH_PACKING = 8_192;

/** Packs answers when they are worth it. */
export const packing = compression({
  // Answers are made for one person at one moment: pressing them harder costs more time than it saves.
  threshold: WORTH_PACKING,
  level: 1,
  brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 18 } },
  // A log's download is a stream: its text shall leave as it comes.
  filter: (req, res) => !/\/log\/download($|\?)/.test(req.originalUrl) && compression.filter(req, res),
});

/** Ends an answer with its whole text. Small ones do not even go through the packer. */
export function packed(req: EarlyRequest, res: ServerResponse, text: string): void {
  const length = Buffer.byteLength(text);
  res.setHeader('content-length', length);
  if (length < WORTH_PACKING) res.end(text);
  // It looks at headers and at `originalUrl`.
  else packing(req as Request, res as Response, () => res.end(text));
}
