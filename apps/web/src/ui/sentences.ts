import type {
  FailureCause,
  Obstacle,
  Platform,
  ServerInfo,
  Silence,
  WaitReason,
} from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { useSinceText } from './time.tsx';

/** `a, b and c` in the reader's language. */
export function useListText(): (items: readonly string[], kind?: 'conjunction' | 'disjunction') => string {
  const { i18n } = useTranslation();
  return (items, type = 'conjunction') =>
    i18n.language === 'zh-CN'
      ? chineseList(items, type === 'conjunction' ? '和' : '或')
      : new Intl.ListFormat('en', { style: 'long', type }).format(items);
}

/** What stands between two sentences: full-width punctuation brings its own room. */
export function useGap(): string {
  return useTranslation().i18n.language === 'zh-CN' ? '' : ' ';
}

const chinese = /[\u3000-\u9fff\uff00-\uffef]/;

/** A space where a Latin letter or a digit would touch a Chinese one: for what is put into a sentence without one. */
export function spaced(text: string): string {
  const before = text !== '' && !chinese.test(text.charAt(0)) ? ' ' : '';
  const after = text !== '' && !chinese.test(text.charAt(text.length - 1)) ? ' ' : '';
  return before + text + after;
}

function chineseList(items: readonly string[], and: string): string {
  if (items.length < 2) return items[0] ?? '';
  const head = items.slice(0, -1).join('、');
  return `${head}${spaced(head).endsWith(' ') ? ' ' : ''}${and}${spaced(items.at(-1) ?? '').trimEnd()}`;
}

export const platformText = (platform: Platform): string =>
  [platform.os, platform.arch, platform.variant].filter(Boolean).join('/');

/** Why it waits, in one sentence. Facts come from the server, words from here. */
export function useWaitSentence(): (reason: WaitReason) => string {
  const { t, i18n } = useTranslation('waiting');
  const list = useListText();
  const since = useSinceText();
  return (reason) => {
    switch (reason.kind) {
      case 'no-runner': {
        const need = [
          ...(reason.platform ? [platformText(reason.platform)] : []),
          ...(reason.type ? [t('type', { type: reason.type })] : []),
          ...Object.entries(reason.labels).map(([name, value]) => t('label', { name, value })),
        ];
        const words = {
          need: need.length > 0 ? list(need) : t('anything'),
          seen: list(reason.seen),
          time: reason.since === null ? '' : since(reason.since),
        };
        if (reason.since === null)
          return reason.seen.length > 0 ? t('no-runner_seen', words) : t('no-runner', words);
        return reason.seen.length > 0 ? t('no-runner_seen_since', words) : t('no-runner_since', words);
      }
      case 'runners-busy': {
        const behind = [
          ...reason.behind.map((build) => `${build.path} #${build.number}`),
          ...(reason.hidden > 0 ? [t('hidden', { count: reason.hidden })] : []),
        ];
        return behind.length > 0
          ? t('runners-busy_behind', { stage: reason.stage, behind: list(behind) })
          : t('runners-busy', { stage: reason.stage });
      }
      case 'concurrency-limit':
        return t('concurrency-limit', {
          count: reason.limit,
          stage: reason.stage,
          behind: list(reason.behind.map((build) => `#${build.number}`)),
        });
      case 'dependency':
        return t('dependency', { stage: reason.stage, on: list(reason.on) });
      case 'approval': {
        const names = list(
          reason.approvers.map((person) => person.name || person.login),
          'disjunction',
        );
        const approvers = i18n.language === 'zh-CN' ? spaced(names) : names;
        const because = reason.because === 'unknown' ? '' : t(`because.${reason.because}`);
        if (reason.you)
          return approvers
            ? t('approval_you_others', { approvers, because })
            : t('approval_you', { because });
        return approvers ? t('approval_others', { approvers, because }) : t('approval_nobody', { because });
      }
      case 'nothing-matched':
        return reason.environment === null
          ? t('nothing-matched_none')
          : t('nothing-matched', { environment: reason.environment });
      case 'queue-paused':
        return t('queue-paused');
      case 'nothing-taken':
        return t('nothing-taken', { time: since(reason.since) });
      case 'soon':
        return t('soon');
      case 'unknown':
        return t('unknown');
    }
  };
}

/**
 * What to do about it, in one short sentence; null where there is nothing to do. Names of settings and of the CI server
 * come from its declaration; undefined while that is not known.
 */
export function useWaitAdvice(): (
  reason: WaitReason,
  server: Pick<ServerInfo, 'name' | 'runnerSettings'> | undefined,
) => string | null {
  const { t } = useTranslation('waiting', { keyPrefix: 'advice' });
  const { t: tr } = useTranslation('repos');
  return (reason, info) => {
    const settings = info?.runnerSettings;
    const server = info?.name ?? tr('obstacle.server');
    switch (reason.kind) {
      case 'no-runner':
        return settings && Object.keys(reason.labels).length > 0
          ? t('no-runner_labels', { setting: settings.labels })
          : t('no-runner');
      case 'runners-busy':
        return settings ? t('runners-busy_capacity', { setting: settings.capacity }) : t('runners-busy');
      case 'concurrency-limit':
        return t(`concurrency-limit_${reason.of}`);
      case 'approval':
        if (reason.you) return t('approval_you');
        return reason.approvers.length > 0 ? t('approval_others') : t('approval_nobody');
      case 'nothing-matched':
        return t('nothing-matched');
      case 'queue-paused':
        return t('queue-paused', { server });
      case 'soon':
        return null;
      case 'dependency':
        return t('dependency');
      case 'nothing-taken':
        return t('nothing-taken', { server });
      case 'unknown':
        return t('unknown', { server });
    }
  };
}

/** A running step that gives no sign of life. */
export function useSilenceSentence(): (silence: Silence) => string {
  const { t } = useTranslation('waiting');
  const since = useSinceText();
  return (silence) => {
    const words = { step: silence.step ?? silence.stage, time: since(silence.since) };
    return silence.runner ? t('silence', { ...words, runner: silence.runner }) : t('silence_noRunner', words);
  };
}

/** What broke a build, in one sentence. */
export function useCauseSentence(): (cause: FailureCause) => string {
  const { t } = useTranslation('diagnosis');
  return (cause) => {
    const step = cause.step ?? cause.stage ?? t('theBuild');
    const words = {
      step,
      exitCode: cause.exitCode ?? '?',
      by: cause.by ?? '',
      line: cause.line ?? 0,
      newer: cause.newer ?? '?',
    };
    if (cause.kind === 'cancelled' && cause.by) return t('cancelled_by', words);
    if (cause.kind === 'declined' && cause.by) return t('declined_by', words);
    if (cause.kind === 'pipeline-file' && cause.line !== null) return t('pipeline-file_line', words);
    return t(cause.kind, words);
  };
}

/** "lint failed too, which the pipeline file allows", or null. */
export function useIgnoredSentence(): (steps: readonly string[]) => string | null {
  const { t } = useTranslation('diagnosis');
  const list = useListText();
  return (steps) => (steps.length === 0 ? null : t('ignored', { count: steps.length, steps: list(steps) }));
}

/** Why something cannot be done, in one sentence. `server`: the CI server's name. */
export function useObstacleSentence(): (obstacle: Obstacle, server?: string) => string {
  const { t } = useTranslation('repos');
  return (obstacle, server) => t(`obstacle.${obstacle}`, { server: server ?? t('obstacle.server') });
}
