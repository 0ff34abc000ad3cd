import { type Problem, type ProblemCode, ProblemError, problemSchema } from '../contract/problem.ts';

export const problemOf = (code: ProblemCode, message: string, more: Partial<Problem> = {}): ProblemError =>
  new ProblemError({
    code,
    message,
    instance: null,
    raw: null,
    requestId: null,
    fields: null,
    retryAfter: null,
    ...more,
  });

/** What an answer other than 2xx says. A proxy in front of the console may answer too, with a page of its own. */
export async function problemOfAnswer(answer: Response): Promise<ProblemError> {
  const text = await answer.text().catch(() => '');
  const parsed = problemSchema.safeParse(parseJson(text));
  if (parsed.success) return new ProblemError(parsed.data);
  const requestId = answer.headers.get('x-request-id');
  const raw = `HTTP ${answer.status} ${text.slice(0, 200)}`.trim();
  const retryAfter = Number(answer.headers.get('retry-after') ?? Number.NaN);
  if (answer.status === 429)
    return problemOf('rate_limited', 'Too many requests.', {
      raw,
      requestId,
      retryAfter: Number.isFinite(retryAfter) ? retryAfter : null,
    });
  if (answer.status === 502 || answer.status === 503 || answer.status === 504)
    return problemOf('offline', 'Something in front of the console answers instead of it.', {
      raw,
      requestId,
    });
  return problemOf('internal', 'The answer is not one of the console.', { raw, requestId });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
