import { type RefObject, useEffect, useRef, useState } from 'react';
import { holdBack } from './steady-rows.ts';

/** Somebody reads the list: it is scrolled away from its head, or the focus is in it. */
function isBusy(list: HTMLElement | null): boolean {
  if (!list) return false;
  const inside = document.activeElement !== null && list.contains(document.activeElement);
  return inside || list.getBoundingClientRect().top < 0 || window.scrollY > 120;
}

/** Keeps rows steady while somebody reads; `show` brings what waits. `scope` changes when it is another list. */
export function useSteadyRows<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  list: RefObject<HTMLElement | null>,
  scope: string,
): { rows: readonly T[]; waiting: number; show: () => void } {
  const shown = useRef<{ scope: string; keys: ReadonlySet<string> } | null>(null);
  const [, again] = useState(0);
  const before = shown.current?.scope === scope ? shown.current.keys : null;
  const { rows, waiting } = holdBack(items, keyOf, before, isBusy(list.current));
  useEffect(() => {
    shown.current = { scope, keys: new Set(rows.map(keyOf)) };
  });
  const show = () => {
    shown.current = null;
    window.scrollTo({ top: 0 });
    again((n) => n + 1);
  };
  return { rows, waiting, show };
}
