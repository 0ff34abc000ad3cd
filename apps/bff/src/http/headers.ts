import { randomBytes } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';

export interface HeaderOptions {
  /** Public address of the console. */
  publicUrl: string;
  /** Origins pictures of people come from. */
  pictureOrigins: readonly string[];
}

/** On every answer, whatever its status. Pages get their own content policy on top (see `pagePolicy`). */
export function securityHeaders({ publicUrl }: HeaderOptions) {
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
  return (req: Request, res: Response, next: NextFunction): void => {
    res.setHeader(
      'permissions-policy',
      'camera=(), microphone=(), geolocation=(), payment=(), usb=(), clipboard-write=(self)',
    );
    res.setHeader('cache-control', 'no-store');
    guard(req, res, next);
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
