import { toRepoKey } from '@flightdeck/api-client/contract';
import type { PromotionPlan } from '@flightdeck/api-client/model';
import { Button, Radio, TextInput } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { orpc } from '../../lib/api.ts';
import { asProblem, mayHaveHappened } from '../../lib/problem.ts';
import { newKey } from '../../lib/random.ts';
import { Dialog, DialogButtons } from '../../ui/dialog.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { FormProblem, ProblemView } from '../../ui/problem.tsx';
import { Time } from '../../ui/time.tsx';
import { InFlightNote } from './in-flight-note.tsx';
import { ParameterFields, type PromotionRow, readParameters, rowsFrom } from './parameter-fields.tsx';
import { PlanPreview } from './plan-preview.tsx';
import css from './promote-dialog.module.css';

interface PromoteDialogProps {
  kind: 'promote' | 'rollback';
  server: string;
  path: string;
  /** Build to promote; for a rollback the earlier deployment to go back to. */
  number: number;
  /** Given for a rollback: it cannot be chosen there. */
  environment?: string;
  serverName: string;
  onClose: () => void;
  /**
   * The key goes into the address before anything is sent, so that a page reloaded meanwhile shows this promotion; null
   * takes it out again: nothing stands under it.
   */
  onKey: (key: string | null) => void;
}

const OTHER = '\u0000other';

/** What I choose at the left, what will happen at the right. Nothing is sent before the button that names it. */
export function PromoteDialog(props: PromoteDialogProps) {
  const { kind, server, path, number, serverName, onClose, onKey } = props;
  const { t } = useTranslation('deployments');
  const { t: tc } = useTranslation();
  const at = { server, repo: toRepoKey(path), number };
  const [chosen, choose] = useState<string | null>(props.environment ?? null);
  const [typed, type] = useState('');
  const [edited, edit] = useState<PromotionRow[] | null>(null);
  /** `since` of the promotion under way that was accepted: another one asks again. */
  const [beside, goBeside] = useState<number | null>(null);
  // One key per opened dialog: a double click, a retry after a lost answer and a reload are one promotion.
  const [key, renewKey] = useState(newKey);
  const environment = chosen === OTHER ? typed.trim() : chosen;

  const plan = useQuery(
    orpc.deployments.plan.queryOptions({
      input: { ...at, kind, ...(environment ? { environment } : {}) },
      placeholderData: keepPreviousData,
      staleTime: 0,
    }),
  );
  const send = useMutation(
    orpc.deployments.promote.mutationOptions({
      onSuccess: onClose,
      onError: (error) => {
        // Refused, or no longer what the confirmation showed: a new look is a new promotion, for a key's answer stands.
        if (!mayHaveHappened(error)) {
          renewKey(newKey());
          onKey(null);
          void plan.refetch();
        }
      },
    }),
  );

  const shown = plan.data && plan.data.environment === (environment || null) ? plan.data : null;
  const rows = edited ?? rowsFrom(shown?.parameters ?? plan.data?.parameters ?? []);
  const read = readParameters(rows);
  const other = shown?.inFlight ?? null;
  const alone = other === null || other.since === beside;
  const ready = Boolean(environment) && shown !== null && !plan.isFetching && read.faults.size === 0 && alone;
  const grave = shown?.warnings.some((w) => w === 'nothing-runs' || w === 'no-stage-names-target') ?? false;

  const submit = () => {
    if (!ready || !environment || !shown || send.isPending) return;
    onKey(key);
    send.mutate({
      ...at,
      key,
      kind,
      environment,
      parameters: read.values,
      expect: {
        commit: shown.build.commit,
        current: shown.current?.build.number ?? null,
        inFlight: other?.since ?? null,
      },
    });
  };
  const pick = (name: string) => {
    choose(name);
    edit(null);
  };

  return (
    <Dialog
      opened
      onClose={onClose}
      width={980}
      title={
        kind === 'promote'
          ? t('promote.title', { number })
          : t('promote.titleRollback', { number, environment: environment ?? '' })
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
        }}
      >
        {plan.error && !plan.data ? (
          <ProblemView error={plan.error} retry={() => void plan.refetch()} />
        ) : (
          <div className={css.sides}>
            <div className={css.choice}>
              {kind === 'promote' && (
                <Environments plan={plan.data} chosen={chosen} pick={pick} typed={typed} type={type} />
              )}
              <ParameterFields
                server={server}
                serverName={serverName}
                rows={rows}
                from={number}
                onChange={edit}
                faults={read.faults}
              />
            </div>
            <div className={css.outcome}>
              <h2>{t('promote.what')}</h2>
              {!environment ? (
                <p className="t2">{t('promote.choose')}</p>
              ) : shown === null ? (
                <p className="t2" role="status">
                  {t('promote.loading')}
                </p>
              ) : (
                <>
                  {other && (
                    <InFlightNote
                      inFlight={other}
                      accepted={alone}
                      onAccept={(yes) => goBeside(yes ? other.since : null)}
                    />
                  )}
                  <PlanPreview plan={shown} server={server} serverName={serverName} kind={kind} />
                </>
              )}
            </div>
          </div>
        )}
        <FormProblem error={send.error}>
          {send.error && asProblem(send.error).code === 'changed_meanwhile' ? (
            <p>{t('promote.changed')}</p>
          ) : null}
        </FormProblem>
        <DialogButtons hint={t('promote.safe')}>
          <Button onClick={onClose}>{tc('action.cancel')}</Button>
          <Button
            type="submit"
            variant={grave ? 'danger' : 'filled'}
            disabled={!ready}
            loading={send.isPending}
            rightSection={<Kbd always>Ctrl ↵</Kbd>}
          >
            {kind === 'rollback'
              ? t('promote.submitRollback', { environment: environment ?? '', number })
              : t(grave ? 'promote.submitAnyway' : 'promote.submit', { environment: environment || '…' })}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}

interface EnvironmentsProps {
  plan: PromotionPlan | undefined;
  chosen: string | null;
  pick: (name: string) => void;
  typed: string;
  type: (name: string) => void;
}

/** Those seen before, those the pipeline file names, or another name. */
function Environments({ plan, chosen, pick, typed, type }: EnvironmentsProps) {
  const { t } = useTranslation('deployments');
  return (
    <>
      <Radio.Group label={t('promote.environment')} value={chosen} onChange={pick}>
        <div className={css.list}>
          {plan?.environments.map((one) => (
            <Radio.Card key={one.name} value={one.name} className={css.card} aria-label={one.name}>
              <Radio.Indicator />
              <span className="grow">
                <span className="cut">{one.name}</span>
                <span className="t2 xs">
                  {t(one.source === 'seen' ? 'promote.seen' : 'promote.file')}
                  {one.lastAt !== null && (
                    <>
                      {' · '}
                      <Time at={one.lastAt} />
                    </>
                  )}
                </span>
              </span>
            </Radio.Card>
          ))}
          <Radio.Card value={OTHER} className={css.card} aria-label={t('promote.other')}>
            <Radio.Indicator />
            <span className="grow">{t('promote.other')}</span>
          </Radio.Card>
        </div>
      </Radio.Group>
      {chosen === OTHER && (
        <TextInput
          label={t('promote.otherLabel')}
          description={t('promote.otherHint')}
          value={typed}
          maxLength={250}
          data-autofocus
          autoFocus
          onChange={(event) => type(event.currentTarget.value)}
        />
      )}
    </>
  );
}
