import type { Forge } from '../../ports/forge.ts';
import { createGiteaForge } from './gitea/adapter.ts';
import type { ForgeOptions } from './options.ts';

/** One line per vendor: the `kind` of the configuration → what makes it. */
export const forgeCatalog = {
  gitea: createGiteaForge,
} as const satisfies Record<string, (options: ForgeOptions) => Forge>;
