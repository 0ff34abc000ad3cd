import type { Dispatcher } from 'undici';
import type { Failure } from '../../domain/failure.ts';
import { readText, shapeFault, TooLarge } from './body.ts';
import { type CallFacts, failureOf, fromStatus, looksLikePage, uncertain, wordsOfAnswer } from './errors.ts';
import type { RawAnswer, UpstreamLimits } from './types.ts';

export type Response = Dispatcher.ResponseData;

export async function readAnswer(
  response: Response,
  facts: CallFacts,
  limits: UpstreamLimits,
): Promise<RawAnswer> {
  try {
    const text = await readText(response.body, limits.jsonBytes);
    return { status: response.statusCode, headers: response.headers, text };
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    throw failureOf('unreadable', facts, 'sent an answer that is too large.', {
      raw: error.message,
      cause: error,
    });
  }
}

export async function readGood(
  response: Response,
  facts: CallFacts,
  limits: UpstreamLimits,
): Promise<RawAnswer> {
  const answer = await readAnswer(response, facts, limits);
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw fromStatus(answer, facts);
}

export async function readJson(
  response: Response,
  facts: CallFacts,
  limits: UpstreamLimits,
): Promise<unknown> {
  const answer = await readGood(response, facts, limits);
  refusePage(answer, facts);
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
    raw: wordsOfAnswer(answer),
  });
}

/** It was answered, but not so that one knows what: for a change that is an open outcome. */
export function unreadable(facts: CallFacts, status: number, raw: string): Failure {
  if (facts.mutating) return uncertain(facts, raw, { status });
  return failureOf('unreadable', facts, 'sent an answer that cannot be read.', { status, raw });
}
