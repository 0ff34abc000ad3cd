import { Failure } from '../../domain/failure.ts';
import { looksLikePage, wordsOfAnswer } from '../upstream/errors.ts';
import { createUpstream, type RawAnswer, type Route, type Upstream } from '../upstream/http.ts';
import { redact } from '../upstream/redact.ts';
import type { ForgeOptions } from './options.ts';

export const withoutSlash = (address: string): string => address.replace(/\/+$/, '');

/**
 * The clients of one forge. `token` calls have limits of their own: an answer with tokens is about 2 KB, and a person
 * waits behind it.
 */
export function forgeUpstreams(
  options: ForgeOptions,
  routes: { api: readonly Route[]; token: readonly Route[] },
): { api: Upstream; token: Upstream } {
  const common = {
    instance: options.id,
    side: 'forge' as const,
    baseUrl: withoutSlash(options.internalUrl),
    clock: options.clock,
    ...(options.caFile === undefined ? {} : { caFile: options.caFile }),
    ...(options.random ? { random: options.random } : {}),
    ...(options.dispatcher ? { dispatcher: options.dispatcher } : {}),
    ...(options.observe ? { observe: options.observe } : {}),
  };
  return {
    api: createUpstream({ ...common, allow: routes.api, limits: options.limits ?? {} }),
    token: createUpstream({
      ...common,
      allow: routes.token,
      limits: { ...options.limits, jsonBytes: 64 * 1024, totalMs: 10_000 },
    }),
  };
}

/** Something answers, and not as that product would. */
export function otherProduct(instance: string, product: string, answer: RawAnswer): Failure {
  const { status } = answer;
  const redirect = status >= 300 && status < 400;
  const words = redirect ? `to ${String(answer.headers.location ?? 'nowhere')}` : wordsOfAnswer(answer);
  return new Failure('forge_refused', `What answers at the address of "${instance}" is no ${product}.`, {
    instance,
    status,
    raw: redact(`${status} ${words}`.trim()),
    ...(redirect ? { fault: 'redirect' as const } : {}),
    ...(looksLikePage(answer) && status < 300 ? { fault: 'page' as const } : {}),
  });
}
