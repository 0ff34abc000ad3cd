import type { BuildView } from '@flightdeck/api-client/contract';
import { stageLabel } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { orpc } from '../../lib/api.ts';
import { mayHaveHappened } from '../../lib/problem.ts';
import { newKey } from '../../lib/random.ts';
import { useCan, useServerInfo } from '../../lib/session.ts';
import { Confirm, Dialog, DialogButtons } from '../../ui/dialog.tsx';
import { OutLink } from '../../ui/link.tsx';
import { Commit, Person } from '../../ui/names.tsx';
import { Note } from '../../ui/note.tsx';
import { FormProblem } from '../../ui/problem.tsx';
import css from './build-dialogs.module.css';
import { buildInput, usePutBuild } from './use-build.ts';

interface DialogProps {
  view: BuildView;
  serverName: string;
  onClose: () => void;
}

const input = (view: BuildView) =>
  buildInput({ server: view.server, path: view.path, number: view.build.number });

/** One key per opened dialog: pressing twice, or again after a lost answer, starts one build. */
export function RestartDialog({
  view,
  serverName,
  onClose,
  onStarted,
}: DialogProps & { onStarted: (number: number) => void }) {
  const { t } = useTranslation('build');
  const [key, renewKey] = useState(newKey);
  const sameFiles = useServerInfo(view.server)?.capabilities.includes('files-kept') ?? false;
  const restart = useMutation(
    orpc.builds.restart.mutationOptions({
      onSuccess: ({ number }) => {
        if (number !== null) onStarted(number);
      },
      onError: (error) => {
        if (!mayHaveHappened(error)) renewKey(newKey());
      },
    }),
  );
  const { number, environment, event } = view.build;
  const nothing = restart.data?.outcome === 'nothing';
  return (
    <Confirm
      opened
      dangerous={false}
      onClose={onClose}
      title={t('restart.title', { number })}
      text={
        <div className="stack">
          <p>{t(sameFiles ? 'restart.textSameFiles' : 'restart.text')}</p>
          <p className="t2">
            <Commit sha={view.build.commit} /> {view.build.title}
          </p>
          {environment !== null && (event === 'promote' || event === 'rollback') && (
            <Note kind="waiting">{t('restart.promotion', { environment })}</Note>
          )}
          {nothing && (
            <Note kind="waiting" live>
              {t('restart.nothing', { server: serverName })}
            </Note>
          )}
        </div>
      }
      submit={t('restart.submit', { number })}
      busy={restart.isPending}
      error={restart.error}
      onSubmit={() => restart.mutate({ ...input(view), key, parameters: {}, debug: false })}
    />
  );
}

export function CancelDialog({ view, onClose }: DialogProps) {
  const { t } = useTranslation('build');
  const put = usePutBuild();
  const cancel = useMutation(
    orpc.builds.cancel.mutationOptions({
      onSuccess: (after) => {
        put(after);
        onClose();
      },
    }),
  );
  const { number } = view.build;
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t('cancel.title', { number })}
      text={t('cancel.text')}
      submit={t('cancel.submit', { number })}
      busy={cancel.isPending}
      error={cancel.error}
      onSubmit={() => cancel.mutate(input(view))}
    />
  );
}

/** What is consented to stands here: commit, who pushed it, from where, which stages. */
export function ApproveDialog({ view, serverName, onClose }: DialogProps) {
  const { t } = useTranslation('build');
  const put = usePutBuild();
  const done = {
    onSuccess: (after: BuildView) => {
      put(after);
      onClose();
    },
  };
  const approve = useMutation(orpc.builds.approve.mutationOptions(done));
  const decline = useMutation(orpc.builds.decline.mutationOptions(done));
  const { build, links } = view;
  const bySingleStages = useCan(view.server)('approve-stages');
  const facts = { ...input(view), commit: build.commit };
  const held = build.stages.filter((stage) => stage.status === 'approval').map(stageLabel);
  return (
    <Dialog opened onClose={onClose} title={t('approve.title', { number: build.number })}>
      <div className="stack">
        <p className="md">{t('approve.text')}</p>
        {build.fork !== null && <Note kind="waiting">{t('approve.fork', { fork: build.fork })}</Note>}
        <dl className={css.facts}>
          <dt>{t('approve.commit')}</dt>
          <dd>
            <Commit sha={build.commit} /> {build.title}
          </dd>
          <dt>{t('approve.author')}</dt>
          <dd>
            <Person person={build.author} /> <span className="t3">({build.author.login})</span>
          </dd>
          {held.length > 0 && (
            <>
              <dt>{t('approve.stages')}</dt>
              <dd>{held.join(', ')}</dd>
            </>
          )}
        </dl>
        {!bySingleStages && held.length > 1 && (
          <p className="t2">{t('approve.whole', { server: serverName })}</p>
        )}
        <OutLink href={links.pullRequest ?? links.commit} className="link">
          {t('approve.changes')}
        </OutLink>
        <FormProblem error={approve.error ?? decline.error} />
        <DialogButtons>
          <Button
            variant="danger"
            loading={decline.isPending}
            disabled={approve.isPending}
            onClick={() => decline.mutate(facts)}
          >
            {t('approve.decline', { number: build.number })}
          </Button>
          <Button
            variant="filled"
            loading={approve.isPending}
            disabled={decline.isPending}
            onClick={() => approve.mutate(facts)}
          >
            {t('approve.approve', { number: build.number })}
          </Button>
        </DialogButtons>
      </div>
    </Dialog>
  );
}
