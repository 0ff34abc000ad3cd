import { type BuildView, toRepoKey } from '@flightdeck/api-client/contract';
import { isFinished } from '@flightdeck/api-client/model';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { orpc } from '../../lib/api.ts';
import { useTopic } from '../../lib/live.ts';

export interface BuildAddress {
  server: string;
  path: string;
  number: number;
}

export const buildInput = ({ server, path, number }: BuildAddress) => ({
  server,
  repo: toRepoKey(path),
  number,
});

/** A build as its page shows it; live messages replace it, a newer answer is never replaced by an older one. */
export function useBuild(address: BuildAddress) {
  const put = usePutBuild();
  const input = buildInput(address);
  useTopic({ kind: 'build', ...input }, (message) => {
    if (message.type === 'build' && message.view) put(message.view);
  });
  return useQuery(
    orpc.builds.get.queryOptions({
      input,
      // The socket brings changes; this is the net below it.
      refetchInterval: (query) => asksAgainAfter(query.state.data),
    }),
  );
}

/** Some parts never end with their build: a declined one's stages stay held, a dead runner's steps stay running. Ms. */
const PARTS_END_WITHIN = 60_000;

/**
 * Ms until the page asks by itself. A list may have told that the build ended before anybody told it of its parts: the
 * console asks for those and says so, and this is the net below it.
 */
export function asksAgainAfter(view: BuildView | undefined): number | false {
  if (!view?.build.finishedAt || view.stale) return 15_000;
  const { finishedAt, stages } = view.build;
  if (view.asOf - finishedAt > PARTS_END_WITHIN) return false;
  const whole = stages.every((one) => [one, ...one.steps].every(({ status }) => isFinished(status)));
  return whole ? false : 10_000;
}

export function usePutBuild(): (view: BuildView) => void {
  const client = useQueryClient();
  return useCallback(
    (view) => {
      const queryKey = orpc.builds.get.queryKey({
        input: buildInput({ server: view.server, path: view.path, number: view.build.number }),
      });
      client.setQueryData(queryKey, (held) => (held && held.asOf > view.asOf ? held : view));
    },
    [client],
  );
}
