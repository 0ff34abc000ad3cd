import { toRepoKey } from '@flightdeck/api-client/contract';
import type { Stage, Step } from '@flightdeck/api-client/model';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { paths } from '../app/paths.ts';
import { createHttpFeed } from '../features/logs/http-feed.ts';
import { LogPane, type LogPaneProps } from '../features/logs/log-pane.tsx';
import { useGo } from '../lib/address.ts';
import { withBase } from '../lib/page-facts.ts';
import { useServerInfo } from '../lib/session.ts';
import { Note } from '../ui/note.tsx';
import { useLogView } from './use-log-view.ts';

interface StepLogProps extends Pick<LogPaneProps, 'find' | 'setFind'> {
  server: string;
  path: string;
  number: number;
  stages: readonly Stage[];
  stage: Stage;
  step: Step;
  /** This is the step the build's own "go to the failure" leads to. */
  atFailure: boolean;
  hash: string;
}

/** The log of a step at its address. Give it a `key` per step. */
export function StepLog({
  server,
  path,
  number,
  stages,
  stage,
  step,
  atFailure,
  hash,
  ...find
}: StepLogProps) {
  const go = useGo();
  const { t } = useTranslation('logs');
  const name = useServerInfo(server)?.name ?? server;
  const [view, setView] = useLogView();
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
  const build = useMemo(
    () => ({
      steps: stages.flatMap((one) =>
        one.steps.map((inside) => ({
          stage: one.number,
          step: inside.number,
          name: stages.length > 1 ? `${one.name} / ${inside.name}` : inside.name,
        })),
      ),
      addressOf: (inStage: number, inStep: number, pos: number) =>
        `${paths.step(server, path, number, inStage, inStep)}#p${pos}`,
      open: (address: string) => go(address, { replace: true, keepScroll: true }),
      hrefOf: withBase,
    }),
    [stages, server, path, number, go],
  );
  return (
    <>
      {step.endMayBeLost ? <Note kind="waiting">{t('endMayBeLost', { server: name })}</Note> : null}
      <LogPane
        feed={feed}
        step={{
          name: step.name,
          failed: step.status === 'failure' || step.status === 'error',
          exitCode: step.exitCode,
          startedAt: step.startedAt,
          finishedAt: step.finishedAt,
          endMayBeLost: step.endMayBeLost === true,
          atFailure,
        }}
        hash={hash}
        setHash={setHash}
        view={view}
        setView={setView}
        build={build}
        {...find}
      />
    </>
  );
}
