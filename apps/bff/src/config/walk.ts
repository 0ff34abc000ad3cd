import type { z } from 'zod';
import type { Expectation } from './expectations.ts';

export type LeafType = 'text' | 'number' | 'boolean' | 'list' | 'objects';

export interface Leaf {
  path: string[];
  type: LeafType;
  expects: Expectation;
  byDefault: unknown;
}

interface Def {
  type: string;
  innerType?: z.ZodType;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  defaultValue?: unknown;
}
const defOf = (schema: z.ZodType): Def => (schema as unknown as { def: Def }).def;

/** Every setting of a schema with the way to it: the table that variables, faults and documentation share. */
export function leavesOf(schema: z.ZodType, path: string[] = []): Leaf[] {
  let inner = schema;
  let expects: Expectation | undefined;
  let byDefault: unknown;
  for (;;) {
    expects ??= (inner.meta() as { expects?: Expectation } | undefined)?.expects;
    const def = defOf(inner);
    if (def.type === 'default') byDefault = def.defaultValue;
    if (!def.innerType) break;
    inner = def.innerType;
  }
  const def = defOf(inner);
  if (def.shape) {
    return Object.entries(def.shape).flatMap(([key, child]) => leavesOf(child, [...path, key]));
  }
  return [{ path, type: typeOf(def), expects: expects ?? 'name', byDefault }];
}

function typeOf(def: Def): LeafType {
  if (def.type === 'number') return 'number';
  if (def.type === 'boolean') return 'boolean';
  if (def.type !== 'array') return 'text';
  return def.element && defOf(def.element).type === 'object' ? 'objects' : 'list';
}

/** `limits.http.urlBytes` → `FLIGHTDECK_LIMITS_HTTP_URL_BYTES`. */
export function variableOf(path: readonly string[]): string {
  return ['FLIGHTDECK', ...path.map(snake)].join('_');
}

export const snake = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();
