import type { ProblemCode } from '@flightdeck/api-client/contract';

export interface FailureFacts {
  /** Configured instance (forge or CI server id) it concerns. */
  instance?: string;
  /** The upstream's own message. Redacted and cut before it leaves the process. */
  raw?: string;
  /** HTTP status the upstream answered with, when it answered. */
  status?: number;
  /** What kind of wrong answer it was, where that tells which setting is wrong. */
  fault?: 'certificate' | 'page' | 'redirect';
  fields?: Record<string, string>;
  /** Seconds. */
  retryAfter?: number;
  cause?: unknown;
}

/**
 * The one way things fail here: a closed code, an English sentence, facts.
 * `http/problem-response.ts` turns it into the answer; nothing else does.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: ProblemCode;
  readonly facts: FailureFacts;
  constructor(code: ProblemCode, message: string, facts: FailureFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.facts = facts;
  }
}

export const isFailure = (error: unknown, code?: ProblemCode): error is Failure =>
  error instanceof Failure && (code === undefined || error.code === code);
