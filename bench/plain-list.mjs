/** Builds and serves the page that a log of a million lines is compared with. */
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { build } from 'vite';
import { root } from './processes.mjs';

const types = { html: 'text/html', js: 'text/javascript', txt: 'text/plain; charset=utf-8' };

/** `log`: answer of the console with the text to be shown. */
export async function servePlainList(log) {
  const folder = mkdtempSync(join(tmpdir(), 'flightdeck-plain-list-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await build({
    configFile: false,
    root: join(root, 'bench/plain-list'),
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { outDir: join(folder, 'page'), target: 'es2022' },
  });
  await pipeline(Readable.fromWeb(log.body), createWriteStream(join(folder, 'log.txt')));
  const server = createServer((request, response) => {
    const path = request.url === '/' ? '/index.html' : (request.url ?? '');
    response.setHeader('content-type', types[path.split('.').at(-1)] ?? 'application/octet-stream');
    if (path === '/log.txt') createReadStream(join(folder, 'log.txt')).pipe(response);
    else if (/^\/(index\.html|assets\/[\w.-]+)$/.test(path))
      response.end(readFileSync(join(folder, 'page', path)));
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => server.close(),
  };
}
