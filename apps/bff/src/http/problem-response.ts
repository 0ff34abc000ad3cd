import { type Problem, problemStatus } from '@flightdeck/api-client/contract';
import { ORPCError, ValidationError } from '@orpc/server';
import type { Response } from 'express';
import { Failure, isFailure } from '../domain/failure.ts';
import type { Log } from '../ports/log.ts';
import { TooLargeRequest } from './guards.ts';

/**
 * The one place where what went wrong becomes an answer. Failures keep their code; input the contract refuses is
 * `invalid` with its fields; everything else is `internal`, told to the log and not to the caller.
 */
export function toProblem(error: unknown, requestId: string, log: Log): { status: number; problem: Problem } {
  const failure = toFailure(error);
  const status = failure instanceof TooLargeRequest ? failure.status : problemStatus[failure.code];
  if (status >= 500) {
    log.error(
      { err: failure.code === 'internal' ? (failure.cause ?? error) : failure, requestId },
      failure.code,
    );
  }
  const { instance, raw, fields, retryAfter } = failure.facts;
  return {
    status,
    problem: {
      code: failure.code,
      message: failure.message,
      instance: instance ?? null,
      raw: raw ?? null,
      requestId,
      fields: fields ?? null,
      retryAfter: retryAfter ?? null,
    },
  };
}

export function sendProblem(res: Response, error: unknown, requestId: string, log: Log): void {
  const { status, problem } = toProblem(error, requestId, log);
  if (problem.retryAfter !== null) res.setHeader('retry-after', String(Math.ceil(problem.retryAfter)));
  res.status(status).json(problem);
}

export function toFailure(error: unknown): Failure {
  if (isFailure(error)) return error;
  if (error instanceof ORPCError) return ofProcedure(error);
  return ofParser(error) ?? new Failure('internal', 'Something went wrong here.', { cause: error });
}

/** What the contract's own machinery throws around a procedure. */
function ofProcedure(error: ORPCError<string, unknown>): Failure {
  if (isFailure(error.cause)) return error.cause;
  if (error.code === 'BAD_REQUEST') {
    const fields = error.cause instanceof ValidationError ? fieldsOf(error.cause.issues) : undefined;
    return new Failure('invalid', 'The request is not as it should be.', { ...(fields ? { fields } : {}) });
  }
  if (error.code === 'PAYLOAD_TOO_LARGE') return new Failure('too_large', 'The request is too large.');
  return new Failure('internal', 'Something went wrong here.', { cause: error.cause ?? error });
}

function fieldsOf(issues: ValidationError['issues']): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const issue of issues.slice(0, 50)) {
    const path = (issue.path ?? [])
      .map((part) => String(typeof part === 'object' ? part.key : part))
      .join('.');
    fields[path] ??= issue.message.slice(0, 200);
  }
  return fields;
}

/** Express's own: a body that is too large, no JSON, in an unknown encoding, an address that cannot be decoded. */
function ofParser(error: unknown): Failure | null {
  if (!(error instanceof Error)) return null;
  const { status, type } = error as { status?: unknown; type?: unknown };
  if (status === 413) return new Failure('too_large', 'The request is too large.');
  const known = typeof type === 'string' || error instanceof URIError;
  if (known && typeof status === 'number' && status >= 400 && status < 500) {
    return new Failure('invalid', 'The request cannot be read.');
  }
  return null;
}
