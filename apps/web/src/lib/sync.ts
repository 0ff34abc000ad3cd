import type { SyncState } from '@flightdeck/api-client/model';
import { useMutation, useMutationState, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, orpc } from './api.ts';

/** The state of the last sync, asked each second while one runs; lists are read anew when it ends. */
export function useSync(server: string) {
  const client = useQueryClient();
  const queryKey = orpc.accounts.syncState.queryKey({ input: { server } });
  const state = useQuery(
    orpc.accounts.syncState.queryOptions({
      input: { server },
      refetchInterval: (query) => (query.state.data?.state === 'running' ? 1_000 : false),
    }),
  );
  // The button presses, the note below it says what came of it: both look at the same attempt.
  const mutationKey = ['sync', server];
  const start = useMutation({
    mutationKey,
    mutationFn: () => api.accounts.sync({ server }),
    onSuccess: (next) => client.setQueryData(queryKey, next),
  });
  const attempts = useMutationState({ filters: { mutationKey }, select: (attempt) => attempt.state });
  return { state, start, error: attempts.at(-1)?.error ?? null };
}

/** The state of a sync that ended while this page was open; then the lists are read anew. */
export function useEndedSync(state: SyncState | undefined): SyncState | null {
  const client = useQueryClient();
  const ran = useRef(false);
  const [ended, setEnded] = useState<SyncState | null>(null);
  useEffect(() => {
    if (!state) return;
    if (state.state === 'running') {
      ran.current = true;
      setEnded(null);
    } else if (ran.current) {
      ran.current = false;
      setEnded(state);
      for (const part of [orpc.repositories, orpc.deck, orpc.builds]) {
        void client.invalidateQueries({ queryKey: part.key() });
      }
    }
  }, [state, client]);
  return ended;
}
