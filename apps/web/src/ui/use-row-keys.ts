import { type RefObject, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions } from '../lib/actions.ts';

/**
 * `J` and `K` move the focus among the links marked `data-row` inside the container, `↵` opens the one that has it
 * (it is a link: the browser does that); with `stars`, `S` presses the star of its row. Rows are found anew each time: they may move.
 */
export function useRowKeys<T extends HTMLElement>(stars = false): RefObject<T | null> {
  const container = useRef<T>(null);
  const { t } = useTranslation('keys');
  const move = (by: 1 | -1) => {
    const rows = [...(container.current?.querySelectorAll<HTMLElement>('a[data-row]') ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    const next = at === -1 ? (by === 1 ? 0 : rows.length - 1) : at + by;
    rows[Math.min(Math.max(next, 0), rows.length - 1)]?.focus();
  };
  const star = () => {
    const row = document.activeElement?.closest('tbody, tr, li');
    row?.querySelector<HTMLElement>('[data-star]')?.click();
  };
  useActions([
    { id: 'rows.next', label: t('next'), keys: 'j', keyOnly: true, run: () => move(1) },
    { id: 'rows.previous', label: t('previous'), keys: 'k', keyOnly: true, run: () => move(-1) },
    {
      id: 'rows.open',
      label: t('openRow'),
      keys: 'Enter',
      keyOnly: true,
      run: () => (document.activeElement as HTMLElement | null)?.click(),
    },
    ...(stars ? [{ id: 'rows.star', label: t('favourite'), keys: 's', keyOnly: true, run: star }] : []),
  ]);
  return container;
}
