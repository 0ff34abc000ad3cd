import { useSyncExternalStore } from 'react';

export type Wish = 'light' | 'dark' | 'system';
const remembered = 'flightdeck.theme';

const media = () => window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();
let wish: Wish = read();

function read(): Wish {
  try {
    const stored = localStorage.getItem(remembered);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}

const scheme = (): 'light' | 'dark' => (wish === 'system' ? (media().matches ? 'dark' : 'light') : wish);

function apply(): void {
  document.documentElement.dataset.theme = scheme();
  for (const listener of listeners) listener();
}

/** Shows a theme and remembers it for the time before the session is known (`theme.js` reads it). */
export function showTheme(next: Wish): void {
  wish = next;
  try {
    if (next === 'system') localStorage.removeItem(remembered);
    else localStorage.setItem(remembered, next);
  } catch {
    // Storage is refused: it comes with the session again.
  }
  apply();
}

/** The scheme in use, following the system where that is the wish. */
export function useScheme(): 'light' | 'dark' {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    const query = media();
    query.addEventListener('change', apply);
    return () => {
      listeners.delete(listener);
      query.removeEventListener('change', apply);
    };
  }, scheme);
}
