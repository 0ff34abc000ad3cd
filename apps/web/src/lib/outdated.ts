import { useSyncExternalStore } from 'react';

/**
 * A part of this page could not be loaded: the console was updated meanwhile and has another one now. Nothing is loaded
 * anew by itself, for somebody may be typing.
 */
let outdated = false;
const listeners = new Set<() => void>();

export function tellOutdated(now = true): void {
  outdated = now;
  for (const listener of listeners) listener();
}

export function useOutdated(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => outdated,
  );
}

/** Chromium, Firefox, Safari and Vite's helper each have words of their own for a part that is gone. */
export const isMissingPart = (error: unknown): boolean =>
  error instanceof Error && /dynamically imported module|module script|preload/i.test(error.message);
