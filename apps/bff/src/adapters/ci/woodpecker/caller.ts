import type { z } from 'zod';
import { Failure, isFailure } from '../../../domain/failure.ts';
import type { Upstream, UpstreamRequest } from '../../upstream/types.ts';

/** The server as one token sees it, with its own words for what went wrong translated. */
export interface Caller {
  upstream: Upstream;
  instance: string;
  token: string;
  json<S extends z.ZodType>(schema: S, request: UpstreamRequest): Promise<z.output<S>>;
  nothing(request: UpstreamRequest): Promise<void>;
}

export function createCaller(upstream: Upstream, instance: string, token: string): Caller {
  const translated = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw translate(error);
    });
  return {
    upstream,
    instance,
    token,
    json: (schema, request) => translated(upstream.json(schema, { ...request, token })),
    nothing: (request) => translated(upstream.nothing({ ...request, token })),
  };
}

/** Woodpecker's own texts, by which alone some cases differ (3.17.0). Errors are text or empty, never JSON. */
export function translate(error: unknown): unknown {
  if (!isFailure(error)) return error;
  const { raw = '', status } = error.facts;
  const as = (code: Failure['code'], message: string, fields?: Record<string, string>) =>
    new Failure(code, message, { ...error.facts, ...(fields ? { fields } : {}), cause: error });
  if (status === 500 && /duplicate/i.test(raw)) {
    return as('already_exists', 'There is one of that name.');
  }
  if (status === 400 && /cannot (approve|decline) a pipeline/i.test(raw)) {
    return as('not_waiting', 'It does not wait for approval.');
  }
  if (status === 400 && /blocked/i.test(raw) && !/cannot cancel/i.test(raw)) {
    return as('awaiting_approval', 'It waits for approval: it cannot be started again.');
  }
  if (status === 422 && /secret name/i.test(raw)) {
    return as('invalid', 'The server does not take that name.', { name: 'refused' });
  }
  if (status === 422 && /secret value/i.test(raw)) {
    return as('invalid', 'The server does not take that value.', { value: 'refused' });
  }
  return error;
}

/** An answer without a word of its own: `500`, `403`. */
export const isWordless = (error: unknown, status: number): boolean =>
  isFailure(error) && error.facts.status === status && /^\d{3}$/.test(error.facts.raw?.trim() ?? '');

/** `null` for what is not there. */
export async function orAbsent<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (isFailure(error, 'not_found')) return null;
    throw error;
  }
}
