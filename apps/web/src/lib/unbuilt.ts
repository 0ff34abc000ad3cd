import { toRepoKey } from '@flightdeck/api-client/contract';
import type { Repository, Unbuilt } from '@flightdeck/api-client/model';
import { useQuery } from '@tanstack/react-query';
import { orpc } from './api.ts';

export interface AskedUnbuilt {
  repository: Pick<Repository, 'server' | 'forge' | 'path' | 'activation'>;
  branch: string;
  /** `custom`: before a build is started by hand, says why none would come of it. */
  event?: 'push' | 'custom';
  /** Another word asks anew: builds have come, or the history has been read. */
  known?: string;
}

/** Why a branch's newest commit has no build; undefined until that is told, or where nobody builds. */
export function useUnbuilt({
  repository,
  branch,
  event = 'push',
  known = '',
}: AskedUnbuilt): Unbuilt | undefined {
  const { server, path, activation } = repository;
  const input = { server, repo: toRepoKey(path), branch, event };
  const { data } = useQuery({
    ...orpc.builds.unbuilt.queryOptions({ input, staleTime: 15_000, refetchInterval: 30_000, retry: false }),
    queryKey: [...orpc.builds.unbuilt.queryKey({ input }), known],
    enabled: branch !== '' && activation === 'active',
  });
  return data;
}
