import type { PromotionPlan } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { useCan, useViewer } from '../../lib/session.ts';
import { Icon } from '../../ui/icon.tsx';
import { Commit } from '../../ui/names.tsx';
import { Note } from '../../ui/note.tsx';
import { useGap, useListText } from '../../ui/sentences.ts';
import { Time } from '../../ui/time.tsx';
import css from './promote-dialog.module.css';

/** What is there now and what would be, which stages run, what to beware of, who will be named. */
export function PlanPreview({
  plan,
  server,
  serverName,
  kind,
}: {
  plan: PromotionPlan;
  server: string;
  serverName: string;
  kind: 'promote' | 'rollback';
}) {
  const { t } = useTranslation('deployments');
  const can = useCan(server);
  const gap = useGap();
  const list = useListText();
  const login = useViewer()?.person.login ?? '';
  const { build, current, environment, preview } = plan;
  const running = preview.stages.filter((stage) => stage.runs);
  const left = preview.stages.filter((stage) => !stage.runs);
  const commit = build.commit.slice(0, 7);
  return (
    <div className="stack">
      <div className={css.change}>
        <Side
          title={t('promote.thereNow')}
          build={current?.build ?? null}
          at={current?.build.finishedAt ?? null}
          none={t('promote.nothingThere')}
        />
        <Icon name="arrow" />
        <Side title={t('promote.afterThis')} build={build} at={null} none="" />
      </div>
      {plan.warnings.map((warning) => (
        <Note
          key={warning}
          kind={warning === 'nothing-runs' || warning === 'no-stage-names-target' ? 'failure' : 'waiting'}
        >
          {warning === 'nothing-runs' && !can('rejects-unmatched')
            ? t('warning.nothing-runs_hangs', { server: serverName })
            : t(`warning.${warning}`)}
        </Note>
      ))}
      {preview.unreadable === null ? (
        <section>
          <h3>{t('promote.runs', { count: running.length, total: preview.stages.length })}</h3>
          <ol className={css.stages}>
            {running.map((stage) => (
              <li key={stage.name} data-named={stage.namesTarget || undefined}>
                {stage.name}
                {stage.unsure.length > 0 && (
                  <span className="t2 xs"> {t('promote.unsure', { conditions: list(stage.unsure) })}</span>
                )}
              </li>
            ))}
          </ol>
          <p className="t2 xs">
            {t('promote.readFrom', { file: preview.file, commit })}
            {gap}
            {left.length > 0 &&
              t('promote.notRun', {
                stages: list(
                  left.map((stage) =>
                    stage.excludedBy
                      ? t('promote.notRunBecause', {
                          stage: stage.name,
                          why: t(`promote.excludedBy.${stage.excludedBy}`),
                        })
                      : stage.name,
                  ),
                ),
              })}
          </p>
        </section>
      ) : (
        <p className="t2 xs">
          {t(`promote.unreadable.${preview.unreadable}`, { file: preview.file, commit })}
          {gap}
          {preview.raw && <code>{preview.raw}</code>}
        </p>
      )}
      {kind === 'rollback' && (
        <p className="t2">
          {t(`promote.mode.${can('rollback-event') ? plan.mode : 'noEvent'}`, { server: serverName })}
        </p>
      )}
      <p>
        <b>{t('promote.statement', { number: build.number, commit, environment: environment ?? '' })}</b>
        {gap}
        {plan.actsAs === null
          ? t('promote.actsAsNobody', { server: serverName })
          : plan.actsAs.toLowerCase() === login.toLowerCase()
            ? t('promote.actsAsYou', { server: serverName, login })
            : t('promote.actsAs', { server: serverName, login: plan.actsAs })}
      </p>
    </div>
  );
}

function Side({
  title,
  build,
  at,
  none,
}: {
  title: string;
  build: PromotionPlan['build'] | null;
  at: number | null;
  none: string;
}) {
  return (
    <div>
      <div className="t3 xs">{title}</div>
      {build ? (
        <>
          <b className="num">#{build.number}</b> <Commit sha={build.commit} />
          <div className="t2 xs cut" title={build.title}>
            {at === null ? build.title : <Time at={at} />}
          </div>
        </>
      ) : (
        <span className="t2">{none}</span>
      )}
    </div>
  );
}
