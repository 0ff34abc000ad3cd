import { CSRF_HEADER } from '@flightdeck/api-client/contract';
import type { RequestHandler } from 'express';
import { Failure } from '../domain/failure.ts';
import type { EarlyHandler } from './in-order.ts';

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * What changes something must come from our own page: the header no other origin can send without asking, and the
 * exact Origin (missing counts as wrong). `Sec-Fetch-Site` only refuses in addition: on plain http browsers leave it out.
 */
export function ownPagesOnly(origin: string): RequestHandler {
  return (req, _res, next) => {
    if (reading.has(req.method)) return next();
    if (req.headers[CSRF_HEADER] !== '1') {
      throw new Failure('csrf', `The header ${CSRF_HEADER}: 1 is missing.`);
    }
    if (req.headers.origin !== origin) throw new Failure('origin', 'The request comes from another page.');
    const site = req.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin') {
      throw new Failure('origin', 'The request comes from another page.');
    }
    next();
  };
}

export interface RequestLimits {
  urlBytes: number;
  headerCount: number;
}

/** Thrown with its own status: HTTP knows three kinds of too large. */
export class TooLargeRequest extends Failure {
  readonly status: 414 | 431;
  constructor(status: 414 | 431, message: string) {
    super('too_large', message);
    this.status = status;
  }
}

export function requestLimits({ urlBytes, headerCount }: RequestLimits): EarlyHandler {
  return (req, _res, next) => {
    if (Buffer.byteLength(req.originalUrl) > urlBytes) {
      throw new TooLargeRequest(414, 'The address is too long.');
    }
    // Node cuts the list silently at its own limit, which is set one higher than ours.
    if (req.rawHeaders.length / 2 > headerCount) {
      throw new TooLargeRequest(431, 'The request has too many headers.');
    }
    next();
  };
}

/** Only JSON, or nothing: a form of another page can send the other kinds without asking. */
export function jsonOnly(): RequestHandler {
  return (req, _res, next) => {
    const empty =
      req.headers['content-length'] === undefined && req.headers['transfer-encoding'] === undefined;
    if (reading.has(req.method) || empty || req.headers['content-length'] === '0') return next();
    if (!/^application\/json\s*(;|$)/i.test(req.headers['content-type'] ?? '')) {
      throw new Failure('invalid', 'Send application/json.');
    }
    next();
  };
}

export interface ShapeLimits {
  jsonDepth: number;
  jsonKeys: number;
  jsonArray: number;
}

const poison = new Set(['__proto__', 'constructor', 'prototype']);

/** The shape of a parsed body: how deep, how wide, and none of the names that reach an object's prototype. */
export function bodyShape(limits: ShapeLimits): RequestHandler {
  return (req, _res, next) => {
    if (req.body !== undefined) check(req.body, limits, 0);
    next();
  };
}

function check(value: unknown, limits: ShapeLimits, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  const tooMuch = (what: string) => new Failure('invalid', `The request ${what}.`);
  if (depth >= limits.jsonDepth) throw tooMuch('nests too deeply');
  const keys = Object.keys(value);
  if (Array.isArray(value) ? value.length > limits.jsonArray : keys.length > limits.jsonKeys) {
    throw tooMuch('has too many parts');
  }
  for (const key of keys) {
    if (!Array.isArray(value) && poison.has(key)) throw tooMuch('has a name that is not allowed');
    check((value as Record<string, unknown>)[key], limits, depth + 1);
  }
}
