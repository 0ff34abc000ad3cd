import { toRepoKey } from '@flightdeck/api-client/contract';
import type { Settings } from '@flightdeck/api-client/model';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, orpc } from '../../lib/api.ts';

const inputOf = (server: string, path: string) => ({ server, repo: toRepoKey(path) });

export const useSettings = (server: string, path: string) =>
  useQuery(
    orpc.repositories.settings.queryOptions({ input: inputOf(server, path), refetchOnWindowFocus: false }),
  );

/** Sends the changed fields alone; the answer is what the server holds now. */
export function useChangeSettings(server: string, path: string) {
  const client = useQueryClient();
  const input = inputOf(server, path);
  return useMutation({
    mutationFn: (change: Partial<Settings>) => api.repositories.changeSettings({ ...input, change }),
    onSuccess: (view) => {
      client.setQueryData(orpc.repositories.settings.queryKey({ input }), view);
      void client.invalidateQueries({ queryKey: orpc.repositories.get.key() });
    },
    // The server may have kept part of it: show what it holds, beside what was typed.
    onError: () => client.invalidateQueries({ queryKey: orpc.repositories.settings.key() }),
  });
}

export type Maintenance = 'repair' | 'takeOwnership' | 'deactivate';

/** Actions on the repository as a whole; each answers the repository as it is then. */
export function useMaintain(server: string, path: string) {
  const client = useQueryClient();
  const input = inputOf(server, path);
  return useMutation({
    mutationFn: (action: Maintenance) => api.repositories[action](input),
    onSuccess: (detail) => {
      client.setQueryData(orpc.repositories.get.queryKey({ input }), detail);
      void client.invalidateQueries({ queryKey: orpc.repositories.list.key() });
      void client.invalidateQueries({ queryKey: orpc.repositories.settings.key() });
      void client.invalidateQueries({ queryKey: orpc.deck.key() });
    },
  });
}
