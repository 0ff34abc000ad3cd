import { useEffect, useState } from 'react';

/**
 * Gives the focus back to what had it before this component came. For dialogs that are mounted when they open and gone
 * when they close: the kit does it only for one that stays mounted.
 */
export function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (!(before instanceof HTMLElement) || !before.isConnected) return;
      // What went on elsewhere meanwhile (another page, a field) keeps the focus.
      if (document.activeElement === null || document.activeElement === document.body)
        before.focus({ preventScroll: true });
    },
    [before],
  );
}
