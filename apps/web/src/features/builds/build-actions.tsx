import type { BuildView } from '@flightdeck/api-client/contract';
import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/icon.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { useObstacleSentence } from '../../ui/sentences.ts';
import css from './build-head.module.css';

export type Ask = 'restart' | 'cancel' | 'approve' | 'promote';

/** What an action's place shows: nothing, a button, or the button with the reason why not. */
export type Shown = 'absent' | 'refused' | 'offered';

/** Buttons, keys and palette offer the same: whoever asks here shows what the others show. */
export function shownActions({ build, permits }: BuildView): Record<Ask, Shown> {
  const ended = build.finishedAt !== null;
  const approve = build.status === 'approval' && permits.approve === null;
  const offered = (permit: (typeof permits)['restart']): Shown => (permit === null ? 'offered' : 'refused');
  return {
    cancel: permits.cancel === null ? 'offered' : 'absent',
    approve: approve ? 'offered' : 'absent',
    // Takes the place of the review, and back.
    restart: approve ? 'absent' : offered(permits.restart),
    // What has not ended has nothing to promote yet.
    promote: !ended || permits.promote === 'not-supported' ? 'absent' : offered(permits.promote),
  };
}

interface BuildActionsProps {
  view: BuildView;
  serverName: string;
  onAsk: (what: Ask) => void;
}

/** At most one primary button; what cannot be done says why beside it. */
export function BuildActions({ view, serverName, onAsk }: BuildActionsProps) {
  const { t } = useTranslation('build');
  const obstacle = useObstacleSentence();
  const { permits, build, links } = view;
  const shown = shownActions(view);
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
      {shown.cancel === 'offered' && <Button onClick={() => onAsk('cancel')}>{t('action.cancel')}</Button>}
      {shown.promote !== 'absent' && (
        <Refusable why={why(permits.promote)}>
          {(disabled) => (
            <Button onClick={() => onAsk('promote')} disabled={disabled} rightSection={<Kbd>P</Kbd>}>
              {t('action.promote')}
            </Button>
          )}
        </Refusable>
      )}
      {shown.approve === 'offered' ? (
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
