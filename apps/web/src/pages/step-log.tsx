import { toRepoKey } from '@flightdeck/api-client/contract';
import type { Stage, Step } from '@flightdeck/api-client/model';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { paths } from '../app/paths.ts';
import { createHttpFeed } from '../features/logs/http-feed.ts';
import { LogPane } from '../features/logs/log-pane.tsx';
import { useGo } from '../lib/address.ts';
import { useServerInfo } from '../lib/session.ts';
import { Note } from '../ui/note.tsx';

/** The log of a step at its address. Give it a `key` per step. */
export function StepLog({
  server,
  path,
  number,
  stage,
  step,
  hash,
}: {
  server: string;
  path: string;
  number: number;
  stage: Stage;
  step: Step;
  hash: string;
}) {
  const go = useGo();
  const { t } = useTranslation('logs');
  const name = useServerInfo(server)?.name ?? server;
  const feed = useMemo(
    () => createHttpFeed({ server, repo: toRepoKey(path), number, stage: stage.number, step: step.number }),
    [server, path, number, stage.number, step.number],
  );
  const setHash = useCallback(
    (next: string) =>
      go(`${paths.step(server, path, number, stage.number, step.number)}${window.location.search}#${next}`, {
        replace: true,
        keepScroll: true,
      }),
    [go, server, path, number, stage.number, step.number],
  );
  const failed = step.status === 'failure' || step.status === 'error';
  return (
    <>
      {step.endMayBeLost ? <Note kind="waiting">{t('endMayBeLost', { server: name })}</Note> : null}
      <LogPane
        feed={feed}
        stepName={step.name}
        opensAt={failed ? 'end' : 'start'}
        hash={hash}
        setHash={setHash}
      />
    </>
  );
}
