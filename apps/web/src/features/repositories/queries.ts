import { type RepositoryList, toRepoKey } from '@flightdeck/api-client/contract';
import type { Repository } from '@flightdeck/api-client/model';
import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { Search } from '../../lib/address.ts';
import { api, orpc } from '../../lib/api.ts';
import { useTopic } from '../../lib/live.ts';

export const shows = ['all', 'active', 'inactive', 'favourites'] as const;
export type Show = (typeof shows)[number];

export interface ListFilters {
  q?: string;
  server?: string;
  show: Show;
  sort: 'activity' | 'name';
}

/** Filters as they stand in the address. */
export function readListFilters(search: Search): ListFilters {
  return {
    ...(search.q ? { q: search.q.slice(0, 200) } : {}),
    ...(search.server && /^[a-z0-9][a-z0-9-]{0,39}$/.test(search.server) ? { server: search.server } : {}),
    show: shows.find((known) => known === search.show) ?? 'all',
    sort: search.sort === 'name' ? 'name' : 'activity',
  };
}

type Pages = InfiniteData<RepositoryList, number>;

/** Changes repositories wherever a list holds them. */
function usePatchRepositories() {
  const client = useQueryClient();
  return (change: (repository: Repository) => Repository) => {
    client.setQueriesData(
      { queryKey: orpc.repositories.list.key({ type: 'infinite' }) },
      (data: Pages | undefined) =>
        data
          ? { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map(change) })) }
          : data,
    );
    client.setQueriesData({ queryKey: orpc.repositories.search.key() }, (data: Repository[] | undefined) =>
      Array.isArray(data) ? data.map(change) : data,
    );
  };
}

export function useRepositoryList(filters: ListFilters) {
  const patch = usePatchRepositories();
  useTopic({ kind: 'deck' }, (message) => {
    if (message.type !== 'build' || !message.listed) return;
    const { server, path, build } = message.listed;
    patch((repository) =>
      repository.server === server &&
      repository.path === path &&
      (repository.lastBuild?.number ?? 0) <= build.number
        ? { ...repository, lastBuild: build }
        : repository,
    );
  });
  return useInfiniteQuery(
    orpc.repositories.list.infiniteOptions({
      input: (from: number) => ({ ...filters, from, limit: 50 }),
      initialPageParam: 0,
      getNextPageParam: (last) => last.nextFrom ?? undefined,
      placeholderData: keepPreviousData,
      refetchInterval: 60_000,
    }),
  );
}

/** Public repositories of others, from two characters on. */
export function usePublicSearch(q: string) {
  return useQuery({
    ...orpc.repositories.search.queryOptions({ input: { q }, staleTime: 60_000 }),
    enabled: q.length >= 2,
  });
}

/** The star follows the click at once, and goes back when the console refused. */
export function useSetFavourite() {
  const patch = usePatchRepositories();
  const client = useQueryClient();
  const set = (repository: Repository, on: boolean) =>
    patch((other) =>
      other.server === repository.server && other.path === repository.path
        ? { ...other, favourite: on }
        : other,
    );
  return useMutation({
    mutationFn: ({ repository, on }: { repository: Repository; on: boolean }) =>
      api.repositories.favourite({ server: repository.server, repo: toRepoKey(repository.path), on }),
    onMutate: ({ repository, on }) => set(repository, on),
    onError: (_error, { repository, on }) => set(repository, !on),
    onSettled: () => client.invalidateQueries({ queryKey: orpc.deck.key() }),
  });
}

/** Sync, enable and check in one; the answer reports each step. */
export function useActivate(server: string, path: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.repositories.activate({ server, repo: toRepoKey(path) }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: orpc.repositories.key() });
      void client.invalidateQueries({ queryKey: orpc.deck.key() });
    },
  });
}
