import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../lib/problem.ts';
import { Link } from '../ui/link.tsx';
import { Page, PageHead } from '../ui/page.tsx';
import { ProblemDetails } from '../ui/problem.tsx';
import { paths } from './paths.ts';

/** An address that is none of ours. */
export function NotFound() {
  return (
    <main>
      <NotFoundText />
    </main>
  );
}

export function NotFoundText() {
  const { t } = useTranslation();
  return (
    <Page>
      <PageHead title={t('notFound.title')} />
      <p className="md">{t('notFound.text')}</p>
      <p>
        <Link to={paths.deck()} className="link">
          {t('notFound.home')}
        </Link>
      </p>
    </Page>
  );
}

/** The boundary around pages: says it, keeps the raw message, and offers to load again. */
export function Crash({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const text = error instanceof Error ? error.message : '';
  const missingPart = /dynamically imported module|module script|preload/i.test(text);
  return (
    <Page>
      <div role="alert">
        <PageHead title={t('crash.title')} />
        <p className="md">{missingPart ? t('crash.chunk') : t('crash.text')}</p>
        <ProblemDetails problem={asProblem(error)} />
        <p>
          <Button onClick={() => window.location.reload()}>{t('action.reload')}</Button>
        </p>
      </div>
    </Page>
  );
}
