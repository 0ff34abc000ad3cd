import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isMissingPart } from '../lib/outdated.ts';
import { asProblem } from '../lib/problem.ts';
import { reloadPage } from '../lib/reload.ts';
import { Link } from '../ui/link.tsx';
import { Page, PageHead } from '../ui/page.tsx';
import { ProblemDetails } from '../ui/problem.tsx';
import { paths } from './paths.ts';

/** Of an address that is none of ours. */
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
  const outdated = isMissingPart(error);
  return (
    <Page>
      <div role="alert" className="stack">
        <PageHead title={t(outdated ? 'crash.chunkTitle' : 'crash.title')} />
        <p className="md">{t(outdated ? 'crash.chunk' : 'crash.text')}</p>
        <p>
          <Button onClick={reloadPage}>{t('action.reload')}</Button>
        </p>
        <ProblemDetails problem={asProblem(error)} label={t('crash.raw')} />
      </div>
    </Page>
  );
}
