import { lazy, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { handleKey, useActions } from '../lib/actions.ts';
import { openKeys, openPalette, useOverlay } from '../lib/palette.ts';
import { LazyPart } from './lazy-page.tsx';

const Palette = lazy(() => import('../features/palette/palette.tsx').then((m) => ({ default: m.Palette })));
const AllKeys = lazy(() => import('../features/palette/all-keys.tsx').then((m) => ({ default: m.AllKeys })));

/** Listens for keys, and shows the palette and the list of keys (loaded when first asked for). */
export function ShellKeys({ singleKeys }: { singleKeys: boolean }) {
  const { t } = useTranslation('keys');
  const overlay = useOverlay();
  useActions([{ id: 'shell.keys', label: t('show'), keys: '?', global: true, keyOnly: true, run: openKeys }]);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (
        (event.ctrlKey || event.metaKey) &&
        !event.altKey &&
        !event.shiftKey &&
        event.key.toLowerCase() === 'k'
      ) {
        event.preventDefault();
        openPalette();
        return;
      }
      handleKey(event, singleKeys);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [singleKeys]);
  return (
    <LazyPart of={overlay}>
      {overlay === 'palette' ? <Palette /> : null}
      {overlay === 'keys' ? <AllKeys singleKeys={singleKeys} /> : null}
    </LazyPart>
  );
}
