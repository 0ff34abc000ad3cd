import { useSyncExternalStore } from 'react';

/** Whether the command palette or the list of keys is open. Any part of the page may open them. */
let open: 'palette' | 'keys' | null = null;
const listeners = new Set<() => void>();

function set(next: typeof open): void {
  open = next;
  for (const listener of listeners) listener();
}

export const openPalette = (): void => set('palette');
export const openKeys = (): void => set('keys');
export const closeOverlay = (): void => set(null);

export function useOverlay(): typeof open {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => open,
  );
}
