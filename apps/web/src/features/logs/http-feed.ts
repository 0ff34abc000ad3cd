import type { DownMessage } from '@flightdeck/api-client/contract';
import { api } from '../../lib/api.ts';
import { watchTopic } from '../../lib/live.ts';
import { withBase } from '../../lib/page-facts.ts';
import type { LogFeed } from './feed.ts';

export interface StepAddress {
  server: string;
  repo: string;
  number: number;
  stage: number;
  step: number;
}

/** A step's log over the console's HTTP and websocket. */
export function createHttpFeed(at: StepAddress): LogFeed {
  const { server, repo, number, stage, step } = at;
  return {
    chunk: (generation, from) => api.logs.lines({ ...at, generation, from }),
    around: (generation, pos) => api.logs.lines({ ...at, generation, around: pos }),
    search: async (term, signal) => {
      let hits = await api.logs.search({ ...at, ...term }, { signal });
      while (!hits.complete) {
        const more = await api.logs.search({ ...at, ...term, from: hits.scanned }, { signal });
        if (more.generation !== hits.generation || more.scanned === hits.scanned) break;
        hits = { ...more, total: hits.total + more.total, lines: [...hits.lines, ...more.lines] };
      }
      return hits;
    },
    downloadUrl: withBase(
      `/api/servers/${server}/repositories/${repo}/builds/${number}/stages/${stage}/steps/${step}/log/download`,
    ),
    watch: (cursor, listener) =>
      watchTopic(() => ({ kind: 'log', ...at, ...cursor() }), {
        message: (message: DownMessage) => {
          if (message.type === 'subscribed' && message.summary) listener.summary(message.summary);
          else if (message.type === 'log-state') listener.summary(message.summary);
          else if (message.type === 'lines') listener.lines(message);
          else if (message.type === 'ended') listener.ended(message.problem);
          // `skipped` lines are counted in the summary that comes before them, and fetched when they are looked at.
        },
        connected: (on: boolean) => listener.connected(on),
      }),
  };
}
