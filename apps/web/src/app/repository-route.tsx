import { useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { NotFoundText } from './edges.tsx';
import { PageSkeleton } from './lazy-page.tsx';
import { readRepositoryAddress } from './paths.ts';

const RepositoryPage = lazy(() =>
  import('../pages/repository-page.tsx').then((m) => ({ default: m.RepositoryPage })),
);
const SettingsPage = lazy(() =>
  import('../pages/settings-page.tsx').then((m) => ({ default: m.SettingsPage })),
);
const BuildPage = lazy(() => import('../pages/build-page.tsx').then((m) => ({ default: m.BuildPage })));

/** What `/r/:server/…` shows. A page is mounted anew for another repository, and for another build. */
export function RepositoryRoute() {
  const { server, _splat } = useParams({ strict: false });
  const address = readRepositoryAddress(_splat ?? '');
  if (!server || !/^[a-z0-9][a-z0-9-]{0,39}$/.test(server) || !address) return <NotFoundText />;
  const { path, view } = address;
  const key = `${server}/${path}`;
  return (
    <Suspense fallback={<PageSkeleton />}>
      {view.kind === 'build' ? (
        <BuildPage
          key={`${key}#${view.number}`}
          server={server}
          path={path}
          number={view.number}
          stage={view.stage}
          step={view.step}
        />
      ) : view.kind === 'settings' ? (
        <SettingsPage key={key} server={server} path={path} part={view.part} />
      ) : (
        <RepositoryPage key={key} server={server} path={path} tab={view.kind} />
      )}
    </Suspense>
  );
}
