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

/** Drone's own texts, by which alone some cases differ (2.25.0; the duplicate's text is the database's). */
export function translate(error: unknown): unknown {
  if (!isFailure(error)) return error;
  const { raw = '', status } = error.facts;
  const as = (code: Failure['code'], message: string, fields?: Record<string, string>) =>
    new Failure(code, message, { ...error.facts, ...(fields ? { fields } : {}), cause: error });
  if (status === 500 && /optimistic lock/i.test(raw)) return as('conflict', 'It changed at the same moment.');
  if (status === 500 && /unique constraint|duplicate (key|entry)/i.test(raw)) {
    // Of a build's number it is two builds that started at once.
    return /secret/i.test(raw)
      ? as('already_exists', 'There is one of that name.')
      : as('conflict', 'Another one was made at the same moment.');
  }
  if (status === 400 && /cannot (approve|decline)\b/i.test(raw)) {
    return as('not_waiting', 'It does not wait for approval.');
  }
  if (status === 400 && /invalid secret name/i.test(raw)) {
    return as('invalid', 'The server does not take that name.', { name: 'refused' });
  }
  if (status === 400 && /invalid secret value/i.test(raw)) {
    return as('invalid', 'The server does not take that value.', { value: 'refused' });
  }
  return error;
}

/** owner and name of a path; the gate has checked its segments, and Drone knows none with more than two. */
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
