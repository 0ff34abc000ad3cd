import type { BuildHead, FailureCause, Silence, WaitReason } from '@flightdeck/api-client/model';
import { isFailure, isFinished } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.ts';
import { useNow } from '../../lib/now.ts';
import { useSeveralServers } from '../../lib/session.ts';
import { Link } from '../../ui/link.tsx';
import { InstanceBadge, Person, Ref, RepositoryName } from '../../ui/names.tsx';
import { useCauseSentence, useSilenceSentence, useWaitSentence } from '../../ui/sentences.ts';
import { StatusIcon } from '../../ui/status-icon.tsx';
import { Duration, Time, useSpanText } from '../../ui/time.tsx';
import css from './build-row.module.css';

interface BuildRowProps {
  server: string;
  path: string;
  build: BuildHead;
  waits: WaitReason | null;
  cause: FailureCause | null;
  silence?: Silence | null;
  /** Leave the sentence out: it stands elsewhere on the page. */
  quiet?: boolean;
  /** Name the repository, and its server where there are several: in lists of many. */
  withRepository?: boolean;
  /** What stands at the right instead of the time. */
  action?: React.ReactNode;
}

/** One build in a list: status, where, what, branch, who, when; below it the sentence that explains its state. */
export function BuildRow(props: BuildRowProps) {
  const {
    server,
    path,
    build,
    waits,
    cause,
    silence = null,
    quiet = false,
    withRepository = false,
    action,
  } = props;
  const full = useRowSentence(build, waits, cause, silence);
  const sentence = quiet ? null : full;
  const to = paths.build(server, path, build.number);
  const withServer = useSeveralServers() && withRepository;
  return (
    <li
      className={css.item}
      data-wide={withRepository || undefined}
      data-servers={withServer || undefined}
      data-two={sentence !== null || undefined}
    >
      <span className={css.status}>
        <StatusIcon status={build.status} />
      </span>
      <span className={css.where}>
        {withRepository ? (
          <Link to={paths.repository(server, path)} className="text-link cut">
            <RepositoryName path={path} />
          </Link>
        ) : null}
        <span className="t3 num nowrap">#{build.number}</span>
        {withServer ? <InstanceBadge id={server} /> : null}
      </span>
      <Link to={to} className={`${css.title} text-link cut`} data-row title={build.title}>
        {build.title || `#${build.number}`}
      </Link>
      <span className={css.branch}>
        <EventText build={build} />
      </span>
      <span className={`${css.author} t2 cut`}>
        <Person person={build.author} />
      </span>
      <span className={`${css.when} t2`}>{action ?? <When build={build} />}</span>
      {sentence ? <p className={css.why}>{sentence}</p> : null}
    </li>
  );
}

/** Branch, pull request, tag, job or environment: what this build is about, in the fewest words. */
function EventText({ build }: { build: BuildHead }) {
  const { t } = useTranslation('builds');
  const words: Partial<Record<BuildHead['event'], string>> = {
    ...(build.pullRequest ? { pull_request: t('summary.pullRequest', { number: build.pullRequest }) } : {}),
    ...(build.tag ? { tag: t('summary.tag', { tag: build.tag }) } : {}),
    ...(build.cron ? { cron: t('summary.cron', { cron: build.cron }) } : {}),
    ...(build.environment
      ? {
          promote: t('summary.promotion', { environment: build.environment }),
          rollback: t('summary.rollback', { environment: build.environment }),
        }
      : {}),
  };
  const word = words[build.event];
  return word ? (
    <span className="t2 cut" title={`${word} · ${build.branch}`}>
      {word}
    </span>
  ) : (
    <Ref name={build.branch} />
  );
}

/** Running things count up; the others say when they were. */
function When({ build }: { build: BuildHead }) {
  if (build.status === 'running') return <Duration from={build.startedAt ?? build.createdAt} to={null} />;
  return <Time at={build.finishedAt ?? build.startedAt ?? build.createdAt} />;
}

/** The sentence under a row, or null where the status says enough. */
function useRowSentence(
  build: BuildHead,
  waits: WaitReason | null,
  cause: FailureCause | null,
  silence: Silence | null,
): string | null {
  const { t } = useTranslation('waiting');
  const wait = useWaitSentence();
  const broke = useCauseSentence();
  const quiet = useSilenceSentence();
  const span = useSpanText();
  const waiting = build.status === 'waiting' || build.status === 'approval';
  const now = useNow(waiting);
  if (waiting) {
    const why = waits ? wait(waits) : t('unknown');
    return t('soFar', { why, duration: span(now - build.createdAt) });
  }
  if (silence && !isFinished(build.status)) return quiet(silence);
  // A stage of a running build may wait while the others have ended: it runs in name only.
  if (build.status === 'running' && waits && waits.kind !== 'dependency' && waits.kind !== 'soon')
    return wait(waits);
  if (isFailure(build.status) && cause) return broke(cause);
  return null;
}
