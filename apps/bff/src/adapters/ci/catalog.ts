import type { CiServer } from '../../ports/ci-server.ts';
import { createDrone } from './drone/adapter.ts';
import { createDrone08 } from './drone-0.8/adapter.ts';
import type { CiAdapterOptions } from './options.ts';
import { createWoodpecker } from './woodpecker/adapter.ts';

export type CiVendor = (options: CiAdapterOptions) => CiServer;

/** One line per vendor: the `kind` of a configured server → its adapter. */
export const ciCatalog = {
  drone: createDrone,
  'drone-0.8': createDrone08,
  woodpecker: createWoodpecker,
} as const satisfies Record<string, CiVendor>;
