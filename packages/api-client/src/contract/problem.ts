import { z } from 'zod';

/**
 * Closed list of codes. Each has a sentence on the screen in both languages and can be searched for.
 * Status is what the HTTP answer carries.
 */
export const problemStatus = {
  signed_out: 401,
  /** A login with its password, or a token, that the forge does not take: which of them is not told. */
  credentials_refused: 403,
  csrf: 403,
  origin: 403,
  /** The request names a host that is not one of the console. */
  host: 421,
  forbidden: 403,
  needs_write: 403,
  needs_admin: 403,
  needs_ci_administrator: 403,
  needs_link: 403,
  /** The CI server has an older idea of the person's role than the forge, or none. */
  needs_sync: 403,
  needs_approver: 403,
  not_found: 404,
  method_not_allowed: 405,
  invalid: 400,
  too_large: 413,
  rate_limited: 429,
  conflict: 409,
  changed_meanwhile: 409,
  already_exists: 409,
  /** That account on a forge already belongs to another person here. */
  identity_taken: 409,
  /** The person already has another account on that forge. */
  identity_other: 409,
  /** The account a person began with cannot go before those added to it. */
  identity_first: 409,
  not_supported: 501,
  not_active: 409,
  promotions_off: 409,
  awaiting_approval: 409,
  not_waiting: 409,
  key_reused: 409,
  in_flight: 409,
  log_absent: 404,
  log_generation: 409,
  pattern_invalid: 422,
  pattern_too_slow: 422,
  forge_unreachable: 503,
  forge_timeout: 503,
  forge_refused: 502,
  forge_signed_out: 401,
  ci_unreachable: 503,
  ci_timeout: 504,
  ci_refused: 502,
  ci_error: 502,
  ci_answer_unreadable: 502,
  ci_token_refused: 502,
  link_expired: 403,
  link_other_person: 409,
  /** The CI server's own sign-in leads elsewhere than to its forge and back to the console. */
  link_misdirected: 502,
  outcome_uncertain: 502,
  pipeline_file_missing: 502,
  store_unavailable: 503,
  overloaded: 503,
  internal: 500,
  /** Made by the HTTP client: no answer came. No answer ever carries it. */
  offline: 0,
} as const;

export type ProblemCode = keyof typeof problemStatus;
export const problemCodes = Object.keys(problemStatus) as [ProblemCode, ...ProblemCode[]];

/** The one error shape. `raw` is the upstream's own message (redacted); `requestId` finds it in the logs. */
export const problemSchema = z.object({
  code: z.enum(problemCodes),
  /** English sentence for logs and API users; screens translate `code`. */
  message: z.string(),
  /** Which configured instance it concerns, e.g. the CI server's id. */
  instance: z.string().nullable(),
  raw: z.string().nullable(),
  requestId: z.string().nullable(),
  /** For `invalid`: path of the field → message. */
  fields: z.record(z.string(), z.string()).nullable(),
  /** Seconds, for `rate_limited`. */
  retryAfter: z.number().nullable(),
});
export type Problem = z.infer<typeof problemSchema>;

/** Thrown by the HTTP client, whatever went wrong. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}
