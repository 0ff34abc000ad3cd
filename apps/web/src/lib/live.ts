import { type Connection, createLiveClient, type LiveListener } from '@flightdeck/api-client/client';
import type { DownMessage, Topic } from '@flightdeck/api-client/contract';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { withBase } from './page-facts.ts';

export type { Connection };

/** The one live client of the page: one socket, opened with the first topic. */
const live = createLiveClient({
  url: () => `${window.location.origin.replace(/^http/, 'ws')}${withBase('/api/live')}`,
  wakeEvents: [
    [window, 'online'],
    [window, 'focus'],
    [document, 'visibilitychange'],
  ],
});

/** Watches a topic; a function is asked at every (re)connection. Answers the function that ends it. */
export const watchTopic = (topic: Topic | (() => Topic), listener: LiveListener): (() => void) =>
  live.watch(topic, listener);

/** Watches a topic while the component is on the page; `null` watches nothing. */
export function useTopic(topic: Topic | null, onMessage: (message: DownMessage) => void): void {
  const latest = useRef(onMessage);
  latest.current = onMessage;
  const key = JSON.stringify(topic);
  useEffect(() => {
    const watched = JSON.parse(key) as Topic | null;
    if (!watched) return;
    return live.watch(watched, { message: (message) => latest.current(message) });
  }, [key]);
}

/** State of the socket; `connecting` also while nothing is watched. */
export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => live.onConnection(listener),
    () => live.connection,
  );
}
