import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const file = (name: string) => new URL(`./tls/${name}`, import.meta.url);

/** Certificate of the made-up authority, for `caFile`. */
export const caFile = fileURLToPath(file('ca.pem'));

export interface SubPath {
  /** `https://127.0.0.1:<port>/<prefix>`. */
  url: string;
  /** Paths that were asked for, as they came. */
  seen: string[];
  stop(): Promise<void>;
}

/** A reverse proxy with a certificate of its own authority that serves `target` below a path and nothing beside it. */
export async function behindSubPath(target: string, prefix: string): Promise<SubPath> {
  const seen: string[] = [];
  const options = { key: readFileSync(file('server.key')), cert: readFileSync(file('server.pem')) };
  const server = createServer(options, (incoming, outgoing) => {
    const path = incoming.url ?? '/';
    seen.push(path);
    if (!path.startsWith(`${prefix}/`)) {
      outgoing.writeHead(404, { 'content-type': 'text/html' }).end('<!doctype html><title>the proxy</title>');
      return;
    }
    const { hostname, port } = new URL(target);
    const { method, headers } = incoming;
    // As it came, but for the prefix: an encoded slash stays encoded.
    const onward = request({ hostname, port, method, headers, path: path.slice(prefix.length) }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    seen,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
