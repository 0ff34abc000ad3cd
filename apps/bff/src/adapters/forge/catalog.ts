import type { Forge } from '../../ports/forge.ts';
import { createForgejoForge, createGiteaForge } from './gitea/adapter.ts';
import { createGitlabForge } from './gitlab/adapter.ts';
import { createGogsForge } from './gogs/adapter.ts';
import type { ForgeOptions } from './options.ts';

/** One line per product: the `kind` of the configuration → what makes it. A folder may serve several. */
export const forgeCatalog = {
  forgejo: createForgejoForge,
  gitea: createGiteaForge,
  gitlab: createGitlabForge,
  gogs: createGogsForge,
} as const satisfies Record<string, (options: ForgeOptions) => Forge>;

/** What the configuration may name. */
export const forgeKinds = {
  forges: Object.keys(forgeCatalog),
  forgesWithoutOAuth: ['gogs'] satisfies (keyof typeof forgeCatalog)[],
};
