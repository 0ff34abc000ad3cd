import { createUpstream, type Route, type Upstream } from '../upstream/http.ts';
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
