/** Builds and serves the pages that a log of a million lines is compared with, beside its text. */
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { build } from 'vite';
import { root } from './processes.mjs';

const FEED = 0x0a;
const types = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

/**
 * `log`: answer of the console with the text to be shown. `page(viewer, lines)`: address of a viewer of all of it, or of its first
 * `lines` lines where given.
 */
export async function servePeers(log) {
  const folder = mkdtempSync(join(tmpdir(), 'flightdeck-peers-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await build({
    configFile: false,
    root: join(root, 'bench/peers'),
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { outDir: join(folder, 'page'), target: 'es2022', chunkSizeWarningLimit: 1_000 },
  });
  const file = join(folder, 'log.txt');
  await pipeline(Readable.fromWeb(log.body), createWriteStream(file));
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://peers');
    const path = pathname === '/' ? '/index.html' : pathname;
    if (path === '/log.txt') return void sendLog(response, file, Number(searchParams.get('lines') ?? 0));
    response.setHeader('content-type', types[path.split('.').at(-1)] ?? 'application/octet-stream');
    if (/^\/(index\.html|assets\/[\w.-]+)$/.test(path))
      response.end(readFileSync(join(folder, 'page', path)));
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${server.address().port}`;
  return {
    page: (viewer, lines) => `${address}/?viewer=${viewer}${lines ? `&lines=${lines}` : ''}`,
    close: () => server.close(),
  };
}

async function sendLog(response, file, lines) {
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  const end = lines > 0 ? await endOfLine(file, lines) : Number.POSITIVE_INFINITY;
  createReadStream(file, { end }).pipe(response);
}

/** Where the line feed of a line lies, counted from 1. */
async function endOfLine(file, line) {
  let before = 0;
  let count = 0;
  for await (const part of createReadStream(file)) {
    for (let at = part.indexOf(FEED); at >= 0; at = part.indexOf(FEED, at + 1)) {
      count += 1;
      if (count === line) return before + at;
    }
    before += part.length;
  }
  return before;
}
