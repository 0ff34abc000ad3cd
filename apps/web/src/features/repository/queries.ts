import { toRepoKey } from '@flightdeck/api-client/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, orpc } from '../../lib/api.ts';

export const repositoryInput = (server: string, path: string) => ({ server, repo: toRepoKey(path) });

export function useRepository(server: string, path: string) {
  return useQuery(
    orpc.repositories.get.queryOptions({ input: repositoryInput(server, path), staleTime: 30_000 }),
  );
}

export function useBranches(server: string, path: string) {
  return useQuery(orpc.repositories.branches.queryOptions({ input: repositoryInput(server, path) }));
}

export interface StartRequest {
  /** Stays the same for every try of one wish, so that a retry cannot start a second build. */
  key: string;
  branch: string;
  commit?: string;
  parameters: Record<string, string>;
}

export function useStartBuild(server: string, path: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (request: StartRequest) => api.builds.start({ ...repositoryInput(server, path), ...request }),
    onSuccess: () => client.invalidateQueries({ queryKey: orpc.builds.list.key() }),
  });
}
