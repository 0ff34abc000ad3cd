import type { BuildView } from '@flightdeck/api-client/contract';
import type { Stage, Step } from '@flightdeck/api-client/model';
import { useMediaQuery } from '@mantine/hooks';
import { useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { paths } from '../app/paths.ts';
import type { Ask } from '../features/builds/build-actions.tsx';
import { ApproveDialog, CancelDialog, RestartDialog } from '../features/builds/build-dialogs.tsx';
import { BuildHead, PendingBuildHead } from '../features/builds/build-head.tsx';
import { BuildSentence } from '../features/builds/build-sentence.tsx';
import { NoSteps } from '../features/builds/no-steps.tsx';
import { StepDrawer } from '../features/builds/step-drawer.tsx';
import { StepList } from '../features/builds/step-list.tsx';
import { TimeLine } from '../features/builds/time-line.tsx';
import { useBuild } from '../features/builds/use-build.ts';
import { PromoteDialog } from '../features/deployments/promote-dialog.tsx';
import { PromotionNote } from '../features/deployments/promotion-note.tsx';
import { type Find, nothingToFind } from '../features/logs/search/find.ts';
import { useGo, useSearch } from '../lib/address.ts';
import { isLasting } from '../lib/problem.ts';
import { useInstanceName } from '../lib/session.ts';
import { AsyncView, SkeletonRows } from '../ui/async-view.tsx';
import { StaleNote } from '../ui/server-notes.tsx';
import css from './build-page.module.css';
import { StepLog } from './step-log.tsx';
import { useBuildActions } from './use-build-actions.ts';

export interface BuildPageProps {
  server: string;
  path: string;
  number: number;
  stage: number | null;
  step: number | null;
}

/** Head, the sentence, the time line, then steps and log: full width, no page scroll on a desktop. */
export function BuildPage(props: BuildPageProps) {
  const query = useBuild(props);
  const { server, path, number } = props;
  const serverName = useInstanceName()(server);
  if (query.data && !isLasting(query.error)) {
    return (
      <AsyncView query={query}>
        {(view) => <OpenBuild {...props} view={view} retry={() => void query.refetch()} />}
      </AsyncView>
    );
  }
  return (
    <>
      <PendingBuildHead {...{ server, path, number, serverName }} />
      <div className={css.pending}>
        <AsyncView query={query} skeleton={<SkeletonRows widths={[14, 70]} />}>
          {() => null}
        </AsyncView>
      </div>
    </>
  );
}

function OpenBuild({
  server,
  path,
  number,
  stage: stageNumber,
  step: stepNumber,
  view,
  retry,
}: BuildPageProps & { view: BuildView; retry: () => void }) {
  const go = useGo();
  const [search, changeSearch] = useSearch();
  const hash = useLocation({ select: (location) => location.hash });
  const serverName = useInstanceName()(server);
  const [asked, setAsked] = useState<Ask | null>(null);
  // What is searched for stays from step to step.
  const [find, setFind] = useState<Find>(nothingToFind);
  const close = () => setAsked(null);

  const { build } = view;
  // Without a step in the address the page follows the server's choice: what broke it, else what runs.
  const at = stageNumber !== null ? { stage: stageNumber, step: stepNumber } : view.opensAt;
  const stage = build.stages.find((s) => s.number === at?.stage) ?? build.stages[0];
  const step =
    stage?.steps.find((s) => s.number === at?.step) ??
    (at?.step == null ? (stage?.steps[0] ?? undefined) : undefined);

  const open = (to: Stage, inside?: Step) => {
    const target =
      inside ??
      to.steps.find((s) => s.status === 'failure' && !s.ignoresFailure) ??
      to.steps.find((s) => s.status === 'running') ??
      to.steps[0];
    go(
      target
        ? paths.step(server, path, number, to.number, target.number)
        : `${paths.build(server, path, number)}/${to.number}/1`,
      { replace: true, keepScroll: true },
    );
  };
  const toFailure = () => {
    if (view.opensAt)
      go(paths.step(server, path, number, view.opensAt.stage, view.opensAt.step), {
        replace: true,
        keepScroll: true,
      });
  };
  const atFailure =
    view.opensAt !== null && stage?.number === view.opensAt.stage && step?.number === view.opensAt.step;

  useBuildActions(view, { go, ask: setAsked, toFailure: atFailure ? undefined : toFailure });

  const dialog = { view, serverName, onClose: close };
  return (
    <div className={css.page} data-fits-window>
      <BuildHead view={view} serverName={serverName} onAsk={setAsked} />
      {search.promotion && (
        <PromotionNote
          server={server}
          path={path}
          promotionKey={search.promotion}
          serverName={serverName}
          onClose={() => changeSearch({ promotion: undefined }, { replace: true })}
        />
      )}
      <StaleNote stale={view.stale} retry={retry} />
      <BuildSentence view={view} onFailure={atFailure ? undefined : toFailure} />
      {build.stages.length > 0 && (
        <TimeLine
          stages={build.stages}
          waits={view.stageWaits}
          createdAt={build.createdAt}
          finished={build.finishedAt !== null}
          open={stage?.number ?? null}
          onOpen={(to) => open(to)}
        />
      )}
      <div className={css.work}>
        {stage && (
          <Steps
            stage={stage}
            step={step}
            parameters={build.parameters}
            onOpen={(inside) => open(stage, inside)}
          />
        )}
        <div className={css.log}>
          {stage && step ? (
            <StepLog
              key={`${stage.number}/${step.number}`}
              server={server}
              path={path}
              number={number}
              stage={stage}
              step={step}
              hash={hash}
              {...{ find, setFind, atFailure }}
              stages={build.stages}
            />
          ) : (
            <p className={css.empty}>
              <NoSteps view={view} stage={stage} />
            </p>
          )}
        </div>
      </div>
      {asked === 'restart' && (
        <RestartDialog {...dialog} onStarted={(started) => go(paths.build(server, path, started))} />
      )}
      {asked === 'cancel' && <CancelDialog {...dialog} />}
      {asked === 'approve' && <ApproveDialog {...dialog} />}
      {asked === 'promote' && (
        <PromoteDialog
          kind="promote"
          server={server}
          path={path}
          number={number}
          serverName={serverName}
          onClose={close}
          onKey={(key) => changeSearch({ promotion: key ?? undefined }, { replace: true })}
        />
      )}
    </div>
  );
}

/** Beside the log; folded above it on a phone. */
function Steps({ stage, step, parameters, onOpen }: StepsProps) {
  const phone = useMediaQuery('(max-width: 639px)') ?? false;
  const list = <StepList stage={stage} open={step?.number ?? null} parameters={parameters} onOpen={onOpen} />;
  if (!phone) return list;
  return (
    // Folds when a step was chosen.
    <StepDrawer key={step?.number} stage={stage} step={step}>
      {list}
    </StepDrawer>
  );
}

interface StepsProps {
  stage: Stage;
  step: Step | undefined;
  parameters: Record<string, string>;
  onOpen: (step: Step) => void;
}
