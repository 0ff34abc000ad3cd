import type { Deck } from '@flightdeck/api-client/contract';
import { useTranslation } from 'react-i18next';
import { paths } from '../app/paths.ts';
import { DeckSections } from '../features/build-lists/deck-sections.tsx';
import { Favourites } from '../features/build-lists/favourites.tsx';
import { KeyHints } from '../features/build-lists/key-hints.tsx';
import { useDeck } from '../features/build-lists/queries.ts';
import { OpenPromotions } from '../features/deployments/open-promotions.tsx';
import { useSearch } from '../lib/address.ts';
import { AsyncView, SkeletonRows } from '../ui/async-view.tsx';
import { Page, PageHead } from '../ui/page.tsx';
import { Segments } from '../ui/segments.tsx';
import { ServerNotes } from '../ui/server-notes.tsx';
import { useRowKeys } from '../ui/use-row-keys.ts';
import css from './deck-page.module.css';

/** What runs now, what failed, what waits, what happened lately, in all my repositories; updates by itself. */
export function DeckPage() {
  const { t } = useTranslation('builds');
  const [search] = useSearch();
  const whose = search.whose === 'mine' ? 'mine' : 'all';
  const deck = useDeck(whose);
  const rows = useRowKeys<HTMLDivElement>();
  return (
    <Page>
      <PageHead
        title={t('deck.title')}
        summary={deck.data ? <Counts deck={deck.data} /> : null}
        actions={
          <Segments
            label={t('deck.whose')}
            segments={(['all', 'mine'] as const).map((one) => ({
              to: paths.deck(one),
              label: t(`deck.${one}`),
              current: one === whose,
            }))}
          />
        }
      />
      <AsyncView query={deck} skeleton={<SkeletonRows rows={10} widths={[16, 30, 14, 8]} />}>
        {(data) => (
          <>
            <ServerNotes servers={[...data.servers, ...data.forges]} retry={() => void deck.refetch()} />
            <div className={css.columns} ref={rows}>
              <DeckSections deck={data} />
              <div className={css.aside}>
                <OpenPromotions promotions={data.promotions} />
                <Favourites repositories={data.favourites} />
              </div>
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
