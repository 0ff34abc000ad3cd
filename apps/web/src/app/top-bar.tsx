import type { Viewer } from '@flightdeck/api-client/model';
import { useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PersonMenu } from '../features/session/person-menu.tsx';
import { openPalette } from '../lib/palette.ts';
import { Icon, Logo } from '../ui/icon.tsx';
import { Kbd, modText } from '../ui/kbd.tsx';
import { Link } from '../ui/link.tsx';
import { LiveState } from './live-state.tsx';
import { paths } from './paths.ts';
import css from './top-bar.module.css';

export function TopBar({ viewer }: { viewer: Viewer }) {
  const { t } = useTranslation();
  const pathname = useLocation({ select: (location) => location.pathname });
  const places = [
    { to: paths.deck(), label: t('nav.deck'), current: pathname === '/' },
    {
      to: paths.repositories(),
      label: t('nav.repositories'),
      current: pathname === '/repos' || pathname.startsWith('/r/'),
    },
  ];
  return (
    <header className={css.top}>
      <Link to={paths.deck()} className={css.brand} aria-label={t('product')}>
        <Logo />
        <span className="wide-only">{t('product')}</span>
      </Link>
      <nav className={css.places} aria-label={t('nav.main')}>
        {places.map((place) => (
          <Link key={place.to} to={place.to} {...(place.current ? { 'aria-current': 'page' as const } : {})}>
            {place.label}
          </Link>
        ))}
      </nav>
      <span className="grow" />
      <LiveState />
      <button type="button" className={css.find} onClick={openPalette} aria-keyshortcuts="Control+K Meta+K">
        <Icon name="search" small />
        <span className={css.hint}>{t('palette.open')}</span>
        <Kbd always>{modText('K')}</Kbd>
      </button>
      <PersonMenu viewer={viewer} />
    </header>
  );
}
