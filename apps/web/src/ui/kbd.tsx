import { useViewer } from '../lib/session.ts';
import css from './kbd.module.css';

/** A key's sign. Hidden on phones, and for single keys when the person switched them off. */
export function Kbd({ children, always = false }: { children: string; always?: boolean }) {
  const singleKeys = useViewer()?.preferences.singleKeys ?? true;
  if (!always && !singleKeys) return null;
  return (
    <span className={css.kbd} aria-hidden="true">
      {children}
    </span>
  );
}

/** `Ctrl K` or `⌘ K`, as this keyboard has it. */
export const modText = (key: string): string =>
  /mac|iphone|ipad/i.test(navigator.platform) ? `⌘ ${key}` : `Ctrl ${key}`;
