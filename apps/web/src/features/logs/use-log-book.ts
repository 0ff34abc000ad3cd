import type { Problem } from '@flightdeck/api-client/contract';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { LogFeed } from './feed.ts';
import { LogBook } from './log-book.ts';

export interface WatchedLog {
  book: LogBook;
  connected: boolean;
  problem: Problem | null;
}

/** The window on a step's log, kept up to date while the component is on the page. */
export function useLogBook(feed: LogFeed): WatchedLog {
  const [watched, setWatched] = useState<WatchedLog>(() => fresh(feed));
  useEffect(() => {
    const next = fresh(feed);
    setWatched(next);
    return feed.watch(() => next.book.cursor, {
      summary: (summary) => next.book.setSummary(summary),
      lines: (chunk) => next.book.append(chunk),
      connected: (connected) => setWatched((now) => (now.book === next.book ? { ...now, connected } : now)),
      ended: (problem) => setWatched((now) => (now.book === next.book ? { ...now, problem } : now)),
    });
  }, [feed]);
  useSyncExternalStore(watched.book.subscribe, watched.book.getVersion);
  return watched;
}

const fresh = (feed: LogFeed): WatchedLog => ({
  book: new LogBook((generation, from) => feed.chunk(generation, from)),
  connected: true,
  problem: null,
});
