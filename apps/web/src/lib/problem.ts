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
