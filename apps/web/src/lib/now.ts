import { useSyncExternalStore } from 'react';

/** One clock for all times on the page: a single timer, however many are shown. */
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!timer) {
    now = Date.now();
    timer = setInterval(() => {
      now = Date.now();
      for (const tell of listeners) tell();
    }, 1_000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

const never = () => () => {};

/** Unix time in milliseconds, renewed each second while `ticking`. */
export function useNow(ticking = true): number {
  return useSyncExternalStore(ticking ? subscribe : never, () => (timer ? now : roundedNow()));
}

/** A snapshot must not change between two reads of one render. */
function roundedNow(): number {
  const current = Date.now();
  if (current - now >= 1_000) now = current;
  return now;
}
