import type { Dispatcher } from 'undici';
import type { CiServer } from '../../ports/ci-server.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ObservedCall, UpstreamLimits } from '../upstream/types.ts';
import { createDrone } from './drone/adapter.ts';
import { createWoodpecker } from './woodpecker/adapter.ts';

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
  caFile?: string;
  clock: Clock;
  limits?: Partial<UpstreamLimits>;
  random?: () => number;
  dispatcher?: Dispatcher;
  observe?: (call: ObservedCall) => void;
}

export type CiVendor = (options: CiAdapterOptions) => CiServer;

/** One line per vendor: the `kind` of a configured server → its adapter. */
export const ciCatalog = {
  drone: createDrone,
  woodpecker: createWoodpecker,
} as const satisfies Record<string, CiVendor>;
