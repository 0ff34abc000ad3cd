import type { DownMessage } from '@flightdeck/api-client/contract';
import { api } from '../../lib/api.ts';
import { watchTopic } from '../../lib/live.ts';
import { withBase } from '../../lib/page-facts.ts';
import type { DownloadForm, LogFeed } from './feed.ts';

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
  const build = withBase(`/api/servers/${server}/repositories/${repo}/builds/${number}`);
  return {
    chunk: (generation, from) => api.logs.lines({ ...at, generation, from }),
    around: (generation, pos) => api.logs.lines({ ...at, generation, around: pos }),
    search: (term, from, signal) => api.logs.search({ ...at, ...term, from }, { signal }),
    matches: (term, generation, from, to) => api.logs.matches({ ...at, ...term, generation, from, to }),
    marks: (from, signal) => api.logs.marks({ ...at, from }, { signal }),
    searchBuild: (term, cursor, signal) =>
      api.logs.searchBuild({ server, repo, number, ...term, ...(cursor ? { cursor } : {}) }, { signal }),
    download: (form) => withForm(`${build}/stages/${stage}/steps/${step}/log/download`, form),
    downloadBuild: (form) => withForm(`${build}/log/download`, form),
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

const withForm = (address: string, form: DownloadForm): string =>
  form === 'raw' ? address : `${address}?as=${form}`;
