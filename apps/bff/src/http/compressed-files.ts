import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { RequestHandler } from 'express';

const types: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  json: 'application/json; charset=utf-8',
};

type Encoding = 'br' | 'gzip';
const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

const pack: Record<Encoding, (bytes: Buffer) => Promise<Buffer>> = {
  br: (bytes) => brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }),
  gzip: (bytes) => zip(bytes, { level: 9 }),
};

/**
 * Files whose name holds their hash, packed once as tightly as possible and kept: they are asked for by everybody and
 * never change. Browsers offer brotli on https and localhost only; a LAN name over plain http gets gzip.
 */
export function compressedFiles(folder: string, cacheControl: string): RequestHandler {
  const packed = new Map<string, Promise<Buffer | null>>();

  function get(name: string, encoding: Encoding): Promise<Buffer | null> {
    const key = `${encoding} ${name}`;
    const known = packed.get(key);
    if (known) return known;
    const made = readFile(join(folder, name)).then(pack[encoding], () => {
      packed.delete(key);
      return null;
    });
    packed.set(key, made);
    return made;
  }

  return async (req, res, next) => {
    const [, name, ending] = /^\/([\w-][\w.-]*\.(js|css|svg|json))$/.exec(req.path) ?? [];
    const encoding = encodingOf(req.headers['accept-encoding']);
    if (!name || !ending || !encoding || (req.method !== 'GET' && req.method !== 'HEAD')) return next();
    const body = await get(name, encoding);
    if (!body) return next();
    res.setHeader('content-type', types[ending] ?? 'application/octet-stream');
    res.setHeader('content-encoding', encoding);
    res.setHeader('content-length', body.byteLength);
    res.setHeader('cache-control', cacheControl);
    res.vary('Accept-Encoding');
    res.end(req.method === 'HEAD' ? undefined : body);
  };
}

function encodingOf(header: string | undefined): Encoding | null {
  const offered = (header ?? '')
    .split(',')
    .filter((part) => !/;\s*q=0(\.0*)?\s*$/.test(part))
    .map((part) => part.split(';')[0]?.trim());
  if (offered.includes('br')) return 'br';
  return offered.includes('gzip') ? 'gzip' : null;
}
