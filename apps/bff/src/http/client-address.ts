import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import express from 'express';
import type { EarlyHandler } from './in-order.ts';

declare global {
  namespace Express {
    interface Request {
      /** Network address of the caller: for limits, the log and the audit, never for what one may do. */
      clientAddress: string;
    }
  }
}

/** The address a request came from, also of an upgrade, for which there is no Express request. */
export type AddressOf = (request: IncomingMessage) => string;

/**
 * Who called, read the same way everywhere: the peer, or what it says in `X-Forwarded-For` where it is a proxy that the
 * configuration trusts, and so on from the right until one is not. What is no address is never taken for one.
 */
export function addressReader(trustProxy: readonly string[]): AddressOf {
  const trusts = trustOf(trustProxy);
  return (request) => {
    let address = plain(request.socket.remoteAddress ?? '');
    let hop = 0;
    for (const said of forwarded(request).reverse()) {
      if (!trusts(address, hop++) || isIP(said) === 0) break;
      address = plain(said);
    }
    return address;
  };
}

/** Whether a request comes straight from a proxy that the configuration trusts. */
export function proxyTest(trustProxy: readonly string[]): (request: IncomingMessage) => boolean {
  const trusts = trustOf(trustProxy);
  return (request) => trusts(plain(request.socket.remoteAddress ?? ''), 0);
}

/** Express's own reading of the setting: networks, single addresses and names such as `loopback`. */
function trustOf(trustProxy: readonly string[]): (address: string, hop: number) => boolean {
  const app = express();
  app.set('trust proxy', trustProxy.length > 0 ? [...trustProxy] : false);
  return app.get('trust proxy fn') as (address: string, hop: number) => boolean;
}

function forwarded(request: IncomingMessage): string[] {
  const header = request.headers['x-forwarded-for'] ?? '';
  return (Array.isArray(header) ? header.join() : header).split(',').map((one) => one.trim());
}

/** An IPv4 address that came over an IPv6 socket is written as what it is. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');

export function clientAddresses(addressOf: AddressOf): EarlyHandler {
  return (req, _res, next) => {
    req.clientAddress = addressOf(req);
    next();
  };
}
