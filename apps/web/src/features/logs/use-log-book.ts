import type { Problem } from '@flightdeck/api-client/contract';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { LogFeed } from './feed.ts';
import { LogBook } from './log-book.ts';

export interface WatchedLog {
  book: LogBook;
  connected: boolean;
  problem: Problem | null;
}

/**
 * The window on a step's log, kept up to date while the component is on the page and the tab is looked at. Nothing is
 * lost by looking away: whoever comes back says what the page holds, and what was missed is sent or fetched.
 */
export function useLogBook(feed: LogFeed, awake: boolean): WatchedLog {
  const [watched, setWatched] = useState<WatchedLog & { feed: LogFeed }>(() => fresh(feed));
  if (watched.feed !== feed) setWatched(fresh(feed));
  const { book } = watched;
  useEffect(() => {
    if (!awake) return;
    const patch = (part: Partial<WatchedLog>) =>
      setWatched((now) => (now.book === book ? { ...now, ...part } : now));
    return feed.watch(() => book.cursor, {
      summary: (summary) => book.setSummary(summary),
      lines: (chunk) => book.append(chunk),
      connected: (connected) => patch({ connected }),
      ended: (problem) => patch({ problem }),
    });
  }, [feed, book, awake]);
  useSyncExternalStore(book.subscribe, book.getVersion);
  return watched;
}

const fresh = (feed: LogFeed): WatchedLog & { feed: LogFeed } => ({
  feed,
  book: new LogBook((generation, from) => feed.chunk(generation, from)),
  connected: true,
  problem: null,
});
