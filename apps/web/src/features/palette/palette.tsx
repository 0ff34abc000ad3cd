import '@mantine/spotlight/styles.layer.css';
import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { useEffect, useLayoutEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readRepositoryAddress } from '../../app/paths.ts';
import { useGo } from '../../lib/address.ts';
import { orpc } from '../../lib/api.ts';
import { useFocusBack } from '../../lib/focus-back.ts';
import { closeOverlay } from '../../lib/palette.ts';
import { useInstanceName, useSeveralServers } from '../../lib/session.ts';
import { Icon } from '../../ui/icon.tsx';
import { useSinceText } from '../../ui/time.tsx';
import { keyText } from './all-keys.tsx';
import { type Entry, findEntries } from './find.ts';
import css from './palette.module.css';
import { useConsoleEntries, usePageEntries } from './use-entries.ts';

const [store, spotlight] = createSpotlight();

/** A list that scrolls must be reachable by keyboard. The kit hands this on to its scroll area; its types do not say so. */
const focusable: object = { viewportProps: { tabIndex: 0 } };

/** One field for everything: repositories, builds by number, pages, what this page can do, language and theme. */
export function Palette() {
  const { t } = useTranslation(['common', 'repos']);
  useFocusBack();
  const [query, setQuery] = useState('');
  const [asked] = useDebouncedValue(query.trim().replace(/\s*#?\d*$/, ''), 120);
  const go = useGo();
  const name = useInstanceName();
  const several = useSeveralServers();
  const since = useSinceText();
  const entries = [...usePageEntries(), ...useConsoleEntries()];
  const repositories = useQuery(
    orpc.repositories.list.queryOptions({
      input: { ...(asked ? { q: asked } : {}), limit: 8, show: 'all', sort: 'activity', from: 0 },
      staleTime: 30_000,
      placeholderData: (before) => before,
    }),
  );
  const found = findEntries({
    query,
    entries,
    repositories: repositories.data?.items ?? [],
    here: useRepositoryHere(),
    hint: (server) => {
      const health = repositories.data?.servers.find(({ id }) => id === server);
      if (!health || health.ok || health.lastGoodAt === null) return several ? name(server) : null;
      return t('repos:why.asOf', { server: name(server), time: since(health.lastGoodAt) });
    },
    words: {
      repositories: t('palette.repositories'),
      builds: t('palette.builds'),
      buildOf: (path, number) => t('palette.buildOf', { path, number }),
    },
    go,
  });
  useEffect(() => {
    spotlight.open();
  }, []);
  const ids = found.flatMap((group) => group.entries.map(({ id }) => id)).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list is what it is about.
  useLayoutEffect(() => {
    if (query !== '') selectFirst();
  }, [query, ids]);
  const run = (entry: Entry) => {
    closeOverlay();
    entry.run();
  };
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      onSpotlightClose={closeOverlay}
      closeOnActionTrigger={false}
      classNames={{ content: css.content ?? '' }}
      overlayProps={{ blur: 0 }}
      centered={false}
      yOffset="12vh"
      transitionProps={{ duration: 0 }}
    >
      <Modal.Title className="sr-only">{t('palette.open')}</Modal.Title>
      <Spotlight.Search
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.open')}
        leftSection={<Icon name="search" />}
      />
      <Spotlight.ActionsList className={css.list ?? ''} {...focusable}>
        {found.length === 0 ? (
          <Spotlight.Empty>
            {repositories.isFetching ? t('palette.loading') : t('palette.nothing')}
          </Spotlight.Empty>
        ) : null}
        {found.map((group) => (
          <Spotlight.ActionsGroup key={group.label} label={group.label} className={css.group ?? ''}>
            {group.entries.map((entry) => (
              <Spotlight.Action key={entry.id} className={css.action ?? ''} onClick={() => run(entry)}>
                <span className="grow cut">{entry.label}</span>
                {entry.hint ? <span className="t3 xs">{entry.hint}</span> : null}
                {entry.keys ? <kbd className={css.kbd}>{keyText(entry.keys)}</kbd> : null}
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        ))}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

/** The kit selects the first entry when something is typed, not when one comes later: Enter would do nothing. */
function selectFirst(): void {
  const list = document.getElementById(store.getState().listId);
  if (!list || list.querySelector('[data-selected]')) return;
  list.querySelector('[data-action]')?.setAttribute('data-selected', 'true');
  store.updateState((state) => ({ ...state, selected: 0 }));
}

/** The repository whose page is open: `#41` means its build. */
function useRepositoryHere() {
  const pathname = useLocation({ select: (location) => location.pathname });
  const match = /^\/r\/([^/]+)\/(.+)$/.exec(pathname);
  const address = match?.[2] ? readRepositoryAddress(match[2]) : null;
  return match?.[1] && address ? { server: match[1], path: address.path } : null;
}
