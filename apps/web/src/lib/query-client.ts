import { ProblemError } from '@flightdeck/api-client/contract';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { orpc } from './api.ts';
import { noteEnded } from './ended.ts';

/** Codes that another try may cure by itself. */
const passing = new Set([
  'forge_unreachable',
  'forge_timeout',
  'ci_unreachable',
  'ci_timeout',
  'overloaded',
  'offline',
]);

/** What tells that the signed-in person is not, or not linked, as this page believes. */
const aboutPerson = new Set(['signed_out', 'forge_signed_out', 'link_expired', 'link_other_person']);

/** The cache of everything read over HTTP. A refused session or account anywhere makes the shell ask who is signed in. */
export function createQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    if (error instanceof ProblemError && aboutPerson.has(error.problem.code)) {
      if (error.problem.code === 'forge_signed_out') noteEnded(error.problem.instance);
      void client.invalidateQueries({ queryKey: orpc.session.get.key() });
    }
  };
  const client = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (query.queryHash !== JSON.stringify(orpc.session.get.queryKey())) onError(error);
      },
    }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (count, error) =>
          count < 1 && error instanceof ProblemError && passing.has(error.problem.code),
        retryDelay: 600,
        // Live messages keep lists fresh; coming back to the tab asks once.
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false, gcTime: 0 },
    },
  });
  return client;
}
