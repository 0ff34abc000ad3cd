import { useEffect, useId, useRef, useSyncExternalStore } from 'react';

/** Something the page can do now: found in the palette, listed under `?`, and run by its key. */
export interface PageAction {
  id: string;
  label: string;
  /** `j`, `Shift+n`, `?`, `Enter`, `[`… Single keys only; keys with Ctrl or ⌘ belong to the shell. */
  keys?: string;
  run: () => void;
  /** Only a key (moving in a list): not offered in the palette. */
  keyOnly?: boolean;
  /** Listed under "everywhere". */
  global?: boolean;
  /** Works while a dialog is open. */
  inDialog?: boolean;
}

const groups = new Map<string, readonly PageAction[]>();
const listeners = new Set<() => void>();
let snapshot: readonly PageAction[] = [];

function publish(): void {
  snapshot = [...groups.values()].flat();
  for (const listener of listeners) listener();
}

/** Offers these actions while the component is on the page. The last component that names a key wins. */
export function useActions(actions: readonly PageAction[]): void {
  const id = useId();
  const latest = useRef(actions);
  latest.current = actions;
  const shape = actions.map((a) => `${a.id}|${a.label}|${a.keys ?? ''}`).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for the actions; their code is read when run.
  useEffect(() => {
    groups.set(
      id,
      latest.current.map((action) => ({
        ...action,
        run: () => latest.current.find((a) => a.id === action.id)?.run(),
      })),
    );
    publish();
    return () => {
      groups.delete(id);
      publish();
    };
  }, [id, shape]);
}

export function useOfferedActions(): readonly PageAction[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => snapshot,
  );
}

/** Fields, and what behaves like one: there a letter is a letter. */
function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'submit'].includes(target.type);
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    ['textbox', 'combobox', 'searchbox', 'listbox', 'menu', 'menuitem', 'option'].includes(
      target.getAttribute('role') ?? '',
    )
  );
}

export function matchesKey(keys: string, event: KeyboardEvent): boolean {
  const shift = keys.startsWith('Shift+');
  const key = shift ? keys.slice(6) : keys;
  if (/^[a-z]$/i.test(key)) return event.key.toLowerCase() === key.toLowerCase() && event.shiftKey === shift;
  // Signs such as `?` and `[` need Shift or AltGr on some keyboards: only what they make counts.
  return event.key === key;
}

/** Runs the action of a pressed key. Dead in fields, while an input method composes, and with Ctrl, Alt or ⌘. */
export function handleKey(event: KeyboardEvent, singleKeys: boolean): void {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
  if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
  if (!singleKeys) return;
  const dialog = document.querySelector('[role="dialog"][aria-modal="true"]') !== null;
  const action = snapshot.findLast((a) => a.keys && matchesKey(a.keys, event) && (!dialog || a.inDialog));
  if (!action) return;
  // Enter on a link or a button already does what it says.
  if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.closest('a,button'))
    return;
  event.preventDefault();
  action.run();
}
