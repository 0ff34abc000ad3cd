import { ciCatalog } from './adapters/ci/catalog.ts';
import { forgeCatalog } from './adapters/forge/catalog.ts';
import type { ObservedCall, UpstreamLimits } from './adapters/upstream/types.ts';
import type { Config } from './config.ts';
import type { CiServer } from './ports/ci-server.ts';
import type { Clock } from './ports/clock.ts';
import type { Forge } from './ports/forge.ts';
import type { RepositoryNames } from './services/repository-names.ts';

interface Shared {
  clock: Clock;
  /** Instead of the configured ones. */
  limits?: Partial<UpstreamLimits>;
  observe?: (call: ObservedCall) => void;
}

/** Where a CI server's own sign-in comes back to for linking by one click. */
export const serverCallback = ({ publicUrl }: Pick<Config, 'publicUrl'>, id: string): string =>
  `${publicUrl}auth/server/${id}/callback`;

/** Where a forge sends the browser back to. */
export const forgeCallback = ({ publicUrl }: Pick<Config, 'publicUrl'>, id: string): string =>
  `${publicUrl}auth/forge/${id}/callback`;

export function makeForges(config: Config, shared: Shared): Forge[] {
  return config.forges.map(({ kind, scopes, ...options }) => {
    const make = forgeCatalog[kind as keyof typeof forgeCatalog];
    return make({
      ...options,
      ...(scopes ? { scopes } : {}),
      limits: config.limits.upstream,
      ...shared,
    });
  });
}

export function makeServers(
  config: Config,
  { names, ...shared }: Shared & { names?: RepositoryNames },
): { server: CiServer; token: string }[] {
  return config.servers.map(({ kind, serviceToken, ...options }) => {
    const make = ciCatalog[kind as keyof typeof ciCatalog];
    const callbackUrl = serverCallback(config, options.id);
    const forgeUrl = config.forges.find((forge) => forge.id === options.forge)?.publicUrl;
    const server = make({
      ...options,
      callbackUrl,
      ...(forgeUrl === undefined ? {} : { forgeUrl }),
      ...(names
        ? {
            identify: (path: string) => names.idOf(options.forge, path),
            since: (path: string) => names.since(options.forge, path),
          }
        : {}),
      limits: config.limits.upstream,
      ...shared,
    });
    return { server, token: serviceToken };
  });
}
