import type { BuildView } from '@flightdeck/api-client/contract';
import { isFailure, type Stage, stageLabel, type WaitReason } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { clockText } from '../../lib/format.ts';
import { useNow } from '../../lib/now.ts';
import { useServerInfo } from '../../lib/session.ts';
import { Kbd } from '../../ui/kbd.tsx';
import { OutLink } from '../../ui/link.tsx';
import {
  useCauseSentence,
  useGap,
  useIgnoredSentence,
  useListText,
  useSilenceSentence,
  useWaitAdvice,
  useWaitSentence,
} from '../../ui/sentences.ts';
import { ShapeIcon, StatusIcon } from '../../ui/status-icon.tsx';
import css from './build-sentence.module.css';

interface BuildSentenceProps {
  view: BuildView;
  /** Opens the step that broke it; absent where one stands there already. */
  onFailure?: (() => void) | undefined;
}

/** What happened and why, in one sentence that is never cut. The server's own message stands below it. */
export function BuildSentence({ view, onFailure }: BuildSentenceProps) {
  const { t } = useTranslation('build');
  const { t: td } = useTranslation('diagnosis');
  const gap = useGap();
  const { sentence, more, tone, raw } = useSentence(view);
  if (sentence === null) return null;
  return (
    <div className={css.band} data-tone={tone} role="status">
      {tone === 'silence' ? <ShapeIcon shape="notice" /> : <StatusIcon status={view.build.status} silent />}
      <div className={css.text}>
        <p>
          {sentence}
          {more && gap}
          {more && <span className="t2">{more}</span>}
        </p>
        {raw && <pre className={css.raw}>{raw}</pre>}
        {(view.cause?.kind === 'pipeline-file' || view.cause?.kind === 'untrusted') &&
          view.links.pipelineFile && (
            // No line in the address: servers may count within one document of the file.
            <OutLink href={view.links.pipelineFile} className="link">
              {td('openFile', { file: view.pipelineFile })}
            </OutLink>
          )}
      </div>
      {onFailure && isFailure(view.build.status) && view.opensAt && (
        <Button size="compact-sm" onClick={onFailure} rightSection={<Kbd>E</Kbd>}>
          {t('goToFailure')}
        </Button>
      )}
    </div>
  );
}

interface Said {
  sentence: string | null;
  more: string | null;
  tone: 'failure' | 'waiting' | 'approval' | 'running' | 'silence' | 'calm';
  raw: string | null;
}

function useSentence({ server, build, waits, silence, cause }: BuildView): Said {
  const { t } = useTranslation('build');
  const { t: tw } = useTranslation('waiting');
  const wait = useWaitSentence();
  const advice = useWaitAdvice();
  const info = useServerInfo(server);
  const silent = useSilenceSentence();
  const causeSentence = useCauseSentence();
  const ignored = useIgnoredSentence();
  const list = useListText();
  const held = build.status === 'waiting' || build.status === 'approval';
  const now = useNow(held);
  const reason = waits[0];

  if (silence) return { sentence: silent(silence), more: null, tone: 'silence', raw: null };
  if (held) {
    const told: WaitReason = reason ?? { kind: 'unknown', stage: null };
    return {
      sentence: tw('soFar', { why: wait(told), duration: clockText(now - build.createdAt) }),
      more: advice(told, info),
      tone: build.status === 'approval' ? 'approval' : 'waiting',
      raw: null,
    };
  }
  if (build.status === 'running') {
    const steps = build.stages.flatMap((stage) =>
      stage.steps
        .filter((step) => step.status === 'running')
        .map((step) => `${stageLabel(stage)} / ${step.name}`),
    );
    // Between two steps, and after the last one until its runner says so, only the stage runs.
    const stages = build.stages.filter((stage) => stage.status === 'running').map(stageLabel);
    const what = steps.length > 0 ? steps : stages;
    if (what.length === 0 && reason)
      return { sentence: wait(reason), more: advice(reason, info), tone: 'waiting', raw: null };
    // A stage of a running build may still wait: that is said after what runs.
    return {
      sentence: what.length > 0 ? t('runningNow', { what: list(what) }) : null,
      more: reason ? wait(reason) : null,
      tone: 'running',
      raw: null,
    };
  }
  if (cause) {
    const tone = isFailure(build.status) ? 'failure' : 'calm';
    return { sentence: causeSentence(cause), more: ignored(cause.ignoredSteps), tone, raw: cause.raw };
  }
  if (build.status === 'success') {
    const took =
      build.startedAt !== null && build.finishedAt !== null
        ? clockText(build.finishedAt - build.startedAt)
        : null;
    return {
      sentence: took ? t('passedIn', { took }) : t('passed'),
      more: ignored(ignoredSteps(build.stages)),
      tone: 'calm',
      raw: null,
    };
  }
  if (build.status === 'skipped') return { sentence: t('skipped'), more: null, tone: 'calm', raw: null };
  return {
    sentence: build.status === 'unknown' ? t('unknownStatus') : null,
    more: null,
    tone: 'calm',
    raw: build.error,
  };
}

/** A build that passed may hold failures that its pipeline file allows. */
const ignoredSteps = (stages: readonly Stage[]): string[] =>
  stages.flatMap((stage) =>
    stage.steps.filter((step) => step.ignoresFailure && isFailure(step.status)).map((step) => step.name),
  );
