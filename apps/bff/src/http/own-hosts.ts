import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { Failure } from '../domain/failure.ts';
import type { EarlyHandler } from './in-order.ts';

/** Whether a request names the console by a host of its own, also an upgrade. */
export type HasOwnHost = (request: IncomingMessage) => boolean;

export interface OwnHostsOptions {
  publicUrl: string;
  /** Further names, without a port. */
  allowedHosts: readonly string[];
  /** Whether the peer is a reverse proxy whose word counts. */
  isProxy: (request: IncomingMessage) => boolean;
}

/**
 * DNS rebinding: a page of `evil.test` whose name is made to point at this machine would be of one origin with the
 * console. Its requests still carry that name, so only known ones are served: the public address's, those of the
 * configuration, and this machine's own, which no name server can give away. Ports are not compared: proxies drop them.
 */
export function ownHosts({ publicUrl, allowedHosts, isProxy }: OwnHostsOptions): HasOwnHost {
  const names = new Set([new URL(publicUrl).hostname, 'localhost', ...allowedHosts].map(plain));
  return (request) => {
    const forwarded = isProxy(request) ? request.headers['x-forwarded-host'] : undefined;
    // Of several the last one is what the nearest proxy added.
    const said = [forwarded ?? request.headers.host ?? ''].flat().join().split(',').at(-1) ?? '';
    const name = plain(said);
    return names.has(name) || isLoopback(name);
  };
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
const isLoopback = (name: string): boolean =>
  isIP(name) !== 0 && loopback.check(name, isIP(name) === 6 ? 'ipv6' : 'ipv4');

/** Without port, brackets and the dot at its end, in lower case. */
const plain = (host: string): string =>
  host
    .trim()
    .toLowerCase()
    .replace(/^(\[[^\]]*\]|[^:]*):\d*$/, '$1')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');

/** Probes and collectors call by whatever address they find the machine. */
const operators = /^\/(healthz|readyz|metrics)$/;

export function ownHostsOnly(hasOwnHost: HasOwnHost, basePath: string): EarlyHandler {
  const base = basePath.replace(/\/$/, '');
  return (req, _res, next) => {
    if (hasOwnHost(req)) return next();
    const [path = ''] = req.originalUrl.split('?');
    const below = path.startsWith(`${base}/`) ? path.slice(base.length) : path;
    if (operators.test(path) || operators.test(below)) return next();
    throw new Failure('host', 'The request names a host that is not one of the console.');
  };
}
