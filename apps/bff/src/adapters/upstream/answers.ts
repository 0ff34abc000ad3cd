import type { Failure } from '../../domain/failure.ts';
import { shapeFault, type TooLarge } from './body.ts';
import { type CallFacts, failureOf, fromStatus, looksLikePage, uncertain, wordsOfAnswer } from './errors.ts';
import type { RawAnswer, UpstreamLimits } from './types.ts';

export const tooLarge = (error: TooLarge, facts: CallFacts): Failure =>
  failureOf('unreadable', facts, 'sent an answer that is too large.', { raw: error.message, cause: error });

/** Throws what a refusal means. */
export function good(answer: RawAnswer, facts: CallFacts): RawAnswer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw fromStatus(answer, facts);
}

export function jsonOf(answer: RawAnswer, facts: CallFacts, limits: UpstreamLimits): unknown {
  refusePage(answer, facts);
  // No content is an answer: that there is nothing.
  if (answer.status === 204) return null;
  let value: unknown;
  try {
    value = JSON.parse(answer.text);
  } catch (cause) {
    throw unreadable(facts, answer.status, (cause as Error).message);
  }
  const fault = shapeFault(value, limits);
  if (fault) throw unreadable(facts, answer.status, fault);
  return value;
}

/** An unknown path on many servers, or a proxy's sign-in page: nothing was done there, whatever the status says. */
export function refusePage(answer: RawAnswer, facts: CallFacts): void {
  if (!looksLikePage(answer)) return;
  throw failureOf('unreadable', facts, 'answered with a web page: its internal address may be wrong.', {
    status: answer.status,
    fault: 'page',
    raw: wordsOfAnswer(answer),
  });
}

/** It was answered, but not so that one knows what: for a change that is an open outcome. */
export function unreadable(facts: CallFacts, status: number, raw: string): Failure {
  if (facts.mutating) return uncertain(facts, raw, { status });
  return failureOf('unreadable', facts, 'sent an answer that cannot be read.', { status, raw });
}
