import type { z } from 'zod';
import { Failure, isFailure } from '../../domain/failure.ts';
import type { RawAnswer, Upstream, UpstreamRequest } from '../upstream/types.ts';

/** A server as one token sees it, with its own words for what went wrong translated. */
export interface Caller {
  upstream: Upstream;
  instance: string;
  token: string;
  json<S extends z.ZodType>(schema: S, request: UpstreamRequest): Promise<z.output<S>>;
  /** With the answer's headers. */
  page<S extends z.ZodType>(
    schema: S,
    request: UpstreamRequest,
  ): Promise<{ value: z.output<S>; headers: RawAnswer['headers'] }>;
  nothing(request: UpstreamRequest): Promise<void>;
  /** What a call of `upstream` itself failed with, in our codes. */
  translate(error: unknown): unknown;
}

/** A server's words for a failure → our code, message and fields; null: the status already says it. */
export type Dictionary = (
  raw: string,
  status: number | undefined,
) => { code: Failure['code']; message: string; fields?: Record<string, string> } | null;

export function createCaller(
  upstream: Upstream,
  instance: string,
  token: string,
  dictionary: Dictionary,
): Caller {
  const translate = (error: unknown): unknown => {
    if (!isFailure(error)) return error;
    const found = dictionary(error.facts.raw ?? '', error.facts.status);
    if (!found) return error;
    const { code, message, fields } = found;
    return new Failure(code, message, { ...error.facts, ...(fields ? { fields } : {}), cause: error });
  };
  const translated = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw translate(error);
    });
  return {
    upstream,
    instance,
    token,
    json: (schema, request) => translated(upstream.json(schema, { ...request, token })),
    page: (schema, request) => translated(upstream.page(schema, { ...request, token })),
    nothing: (request) => translated(upstream.nothing({ ...request, token })),
    translate,
  };
}

/** owner and name of a path, for servers that know none with more than two segments; the gate has checked them. */
export function inRepo(path: string): { owner: string; name: string } {
  const [owner, name, ...more] = path.split('/');
  if (!owner || !name || more.length > 0) throw new Failure('not_found', 'No such repository.');
  return { owner, name };
}

/** `null` for what is not there. */
export async function orAbsent<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (isFailure(error, 'not_found')) return null;
    throw error;
  }
}

/** An answer without a word of its own: `500`, `403`. */
export const isWordless = (error: unknown, status: number): boolean =>
  isFailure(error) && error.facts.status === status && /^\d{3}$/.test(error.facts.raw?.trim() ?? '');
