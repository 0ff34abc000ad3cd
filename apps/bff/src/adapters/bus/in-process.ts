import type { Bus, BusEvent } from '../../ports/bus.ts';
import { type Log, silentLog } from '../../ports/log.ts';

/**
 * For one process. An event reaches whoever is subscribed at that moment, in the order of publishing, before
 * `publish` returns. A listener that throws does not keep the others from hearing it.
 */
export function createInProcessBus(log: Log = silentLog): Bus {
  const subscriptions = new Set<{ listener: (event: BusEvent) => void }>();
  const waiting: BusEvent[] = [];
  let delivering = false;

  return {
    publish(event) {
      waiting.push(event);
      // A listener publishes in turn: its event comes after this one has reached everybody.
      if (delivering) return;
      delivering = true;
      try {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          for (const subscription of [...subscriptions]) {
            if (!subscriptions.has(subscription)) continue;
            try {
              subscription.listener(next);
            } catch (error) {
              log.error({ type: next.type, reason: String(error) }, 'a listener of the bus threw');
            }
          }
        }
      } finally {
        delivering = false;
      }
    },
    subscribe(listener) {
      // Its own object: one function subscribed twice is two subscriptions.
      const subscription = { listener };
      subscriptions.add(subscription);
      return () => {
        subscriptions.delete(subscription);
      };
    },
  };
}
