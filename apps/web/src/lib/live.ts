import { type Connection, createLiveClient, type LiveListener } from '@flightdeck/api-client/client';
import type { DownMessage, Topic } from '@flightdeck/api-client/contract';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { withBase } from './page-facts.ts';

/** The one socket of the page. It opens with the first topic and resumes by itself. */
const live = createLiveClient({
  url: () => `${window.location.origin.replace(/^http/, 'ws')}${withBase('/api/live')}`,
  wakeEvents: [
    [window, 'online'],
    [document, 'visibilitychange'],
  ],
});

export type { Connection, LiveListener };

/** Watches outside of React: a log's feed. A function as topic is asked at every (re)connection. */
export const watchTopic = (topic: Topic | (() => Topic), listener: LiveListener): (() => void) =>
  live.watch(topic, listener);

interface TopicOptions {
  /** The socket was cut and stands again: what happened meanwhile was missed. */
  onReconnected?: () => void;
}

/** Watches a topic while the component is on the page; `null` watches nothing. */
export function useTopic(
  topic: Topic | null,
  onMessage: (message: DownMessage) => void,
  options: TopicOptions = {},
): void {
  const latest = useRef({ onMessage, options });
  latest.current = { onMessage, options };
  const key = topic === null ? null : JSON.stringify(topic);
  useEffect(() => {
    if (key === null) return;
    let lost = false;
    return live.watch(JSON.parse(key) as Topic, {
      message: (message) => latest.current.onMessage(message),
      connected: (on) => {
        if (on && lost) latest.current.options.onReconnected?.();
        lost = !on && live.connection === 'reconnecting';
      },
    });
  }, [key]);
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => live.onConnection(listener),
    () => live.connection,
  );
}

/** Tries to connect at once instead of waiting for the next try. */
export const wakeLive = (): void => live.wake();
