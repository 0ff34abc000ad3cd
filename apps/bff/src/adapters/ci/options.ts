import type { Dispatcher } from 'undici';
import type { Clock } from '../../ports/clock.ts';
import type { UpstreamOptions } from '../upstream/http.ts';
import { createUpstream, type Upstream } from '../upstream/http.ts';
import type { ObservedCall, UpstreamLimits } from '../upstream/types.ts';

export interface CiAdapterOptions {
  id: string;
  name: string;
  /** Address browsers use. */
  publicUrl: string;
  /** Address this process uses. */
  internalUrl: string;
  /** Id of the forge it signs people in with. */
  forge: string;
  /** Its sign-in's redirect address points at the console. */
  oneClickLink: boolean;
  /** The console's callback for it: a sign-in that would come back elsewhere is refused before the browser leaves. */
  callbackUrl?: string;
  /** Public address of that forge: a sign-in that would lead elsewhere is refused likewise. */
  forgeUrl?: string;
  /** Which repository the forge last said stands at a path, by its id; for servers that keep no ids of the forge's. */
  identify?: (path: string) => string | null;
  /** …and since when it can have had builds, in Unix ms; 0 = unknown. */
  since?: (path: string) => number;
  caFile?: string;
  clock: Clock;
  limits?: Partial<UpstreamLimits>;
  random?: () => number;
  dispatcher?: Dispatcher;
  observe?: (call: ObservedCall) => void;
}

export const withoutSlash = (address: string): string => address.replace(/\/+$/, '');

/** The client of one CI server. */
export function ciUpstream(
  options: CiAdapterOptions,
  own: Pick<UpstreamOptions, 'allow' | 'encodeSegment'>,
): Upstream {
  return createUpstream({
    ...own,
    instance: options.id,
    side: 'ci',
    baseUrl: options.internalUrl,
    clock: options.clock,
    ...(options.caFile ? { caFile: options.caFile } : {}),
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.random ? { random: options.random } : {}),
    ...(options.dispatcher ? { dispatcher: options.dispatcher } : {}),
    ...(options.observe ? { observe: options.observe } : {}),
  });
}
