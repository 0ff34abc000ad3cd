import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import helmet from 'helmet';
import type { EarlyHandler } from './in-order.ts';

export interface HeaderOptions {
  /** Public address of the console. */
  publicUrl: string;
  /** Origins pictures of people come from. */
  pictureOrigins: readonly string[];
}

/** On every answer, whatever its status. Pages get their own content policy on top (see `pagePolicy`). */
export function securityHeaders({ publicUrl }: HeaderOptions): EarlyHandler {
  const secure = publicUrl.startsWith('https:');
  // Its own defaults (upgrade-insecure-requests, HSTS) break installations on plain http: everything is named here.
  const guard = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], sandbox: [] },
    },
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    originAgentCluster: false,
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    xContentTypeOptions: true,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xFrameOptions: { action: 'deny' },
    xPermittedCrossDomainPolicies: false,
    xPoweredBy: false,
    xXssProtection: false,
  });
  const headers: [string, string][] = [
    [
      'permissions-policy',
      'camera=(), microphone=(), geolocation=(), payment=(), usb=(), clipboard-write=(self)',
    ],
    ['cache-control', 'no-store'],
  ];
  // None of them depends on the request: made once.
  const collector = { setHeader: (name: string, value: string) => headers.push([name, value]) };
  guard({} as Request, collector as unknown as Response, (error) => {
    if (error) throw error;
  });
  return (_req, res, next) => {
    for (const [name, value] of headers) res.setHeader(name, value);
    next();
  };
}

/** Content policy of a page. `script-src` knows files of our own only; styles made at run time carry the nonce. */
export function pagePolicy(nonce: string, { publicUrl, pictureOrigins }: HeaderOptions): string {
  const { host, protocol } = new URL(publicUrl);
  // Older Safari does not count a websocket of the same host as 'self'.
  const socket = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    ["img-src 'self' data:", ...pictureOrigins].join(' '),
    "font-src 'self'",
    `connect-src 'self' ${socket}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export const newNonce = (): string => randomBytes(18).toString('base64url');
