import { z } from 'zod';
import type { Expectation } from './expectations.ts';

/** A setting's schema with the sentence that says what it should look like. */
export function leaf<S extends z.ZodType>(schema: S, expects: Expectation): S {
  return schema.meta({ expects });
}

export function isAddress(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  return !url.username && !url.password && !url.search && !url.hash && !/[?#]$/.test(text);
}

export const address = (expects: Expectation = 'url') =>
  leaf(z.string().max(500).refine(isAddress, { error: 'is not an http(s) address' }), expects);

const whole = z.number().int().min(1);
export const count = (byDefault: number) => leaf(whole, 'count').default(byDefault);
export const milliseconds = (byDefault: number) => leaf(whole, 'milliseconds').default(byDefault);
export const bytes = (byDefault: number) => leaf(whole, 'bytes').default(byDefault);
/** 0: none at all. */
export const bytesOrNone = (byDefault: number) => leaf(z.number().int().min(0), 'bytes').default(byDefault);
export const file = () => leaf(z.string().min(1).max(4_096), 'file');

/** A group whose own defaults apply when it is left out. */
export function group<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject(shape).prefault({} as never);
}
