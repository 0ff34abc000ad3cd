import type { ProblemCode } from '@flightdeck/api-client/contract';
import { Failure, type FailureFacts } from '../../domain/failure.ts';
import { LONGEST_PAUSE } from './pauses.ts';
import { redact } from './redact.ts';
import type { RawAnswer, Side } from './types.ts';

/** Where a call stands, for its errors. */
export interface CallFacts {
  instance: string;
  side: Side;
  mutating: boolean;
  /** What must never show up in a message: the token that was sent. */
  secrets: () => readonly string[];
}

const codes = {
  forge: {
    unreachable: 'forge_unreachable',
    timeout: 'forge_timeout',
    signedOut: 'forge_signed_out',
    forbidden: 'forge_refused',
    conflict: 'forge_refused',
    refused: 'forge_refused',
    // A forge that answers 5xx is treated as one that is down: what is cached may still be shown.
    error: 'forge_unreachable',
    unreadable: 'forge_refused',
  },
  ci: {
    unreachable: 'ci_unreachable',
    timeout: 'ci_timeout',
    signedOut: 'ci_token_refused',
    forbidden: 'forbidden',
    conflict: 'conflict',
    refused: 'ci_refused',
    error: 'ci_error',
    unreadable: 'ci_answer_unreadable',
  },
} as const satisfies Record<Side, Record<string, ProblemCode>>;

type Kind = keyof (typeof codes)['ci'];

const who = (facts: CallFacts) =>
  `${facts.side === 'forge' ? 'The forge' : 'The CI server'} "${facts.instance}"`;

export function failureOf(kind: Kind, facts: CallFacts, sentence: string, more: FailureFacts = {}): Failure {
  return new Failure(codes[facts.side][kind], `${who(facts)} ${sentence}`, {
    instance: facts.instance,
    ...more,
    ...(more.raw === undefined ? {} : { raw: redact(more.raw, facts.secrets()) }),
  });
}

/** It was sent, and nothing tells whether it was done. */
export function uncertain(facts: CallFacts, raw: string, more: FailureFacts = {}): Failure {
  return new Failure('outcome_uncertain', `${who(facts)} gave no answer: it may or may not have done it.`, {
    instance: facts.instance,
    ...more,
    raw: redact(raw, facts.secrets()),
  });
}

/** Errors that come before the first byte of a request is sent. */
const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'EPROTO',
]);

/** OpenSSL's names for a certificate that is not believed, and Node's for one of another host. */
export const isCertificateCode = (code: string): boolean =>
  /^(CERT_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|UNABLE_TO_(VERIFY|GET_ISSUER|GET_CRL|DECRYPT_CERT)|INVALID_(CA|PURPOSE)$|HOSTNAME_MISMATCH$|ERR_TLS_CERT_)/.test(
    code,
  );

const timeouts = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

/** A call that got no answer, or only part of one. */
export function fromFault(error: unknown, facts: CallFacts): Failure {
  const code = codeOf(error);
  const raw = wordsOf(error);
  const certificate = isCertificateCode(code);
  const notSent =
    certificate || beforeSending.has(code) || code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL');
  if (facts.mutating && !notSent) return uncertain(facts, raw, { cause: error });
  const more = { raw, cause: error, ...(certificate ? { fault: 'certificate' as const } : {}) };
  if (timeouts.has(code)) return failureOf('timeout', facts, 'did not answer in time.', more);
  return failureOf('unreachable', facts, 'cannot be reached at its internal address.', more);
}

/** Our own limit for the whole call ran out. */
export function outOfTime(facts: CallFacts, ms: number): Failure {
  const raw = `no complete answer within ${Math.round(ms / 1000)} s`;
  return facts.mutating
    ? uncertain(facts, raw)
    : failureOf('timeout', facts, 'did not answer in time.', { raw });
}

/** An answer outside 2xx. */
export function fromStatus(answer: RawAnswer, facts: CallFacts): Failure {
  const { status } = answer;
  const more: FailureFacts = { status, raw: `${status} ${wordsOfAnswer(answer)}`.trim() };
  if (status >= 300 && status < 400) {
    const raw = `${status} to ${String(answer.headers.location ?? 'nowhere')}`;
    return failureOf('refused', facts, 'sends its callers to another address: check the internal one.', {
      status,
      fault: 'redirect',
      raw,
    });
  }
  if (status === 401) return failureOf('signedOut', facts, 'refused the token.', more);
  if (status === 403) return failureOf('forbidden', facts, 'forbids this.', more);
  if (status === 404) {
    return new Failure('not_found', `${who(facts)} knows nothing there.`, {
      instance: facts.instance,
      status,
      raw: redact(String(more.raw), facts.secrets()),
    });
  }
  if (status === 409)
    return failureOf('conflict', facts, 'was asked for something that changed meanwhile.', more);
  if (status === 429) {
    const retryAfter = retryAfterOf(answer);
    return failureOf('refused', facts, 'was asked too often.', {
      ...more,
      ...(retryAfter ? { retryAfter } : {}),
    });
  }
  if (status < 500) return failureOf('refused', facts, 'refused this.', more);
  // A proxy's word that the server behind it did not answer: the request may have arrived.
  if (facts.mutating && (status === 502 || status === 504))
    return uncertain(facts, String(more.raw), { status });
  return failureOf('error', facts, 'failed to do this.', more);
}

/** Whole seconds, at most `LONGEST_PAUSE`; null where the answer names none. A date counts from the answer's own. */
export function retryAfterOf({ headers }: RawAnswer): number | null {
  const said = String(headers['retry-after'] ?? '').trim();
  const seconds = /^\d+$/.test(said)
    ? Number(said)
    : Math.ceil((Date.parse(said) - Date.parse(String(headers.date ?? ''))) / 1000);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, LONGEST_PAUSE) : null;
}

export const looksLikePage = (answer: RawAnswer): boolean =>
  String(answer.headers['content-type'] ?? '').includes('text/html') ||
  /^\s*<(!doctype|html)/i.test(answer.text);

/** The message in an answer, in whatever form it comes. */
export function wordsOfAnswer(answer: RawAnswer): string {
  if (looksLikePage(answer)) return /<title[^>]*>([^<]*)</i.exec(answer.text)?.[1]?.trim() ?? 'a web page';
  try {
    const body: unknown = JSON.parse(answer.text);
    if (typeof body === 'object' && body !== null) {
      const fields = body as Record<string, unknown>;
      const words = [fields.message, fields.error, fields.error_description].filter(
        (x) => typeof x === 'string' && x,
      );
      if (words.length) return words.join(': ');
    }
  } catch {
    // Not JSON: the text itself is the message.
  }
  return answer.text.trim();
}

export function codeOf(error: unknown): string {
  const own = (error as { code?: unknown } | null)?.code;
  if (typeof own === 'string') return own;
  // Several addresses of one name were tried; the first tells.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  const cause = (error as { cause?: unknown } | null)?.cause;
  return cause ? codeOf(cause) : '';
}

export function wordsOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const message = first instanceof Error ? first.message : String(first);
  const code = codeOf(error);
  return code && !message.includes(code) ? `${code}: ${message}` : message;
}
