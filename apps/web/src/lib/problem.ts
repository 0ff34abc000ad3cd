import { type Problem, ProblemError } from '@flightdeck/api-client/contract';

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
