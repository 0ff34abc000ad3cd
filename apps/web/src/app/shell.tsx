import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet, useMatch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { LinkOffers } from '../features/session/link-offers.tsx';
import { InstallationNotices } from '../features/session/notices.tsx';
import { useGo } from '../lib/address.ts';
import { orpc } from '../lib/api.ts';
import { takeEnded } from '../lib/ended.ts';
import { here } from '../lib/page-facts.ts';
import { asProblem } from '../lib/problem.ts';
import { consoleQuery, viewerQuery } from '../lib/session.ts';
import { Page } from '../ui/page.tsx';
import { ProblemView } from '../ui/problem.tsx';
import { Arrival } from './arrival.tsx';
import { PageSkeleton } from './lazy-page.tsx';
import { OutdatedNote } from './outdated-note.tsx';
import { paths } from './paths.ts';
import css from './shell.module.css';
import { ShellKeys } from './shell-keys.tsx';
import { TopBar } from './top-bar.tsx';
import { useFollowPreferences } from './use-follow-preferences.ts';

/** The frame: who is signed in, the top bar, notices, and the page. Nobody signed in goes to the sign-in page. */
export function Shell() {
  const { t } = useTranslation();
  const viewer = useQuery(viewerQuery());
  useQuery(consoleQuery());
  useFollowPreferences();
  const signedOut = viewer.error !== null && asProblem(viewer.error).code === 'signed_out';
  const go = useGo();
  const client = useQueryClient();
  // A log wants the room, above all on a phone, and what needs a linked account says so in its place.
  const inRepository = useMatch({ from: '/shell/r/$server/$', shouldThrow: false }) !== undefined;
  useEffect(() => {
    if (!signedOut) return;
    // Nothing of this person stays for the next one at this screen.
    const keep = [orpc.session.get.queryKey(), orpc.console.describe.queryKey()].map((key) =>
      JSON.stringify(key),
    );
    client.removeQueries({ predicate: (query) => !keep.includes(JSON.stringify(query.queryKey)) });
    go(paths.signIn(here(), takeEnded()), { replace: true });
  }, [signedOut, go, client]);

  if (signedOut) return null;
  if (!viewer.data) {
    return (
      <div className={css.shell}>
        <div className={css.bare} />
        {viewer.error ? (
          <Page>
            <ProblemView error={viewer.error} retry={() => void viewer.refetch()} />
          </Page>
        ) : (
          <PageSkeleton />
        )}
      </div>
    );
  }
  return (
    <div className={css.shell}>
      <a className={css.skip} href="#content">
        {t('nav.skip')}
      </a>
      <TopBar viewer={viewer.data} />
      <Arrival />
      <ShellKeys singleKeys={viewer.data.preferences.singleKeys} />
      <OutdatedNote />
      <main id="content" className={css.main} tabIndex={-1}>
        <div className={css.notices}>
          {inRepository ? null : <InstallationNotices viewer={viewer.data} />}
          <LinkOffers viewer={viewer.data} onlyLost={inRepository} />
        </div>
        <Outlet />
      </main>
    </div>
  );
}
