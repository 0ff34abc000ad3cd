import { type BuildList, buildFilterSchema, toRepoKey } from '@flightdeck/api-client/contract';
import type { BuildEvent, Status } from '@flightdeck/api-client/model';
import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import type { Search } from '../../lib/address.ts';
import { orpc } from '../../lib/api.ts';
import { useTopic } from '../../lib/live.ts';
import { patchDeck, patchItems } from './patch.ts';

/** Asks again soon, once for however many reasons: live messages come in bursts. */
function useSoon(run: () => void, delay = 400): () => void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, delay);
  }, [delay]);
}

/** The deck, kept fresh by live messages; asked anew each 30 s as the net below them. */
export function useDeck(whose: 'all' | 'mine') {
  const client = useQueryClient();
  const queryKey = orpc.deck.queryKey({ input: { whose } });
  const refetch = useSoon(() => void client.invalidateQueries({ queryKey }));
  useTopic(
    { kind: 'deck' },
    (message) => {
      if (message.type !== 'build' || !message.listed) return;
      const { listed } = message;
      let settled = false;
      client.setQueryData(queryKey, (deck) => {
        if (!deck) return deck;
        const next = patchDeck(deck, listed);
        settled = next.settled;
        return next.deck;
      });
      // An answer under way may be older than this message and would cover it.
      if (!settled || client.isFetching({ queryKey }) > 0) refetch();
    },
    { onReconnected: refetch },
  );
  return useQuery(
    orpc.deck.queryOptions({
      input: { whose },
      refetchInterval: 30_000,
      placeholderData: keepPreviousData,
    }),
  );
}

export interface BuildFilters {
  branch?: string;
  event?: BuildEvent;
  status?: Status;
  author?: string;
}

/** Filters as they stand in the address; words that are none of ours are left out. */
export function readFilters(search: Search): BuildFilters {
  const filters: BuildFilters = {};
  const { branch, event, status, author } = buildFilterSchema.shape;
  const take = <K extends keyof BuildFilters>(
    key: K,
    parsed: { success: boolean; data?: BuildFilters[K] | undefined },
  ) => {
    if (parsed.success && parsed.data !== undefined) filters[key] = parsed.data;
  };
  take('branch', branch.safeParse(search.branch));
  take('event', event.safeParse(search.event));
  take('status', status.safeParse(search.status));
  take('author', author.safeParse(search.author));
  return filters;
}

/** Builds of one repository, newest first, page after page. */
export function useRepositoryBuilds(server: string, path: string, filters: BuildFilters) {
  const client = useQueryClient();
  const repo = toRepoKey(path);
  const options = orpc.builds.list.infiniteOptions({
    input: (before: number | undefined) => ({
      server,
      repo,
      ...filters,
      ...(before === undefined ? {} : { before }),
      limit: 50,
    }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => last.nextBefore ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
  const refetch = useSoon(() => void client.invalidateQueries({ queryKey: options.queryKey }));
  useTopic(
    { kind: 'repository', server, repo },
    (message) => {
      if (message.type !== 'build' || !message.listed) return;
      const { listed } = message;
      let known = false;
      client.setQueryData(
        options.queryKey,
        (data: InfiniteData<BuildList, number | undefined> | undefined) => {
          if (!data) return data;
          const pages = data.pages.map((page) => {
            const next = patchItems(page.items, listed);
            known ||= next.known;
            return next.known ? { ...page, items: next.items } : page;
          });
          return { ...data, pages };
        },
      );
      if (!known || client.isFetching({ queryKey: options.queryKey }) > 0) refetch();
    },
    { onReconnected: refetch },
  );
  return useInfiniteQuery(options);
}
