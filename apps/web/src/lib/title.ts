import { useSyncExternalStore } from 'react';

let shown = '';
const listeners = new Set<() => void>();

/** Sets the document's title and tells who follows it. */
export function setTitle(title: string): void {
  document.title = title;
  shown = title;
  for (const listener of listeners) listener();
}

export function useShownTitle(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}
