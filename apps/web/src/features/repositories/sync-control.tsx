import type { ServerInfo, SyncState } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useViewer } from '../../lib/session.ts';
import { useEndedSync, useSync } from '../../lib/sync.ts';
import { Icon } from '../../ui/icon.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Note } from '../../ui/note.tsx';
import { FormProblem } from '../../ui/problem.tsx';
import { useGap } from '../../ui/sentences.ts';
import { Time } from '../../ui/time.tsx';
import css from './sync-control.module.css';

/** "synced 3 min ago" and the button, for one server. */
export function SyncButton({ server, named }: { server: ServerInfo; named: boolean }) {
  const { t } = useTranslation('repos');
  const linked = useLinked(server.id);
  const { state, start } = useSync(server.id);
  const running = start.isPending || state.data?.state === 'running';
  if (!linked) return null;
  return (
    <span className={css.control}>
      <span className="t3 xs">
        {state.data?.state === 'done' && state.data.finishedAt ? (
          <SyncedAgo at={state.data.finishedAt} />
        ) : state.data?.state === 'never' ? (
          t('sync.never')
        ) : null}
      </span>
      <Button
        leftSection={<Icon name="restart" small />}
        loading={running}
        onClick={() => start.mutate()}
        aria-label={`${t('sync.button')} ${server.name}`}
      >
        {running ? t('sync.running') : named ? `${t('sync.button')} ${server.name}` : t('sync.button')}
      </Button>
    </span>
  );
}

function SyncedAgo({ at }: { at: number }) {
  const { t } = useTranslation('repos');
  const [before = '', after = ''] = t('sync.doneAgo', { time: '\u0000' }).split('\u0000');
  return (
    <>
      {before}
      <Time at={at} />
      {after}
    </>
  );
}

/** What a sync does and what came of it; the offer to link where there is no account to sync with. */
export function SyncNote({ server }: { server: ServerInfo }) {
  const { t } = useTranslation('repos');
  const account = useViewer()?.accounts.find((known) => known.server === server.id);
  const linked = account?.state === 'linked';
  const { state, error } = useSync(server.id);
  const ended = useEndedSync(state.data);
  if (!linked) {
    // While the frame offers to link the account, it need not be offered twice.
    const offer = account?.dismissed ? (
      <Note aside={<LinkButton account={account} />}>{t('sync.needsLink', { server: server.name })}</Note>
    ) : null;
    return (
      <>
        <FormProblem error={error} />
        {offer}
      </>
    );
  }
  if (error) return <FormProblem error={error} />;
  if (state.data?.state === 'running') return <Note live>{t('sync.started', { server: server.name })}</Note>;
  if (ended?.state === 'done') {
    return (
      <Note kind="success" live>
        <SyncResult result={ended} server={server.name} />
      </Note>
    );
  }
  if (ended?.state === 'failed') {
    return (
      <Note kind="failure" live>
        {t('sync.failed', { server: server.name })} {ended.raw ? <code>{ended.raw}</code> : null}
      </Note>
    );
  }
  return null;
}

function SyncResult({ result, server }: { result: SyncState; server: string }) {
  const { t } = useTranslation('repos');
  const gap = useGap();
  const after = result.after ?? 0;
  const change = result.before === null ? 0 : after - result.before;
  return (
    <>
      {t('sync.result', { count: after, server })}
      {gap}
      {change > 0
        ? t('sync.gained', { count: change })
        : change < 0
          ? t('sync.lost', { count: -change })
          : t('sync.same')}
    </>
  );
}

const useLinked = (server: string): boolean =>
  useViewer()?.accounts.find((account) => account.server === server)?.state === 'linked';
