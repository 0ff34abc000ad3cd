import type { Capability, ServerInfo, Viewer } from '@flightdeck/api-client/model';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { orpc } from './api.ts';

export const consoleQuery = () => orpc.console.describe.queryOptions({ staleTime: Number.POSITIVE_INFINITY });
export const viewerQuery = () => orpc.session.get.queryOptions({ staleTime: 60_000 });

/** What the console is connected to; undefined until known. */
export function useConsole() {
  return useQuery(consoleQuery()).data;
}

/** The CI servers that are there for the signed-in person: those of forges where they have an account. */
export function useServers(): readonly ServerInfo[] {
  const servers = useConsole()?.servers ?? [];
  const viewer = useViewer();
  return servers.filter((server) => viewer?.identities.some((one) => one.forge === server.forge));
}

/** Whether lists of many repositories have to say on which server each is. */
export const useSeveralServers = (): boolean => useServers().length > 1;

/** Name of a configured CI server or forge as people know it; its id until the console has answered. */
export function useInstanceName(): (id: string) => string {
  const console = useConsole();
  return useCallback(
    (id) =>
      [...(console?.servers ?? []), ...(console?.forges ?? [])].find((known) => known.id === id)?.name ?? id,
    [console],
  );
}

/** Product and version behind a configured name, as far as known; a product that is the name already is not said twice. */
export function useProductText(): (id: string) => string | null {
  const console = useConsole();
  return (id) => {
    const known = [...(console?.servers ?? []), ...(console?.forges ?? [])].find((one) => one.id === id);
    if (!known) return null;
    const words = [known.product === known.name ? null : known.product, known.version];
    return words.filter(Boolean).join(' ') || null;
  };
}

/** A configured CI server, as it declares itself; undefined until the console has answered. */
export function useServerInfo(id: string) {
  return useConsole()?.servers.find((server) => server.id === id);
}

/** Whether a CI server can do something; true until the console has answered. */
export function useCan(server: string): (capability: Capability) => boolean {
  const info = useServerInfo(server);
  return (capability) => info === undefined || info.capabilities.includes(capability);
}

/** The signed-in person. Below the shell it is always there. */
export function useViewer(): Viewer | undefined {
  return useQuery(viewerQuery()).data;
}

/**
 * The same where the page may be about the failure to read it: nothing is asked for, since a question that failed would
 * be asked again by each part that is shown because it failed.
 */
export function useKnownViewer(): Viewer | undefined {
  return useQuery({ ...viewerQuery(), enabled: false }).data;
}

/** Patches the person in the cache, so that every part of the page follows at once. */
export function usePatchViewer(): (change: (viewer: Viewer) => Viewer) => void {
  const client = useQueryClient();
  return useCallback(
    (change) => {
      client.setQueryData(orpc.session.get.queryKey(), (viewer) => (viewer ? change(viewer) : viewer));
    },
    [client],
  );
}
