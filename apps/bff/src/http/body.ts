import express, { type RequestHandler } from 'express';
import { bodyShape, jsonOnly, type ShapeLimits } from './guards.ts';

export interface BodyLimits extends ShapeLimits {
  bodyBytes: number;
  secretBodyBytes: number;
  registryBodyBytes: number;
}

/** Bodies of the API: JSON only, as large as the route needs, of a sane shape. */
export function bodies(limits: BodyLimits): RequestHandler[] {
  // Nothing of ours is sent compressed.
  const parser = (limit: number) =>
    express.json({ limit, strict: true, inflate: false, type: 'application/json' });
  const general = parser(limits.bodyBytes);
  const secret = parser(limits.secretBodyBytes);
  const registry = parser(limits.registryBodyBytes);
  return [
    jsonOnly(),
    (req, res, next) => {
      if (/\/secrets(\/|$)/.test(req.path)) return secret(req, res, next);
      if (/\/registries(\/|$)/.test(req.path)) return registry(req, res, next);
      general(req, res, next);
    },
    bodyShape(limits),
  ];
}
