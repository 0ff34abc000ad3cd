import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCan, useInstanceName, useViewer } from '../lib/session.ts';
import { useEndedSync, useSync } from '../lib/sync.ts';

/**
 * Beside what a CI server refuses because its knowledge of the person is older than the forge's: lets it read that anew,
 * and the page with it. Where it cannot be told to, when it learns of it by itself.
 */
export function SyncOffer({ server }: { server: string }) {
  const { t } = useTranslation('repos');
  const can = useCan(server);
  const name = useInstanceName();
  const linked = useViewer()?.accounts.find((one) => one.server === server)?.state === 'linked';
  const { state, start, error } = useSync(server);
  const ended = useEndedSync(state.data);
  const running = start.isPending || state.data?.state === 'running';
  if (!linked || !can('sync')) return <span>{t('sync.byItself')}</span>;
  return (
    <>
      <Button size="compact-sm" loading={running} onClick={() => start.mutate()}>
        {running ? t('sync.running') : t('sync.button')}
      </Button>
      {error || ended?.state === 'failed' ? (
        <span role="alert">{t('sync.failed', { server: name(server) })}</span>
      ) : null}
    </>
  );
}
