import type { Deck, ListedBuild } from '@flightdeck/api-client/contract';
import { isFinished } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.ts';
import { Link } from '../../ui/link.tsx';
import { SectionHead } from '../../ui/page.tsx';
import { useGap } from '../../ui/sentences.ts';
import { BuildRow } from './build-row.tsx';
import css from './deck-sections.module.css';
import { FreshRows } from './fresh-rows.tsx';
import { useSteadyRows } from './use-steady-rows.ts';

/** Waiting, failed, running, recent: four lists that share their columns. */
export function DeckSections({ deck }: { deck: Deck }) {
  const gap = useGap();
  const { t } = useTranslation('builds');
  return (
    <div className={css.sections}>
      <Section
        title={t('deck.waiting')}
        rows={deck.waiting}
        nothing={t('deck.noWaiting')}
        action={reviewAction}
      />
      <Section
        title={t('deck.failed')}
        rows={deck.failed}
        nothing={t(deck.recent.length === 0 ? 'deck.noneFailed' : 'deck.noFailed')}
        more={<span>{t('deck.latelyFailed')}</span>}
      />
      <Section title={t('deck.running')} rows={deck.running} nothing={t('deck.noRunning')} />
      <Section
        title={t('deck.recent')}
        rows={deck.recent.filter((row) => isFinished(row.build.status))}
        quiet
        nothing={
          <>
            {t('deck.noRecent')}
            {gap}
            <Link to={paths.repositories()} className="link">
              {t('deck.toRepositories')}
            </Link>
          </>
        }
        counted={false}
        more={
          <Link to={paths.repositories()} className="text-link">
            {t('deck.allRepositories')}
          </Link>
        }
      />
    </div>
  );
}

const keyOf = (row: ListedBuild) => `${row.server}/${row.path}#${row.build.number}`;
const reviewAction = (row: ListedBuild) =>
  row.build.status === 'approval' && row.permits.approve === null ? <Review row={row} /> : undefined;

/** Leads to the build, where one sees what one consents to; nothing is approved from a list. */
function Review({ row }: { row: ListedBuild }) {
  const { t } = useTranslation('builds');
  return (
    <Button
      size="compact-sm"
      component={Link}
      to={paths.build(row.server, row.path, row.build.number)}
      aria-label={`${t('deck.review')} ${row.path} #${row.build.number}`}
    >
      {t('deck.review')}
    </Button>
  );
}

interface SectionProps {
  title: string;
  rows: readonly ListedBuild[];
  nothing: React.ReactNode;
  counted?: boolean;
  quiet?: boolean;
  more?: React.ReactNode;
  action?: (row: ListedBuild) => React.ReactNode;
}

function Section({ title, rows, nothing, counted = true, quiet = false, more, action }: SectionProps) {
  const list = useRef<HTMLUListElement>(null);
  const steady = useSteadyRows(rows, keyOf, list, title);
  return (
    <section aria-label={title}>
      <SectionHead
        title={title}
        {...(counted && rows.length > 0 ? { count: rows.length } : {})}
        more={more}
      />
      <FreshRows count={steady.waiting} onShow={steady.show} />
      {rows.length === 0 ? (
        <p className={css.nothing}>{nothing}</p>
      ) : (
        <ul ref={list}>
          {steady.rows.map((row) => (
            <BuildRow key={keyOf(row)} withRepository quiet={quiet} {...row} action={action?.(row)} />
          ))}
        </ul>
      )}
    </section>
  );
}
