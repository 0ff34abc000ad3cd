import type { BuildView } from '@flightdeck/api-client/contract';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.ts';
import { Icon } from '../../ui/icon.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { Link, OutLink } from '../../ui/link.tsx';
import { Commit, InstanceBadge, Person, Ref } from '../../ui/names.tsx';
import { Crumbs, useTitle } from '../../ui/page.tsx';
import { StatusIcon } from '../../ui/status-icon.tsx';
import { Duration, Time } from '../../ui/time.tsx';
import { type Ask, BuildActions } from './build-actions.tsx';
import css from './build-head.module.css';

interface BuildHeadProps {
  view: BuildView;
  serverName: string;
  onAsk: (what: Ask) => void;
}

/** Crumbs, title, facts in one line, actions. A build's title is one line, cut with a tooltip. */
export function BuildHead({ view, serverName, onAsk }: BuildHeadProps) {
  const { build, server, path } = view;
  return (
    <header className={css.head}>
      <Where server={server} path={path} number={build.number}>
        <Neighbours view={view} />
      </Where>
      <div className={css.line}>
        <StatusIcon status={build.status} big />
        <h1 className={css.title} title={build.title}>
          <span className={css.number}>#{build.number}</span> {build.title}
        </h1>
        <BuildActions view={view} serverName={serverName} onAsk={onAsk} />
      </div>
      <Facts view={view} />
    </header>
  );
}

/** The head while the build is being read, or could not be: where one is stands from the first moment. */
export function PendingBuildHead(props: Omit<WhereProps, 'children'>) {
  return (
    <header className={css.head}>
      <Where {...props} />
      <h1 className={css.title}>
        <span className={css.number}>#{props.number}</span>
      </h1>
    </header>
  );
}

interface WhereProps {
  server: string;
  path: string;
  number: number;
  children?: React.ReactNode;
}

function Where({ server, path, number, children }: WhereProps) {
  const { t } = useTranslation('build');
  const { t: tb } = useTranslation('builds');
  useTitle(t('tab', { number, path }));
  return (
    <div className={css.crumbs}>
      <Crumbs
        crumbs={[
          { label: path, to: paths.repository(server, path) },
          { label: tb('title'), to: paths.repository(server, path) },
        ]}
        badge={<InstanceBadge id={server} />}
      />
      <span className="grow" />
      {children}
    </div>
  );
}

function Neighbours({ view: { server, path, older, newer } }: { view: BuildView }) {
  const { t } = useTranslation('build');
  return (
    <span className={css.neighbours}>
      {older !== null && (
        <Link
          to={paths.build(server, path, older)}
          className="text-link"
          aria-label={t('olderBuild', { number: older })}
        >
          {t('older')} <Kbd>[</Kbd>
        </Link>
      )}
      {newer !== null && (
        <Link
          to={paths.build(server, path, newer)}
          className="text-link"
          aria-label={t('newerBuild', { number: newer })}
        >
          {t('newer')} <Kbd>]</Kbd>
        </Link>
      )}
    </span>
  );
}

function Facts({ view }: { view: BuildView }) {
  const { t } = useTranslation('build');
  const { t: tb } = useTranslation('builds');
  const { build, links } = view;
  return (
    <div className={css.facts}>
      <Person person={build.author} avatar />
      <span>
        <Icon
          name={build.event === 'pull_request' ? 'pullRequest' : build.event === 'tag' ? 'tag' : 'commit'}
          size={14}
        />
        {build.pullRequest !== null && links.pullRequest ? (
          <OutLink href={links.pullRequest} className="text-link">
            {tb('summary.pullRequest', { number: build.pullRequest })}
          </OutLink>
        ) : (
          tb(`event.${build.event}`)
        )}
        {build.cron ? ` ${build.cron}` : ''}
      </span>
      {build.environment !== null && (
        <span>
          <Icon name="rocket" small />
          {t(build.event === 'rollback' ? 'meta.rollback' : 'meta.environment', {
            environment: build.environment,
          })}
        </span>
      )}
      {build.parent !== null && (
        <Link to={paths.build(view.server, view.path, build.parent)} className="text-link num">
          {t(build.event === 'rollback' ? 'meta.backTo' : 'meta.parent', { number: build.parent })}
        </Link>
      )}
      <span className={css.ref}>
        <Icon name={build.tag ? 'tag' : 'branch'} small />
        <OutLink href={(build.tag ? links.tag : links.branch) ?? links.commit} className="text-link cut">
          <Ref name={build.tag ?? build.sourceBranch ?? build.branch} />
        </OutLink>
        {build.event === 'pull_request' && (
          <>
            <Icon name="arrow" small />
            <Ref name={build.branch} />
          </>
        )}
      </span>
      {build.fork !== null && <span>{t('meta.fork', { fork: build.fork })}</span>}
      <OutLink href={links.commit} className="text-link">
        <Commit sha={build.commit} />
      </OutLink>
      {build.startedBy !== null && build.startedBy !== build.author.login && (
        <span>{t('meta.startedBy', { login: build.startedBy })}</span>
      )}
      <span className="grow" />
      <span className="num nowrap">
        <Icon name="clock" small />
        {build.startedAt !== null && (
          <>
            <Duration from={build.startedAt} to={build.finishedAt} /> ·
          </>
        )}
        <Time at={build.startedAt ?? build.createdAt} />
      </span>
    </div>
  );
}
