import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { setTitle } from '../lib/title.ts';
import { Icon } from './icon.tsx';
import { Link } from './link.tsx';
import css from './page.module.css';

/** The document's title follows the page. */
export function useTitle(page: string): void {
  const { t } = useTranslation();
  const title = t('title', { page });
  useEffect(() => {
    setTitle(title);
  }, [title]);
}

export interface Crumb {
  label: React.ReactNode;
  to?: string;
}

interface PageHeadProps {
  title: string;
  /** What stands in the browser's tab; the title when absent. */
  tabTitle?: string;
  crumbs?: readonly Crumb[];
  badge?: React.ReactNode;
  /** Count summary in words. */
  summary?: React.ReactNode;
  /** Primary last. */
  actions?: React.ReactNode;
}

/** Crumb line (below the first level only), title, summary, actions at the right. */
export function PageHead({ title, tabTitle, crumbs, badge, summary, actions }: PageHeadProps) {
  useTitle(tabTitle ?? title);
  return (
    <header className={css.header}>
      {crumbs ? <Crumbs crumbs={crumbs} badge={badge} /> : null}
      <div className={css.head}>
        <h1 className={css.title}>{title}</h1>
        {crumbs ? null : badge}
        {summary ? <span className="t2 num">{summary}</span> : null}
        <span className="grow" />
        {actions ? <div className={css.actions}>{actions}</div> : null}
      </div>
    </header>
  );
}

export function Crumbs({ crumbs, badge }: { crumbs: readonly Crumb[]; badge?: React.ReactNode }) {
  return (
    <div className={css.crumbs}>
      {crumbs.map((crumb, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a crumb is its place.
        <span key={index} className={css.crumb}>
          {index > 0 ? <Icon name="right" small /> : null}
          {crumb.to ? (
            <Link to={crumb.to} className="text-link">
              {crumb.label}
            </Link>
          ) : (
            crumb.label
          )}
        </span>
      ))}
      {badge}
    </div>
  );
}

/** A page of lists: at most 1400 px wide. */
export function Page({ children }: { children: React.ReactNode }) {
  return <div className={css.page}>{children}</div>;
}

export interface Tab {
  to: string;
  label: React.ReactNode;
  current: boolean;
}

/** Links that look like tabs: each has an address. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  return (
    <nav className={css.tabs} aria-label={label}>
      {tabs.map((tab) => (
        <Link key={tab.to} to={tab.to} {...(tab.current ? { 'aria-current': 'page' as const } : {})}>
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}

/** A head between parts of a page. */
export function SectionHead({
  title,
  count,
  more,
}: {
  title: string;
  count?: number;
  more?: React.ReactNode;
}) {
  return (
    <div className={css.section}>
      <h2>{title}</h2>
      {count === undefined ? null : <span className="t3 num">{count}</span>}
      {more ? <span className={css.more}>{more}</span> : null}
    </div>
  );
}
