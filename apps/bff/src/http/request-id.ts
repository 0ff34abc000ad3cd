import { randomFillSync } from 'node:crypto';
import type { EarlyHandler } from './in-order.ts';

declare global {
  namespace Express {
    interface Request {
      /** Stands in the answer, in every log line about it and on error pages. */
      requestId: string;
    }
  }
}

const wellFormed = /^[A-Za-z0-9_-]{8,64}$/;

/** A proxy's own id is kept when it is a plain word; anything else is replaced. Always answered. */
export function requestIds(): EarlyHandler {
  return (req, res, next) => {
    const given = req.headers['x-request-id'];
    req.requestId = typeof given === 'string' && wellFormed.test(given) ? given : newRequestId();
    res.setHeader('x-request-id', req.requestId);
    next();
  };
}

const ID_BYTES = 12;
const pool = Buffer.alloc(ID_BYTES * 256);
let used = pool.length;

/** 16 characters. Randomness is fetched for many at once: asking for it costs more than all else here. */
export function newRequestId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += ID_BYTES;
  return pool.toString('base64url', used - ID_BYTES, used);
}
