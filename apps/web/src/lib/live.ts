import type { DownMessage, Topic } from '@flightdeck/api-client/contract';
import { useEffect, useRef } from 'react';

export type Connection = 'connecting' | 'open' | 'reconnecting' | 'closed';

/** Watches a topic while the component is on the page; `null` watches nothing. */
export function useTopic(topic: Topic | null, onMessage: (message: DownMessage) => void): void {
  const latest = useRef(onMessage);
  latest.current = onMessage;
  const key = JSON.stringify(topic);
  useEffect(() => {
    void key;
  }, [key]);
}
