import { type Problem, type ProblemCode, ProblemError } from '@flightdeck/api-client/contract';

/** What went wrong as a problem, whatever was thrown. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return {
    code: 'internal',
    message: error instanceof Error ? error.message : String(error),
    instance: null,
    raw: error instanceof Error ? error.message : null,
    requestId: null,
    fields: null,
    retryAfter: null,
  };
}

/**
 * Whether what was asked for may have happened, or may yet: then the next try carries the same idempotency key. After a
 * plain refusal it needs a new one, for a key's answer stands for ever.
 */
export function mayHaveHappened(error: unknown): boolean {
  const { code } = asProblem(error);
  return (
    code === 'outcome_uncertain' ||
    code === 'ci_timeout' ||
    code === 'offline' ||
    code === 'in_flight' ||
    code === 'internal'
  );
}

const lasting: ReadonlySet<ProblemCode> = new Set([
  'not_found',
  'forbidden',
  'needs_write',
  'needs_admin',
  'needs_ci_administrator',
  'not_supported',
]);

/** It is not there for this person, or not any more: another try brings the same, and what was shown before is not theirs. */
export const isLasting = (error: unknown): boolean => lasting.has(asProblem(error).code);
