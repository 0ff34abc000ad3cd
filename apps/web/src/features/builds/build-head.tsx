import type { BuildView } from '@flightdeck/api-client/contract';
import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.ts';
import { Icon } from '../../ui/icon.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { Link, OutLink } from '../../ui/link.tsx';
import { Badge, Commit, Person, Ref } from '../../ui/names.tsx';
import { Crumbs, useTitle } from '../../ui/page.tsx';
import { useObstacleSentence } from '../../ui/sentences.ts';
import { StatusIcon } from '../../ui/status-icon.tsx';
import { Duration, Time } from '../../ui/time.tsx';
import css from './build-head.module.css';

export type Ask = 'restart' | 'cancel' | 'approve' | 'promote';

interface BuildHeadProps {
  view: BuildView;
  serverName: string;
  onAsk: (what: Ask) => void;
}

/** Crumbs, title, facts in one line, actions. A build's title is one line, cut with a tooltip. */
export function BuildHead({ view, serverName, onAsk }: BuildHeadProps) {
  const { t } = useTranslation('build');
  const { t: tb } = useTranslation('builds');
  const { build, server, path } = view;
  useTitle(t('tab', { number: build.number, path }));
  return (
    <header className={css.head}>
      <div className={css.crumbs}>
        <Crumbs
          crumbs={[
            { label: path, to: paths.repository(server, path) },
            { label: tb('title'), to: paths.repository(server, path) },
          ]}
          badge={<Badge>{serverName}</Badge>}
        />
        <span className="grow" />
        <Neighbours view={view} />
      </div>
      <div className={css.line}>
        <StatusIcon status={build.status} big />
        <h1 className={css.title} title={build.title}>
          <span className={css.number}>#{build.number}</span> {build.title}
        </h1>
        <Actions view={view} serverName={serverName} onAsk={onAsk} />
      </div>
      <Facts view={view} />
    </header>
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
          {t('meta.environment', { environment: build.environment })}
        </span>
      )}
      {build.parent !== null && (
        <Link to={paths.build(view.server, view.path, build.parent)} className="text-link num">
          {t('meta.parent', { number: build.parent })}
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

/** At most one primary button; what cannot be done says why beside it. */
function Actions({ view, serverName, onAsk }: BuildHeadProps) {
  const { t } = useTranslation('build');
  const obstacle = useObstacleSentence();
  const { permits, build, links } = view;
  const canApprove = build.status === 'approval' && permits.approve === null;
  const ended = build.finishedAt !== null;
  const why = (permit: (typeof permits)['restart']) =>
    permit === null ? null : obstacle(permit, serverName);
  return (
    <div className={css.actions}>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={t('action.more')}>
            <Icon name="dots" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {(
            [
              ['commit', links.commit],
              ['pullRequest', links.pullRequest],
              ['tag', links.tag],
              ['branch', links.branch],
              ['file', links.pipelineFile],
              ['upstream', links.upstream],
            ] as const
          ).map(([name, href]) =>
            href === null ? null : (
              <Menu.Item
                key={name}
                component="a"
                href={href}
                target="_blank"
                rel="noopener noreferrer"
                rightSection={<Icon name="external" small />}
              >
                {t(`links.${name}`, { server: serverName })}
              </Menu.Item>
            ),
          )}
        </Menu.Dropdown>
      </Menu>
      {permits.cancel === null && <Button onClick={() => onAsk('cancel')}>{t('action.cancel')}</Button>}
      <Refusable why={ended ? why(permits.promote) : null}>
        {(disabled) =>
          permits.promote === 'not-supported' || !ended ? null : (
            <Button onClick={() => onAsk('promote')} disabled={disabled} rightSection={<Kbd>P</Kbd>}>
              {t('action.promote')}
            </Button>
          )
        }
      </Refusable>
      {canApprove ? (
        <Button variant="filled" onClick={() => onAsk('approve')} rightSection={<Kbd>A</Kbd>}>
          {t('action.approve')}
        </Button>
      ) : (
        <Refusable why={why(permits.restart)}>
          {(disabled) => (
            <Button
              variant={ended ? 'filled' : 'default'}
              onClick={() => onAsk('restart')}
              disabled={disabled}
              leftSection={<Icon name="restart" small />}
              rightSection={<Kbd>R</Kbd>}
            >
              {t('action.restartOpen')}
            </Button>
          )}
        </Refusable>
      )}
    </div>
  );
}

/** A refused action stays in its place with the reason beside it, also for who cannot hover. */
function Refusable({
  why,
  children,
}: {
  why: string | null;
  children: (disabled: boolean) => React.ReactNode;
}) {
  if (why === null) return children(false);
  return (
    <Tooltip label={why}>
      <span className={css.refused} tabIndex={0} role="note" aria-label={why}>
        {children(true)}
      </span>
    </Tooltip>
  );
}
