import type { RepositoryDetail } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RepositoryBuilds } from '../features/build-lists/repository-builds.tsx';
import { ActivateDialog } from '../features/repositories/activate-dialog.tsx';
import { useRepository } from '../features/repository/queries.ts';
import { RepositoryHead } from '../features/repository/repository-head.tsx';
import { StartDialog } from '../features/repository/start-dialog.tsx';
import { useActions } from '../lib/actions.ts';
import { useSearch } from '../lib/address.ts';
import { useInstanceName } from '../lib/session.ts';
import { AsyncView, Skeleton, SkeletonRows } from '../ui/async-view.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { Note } from '../ui/note.tsx';
import { ObstacleText } from '../ui/obstacle.tsx';
import { Page } from '../ui/page.tsx';
import css from './repository-page.module.css';

const Deployments = lazy(() =>
  import('../features/deployments/deployments.tsx').then((m) => ({ default: m.Deployments })),
);

/** A repository: its builds or its deployments. */
export function RepositoryPage({
  server,
  path,
  tab,
}: {
  server: string;
  path: string;
  tab: 'builds' | 'deployments';
}) {
  const { t } = useTranslation('builds');
  const repository = useRepository(server, path);
  const name = useInstanceName()(server);
  const [search] = useSearch();
  const [asked, setAsked] = useState<'start' | 'activate' | null>(null);
  const mayStart = repository.data?.permits.start === null;
  useActions(
    mayStart
      ? [{ id: 'repository.start', label: t('start.open'), keys: 'n', run: () => setAsked('start') }]
      : [],
  );
  return (
    <Page>
      <RepositoryHead
        server={server}
        path={path}
        tab={tab}
        repository={repository.data}
        actions={
          repository.data?.activation === 'active' ? (
            <StartButton repository={repository.data} onStart={() => setAsked('start')} />
          ) : null
        }
      />
      <AsyncView query={repository} skeleton={<SkeletonRows />}>
        {(known) => (
          <>
            <NotActive repository={known} onActivate={() => setAsked('activate')} />
            {tab === 'builds' ? (
              <RepositoryBuilds repository={known} />
            ) : (
              <Suspense
                fallback={
                  <Skeleton>
                    <SkeletonRows />
                  </Skeleton>
                }
              >
                <Deployments repository={known} serverName={name} />
              </Suspense>
            )}
            {asked === 'start' ? (
              <StartDialog repository={known} branch={search.branch} onClose={() => setAsked(null)} />
            ) : null}
            {asked === 'activate' ? (
              <ActivateDialog repository={known} onClose={() => setAsked(null)} />
            ) : null}
          </>
        )}
      </AsyncView>
    </Page>
  );
}

function StartButton({ repository, onStart }: { repository: RepositoryDetail; onStart: () => void }) {
  const { t } = useTranslation('builds');
  const { start } = repository.permits;
  if (start !== null) return <ObstacleText obstacle={start} server={repository.server} />;
  return (
    <Button variant="filled" onClick={onStart} rightSection={<Kbd>N</Kbd>}>
      {t('start.open')}
    </Button>
  );
}

function NotActive({ repository, onActivate }: { repository: RepositoryDetail; onActivate: () => void }) {
  const { t } = useTranslation('repos');
  const name = useInstanceName();
  if (repository.activation === 'active') return null;
  const { activate } = repository.permits;
  return (
    <div className={css.note}>
      <Note
        kind="waiting"
        aside={
          activate === null || activate === 'needs-link' ? (
            <Button size="compact-sm" onClick={onActivate}>
              {t('activate.button')}
            </Button>
          ) : (
            <ObstacleText obstacle={activate} server={repository.server} />
          )
        }
      >
        {t(repository.activation === 'unknown' ? 'page.notActiveUnknown' : 'page.notActive', {
          server: name(repository.server),
        })}
      </Note>
    </div>
  );
}
