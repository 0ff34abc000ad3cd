import { toRepoKey } from '@flightdeck/api-client/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { orpc } from '../../lib/api.ts';

export const inputOf = (server: string, path: string) => ({ server, repo: toRepoKey(path) });

export const useSecrets = (server: string, path: string) =>
  useQuery(orpc.secrets.list.queryOptions({ input: inputOf(server, path) }));

export const useRegistries = (server: string, path: string) =>
  useQuery(orpc.registries.list.queryOptions({ input: inputOf(server, path) }));

/** A registry credential may be kept as a secret, so a change of one list is a change of both. */
export function useReadAgain(): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: orpc.secrets.key() }),
      client.invalidateQueries({ queryKey: orpc.registries.key() }),
    ]);
}
