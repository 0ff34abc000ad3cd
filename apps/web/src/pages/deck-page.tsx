import type { Deck } from '@flightdeck/api-client/contract';
import { useTranslation } from 'react-i18next';
import { DeckSections } from '../features/build-lists/deck-sections.tsx';
import { Favourites } from '../features/build-lists/favourites.tsx';
import { KeyHints } from '../features/build-lists/key-hints.tsx';
import { useDeck } from '../features/build-lists/queries.ts';
import { AsyncView, SkeletonRows } from '../ui/async-view.tsx';
import { Page, PageHead } from '../ui/page.tsx';
import { ServerNotes } from '../ui/server-notes.tsx';
import { useRowKeys } from '../ui/use-row-keys.ts';
import css from './deck-page.module.css';

/** What runs now, what failed, what waits, what happened lately, in all my repositories; updates by itself. */
export function DeckPage() {
  const { t } = useTranslation('builds');
  const deck = useDeck();
  const rows = useRowKeys<HTMLDivElement>();
  return (
    <Page>
      <PageHead title={t('deck.title')} summary={deck.data ? <Counts deck={deck.data} /> : null} />
      <AsyncView query={deck} skeleton={<SkeletonRows rows={10} widths={[16, 30, 14, 8]} />}>
        {(data) => (
          <>
            <ServerNotes servers={data.servers} retry={() => void deck.refetch()} />
            <div className={css.columns} ref={rows}>
              <DeckSections deck={data} />
              <Favourites repositories={data.favourites} />
            </div>
            <KeyHints />
          </>
        )}
      </AsyncView>
    </Page>
  );
}

function Counts({ deck }: { deck: Deck }) {
  const { t } = useTranslation('builds');
  const counts = (['waiting', 'failed', 'running'] as const)
    .map((part) => ({ part, count: deck[part].length }))
    .filter(({ count }) => count > 0)
    .map(({ part, count }) => t(`deck.count.${part}`, { count }));
  return counts.length === 0 ? t('deck.quiet') : counts.join(t('deck.count.between'));
}
