import type { LogView } from '@flightdeck/api-client/model';
import { ActionIcon, Menu } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '../../ui/icon.tsx';
import type { DownloadForm, LogFeed } from './feed.ts';

const times = ['off', 'relative', 'absolute'] as const;
const forms: readonly DownloadForm[] = ['raw', 'plain', 'html'];

interface ViewMenuProps {
  view: LogView;
  setView: (change: Partial<LogView>) => void;
  foldAll: ((closed: boolean) => void) | undefined;
}

/** What has no button of its own. */
export function ViewMenu({ view, setView, foldAll }: ViewMenuProps) {
  const { t } = useTranslation('logs');
  const mark = (on: boolean) => (on ? <Icon name="check" small /> : <span className="log-no-mark" />);
  return (
    <ToolMenu icon="dots" label={t('view')}>
      <Menu.Label>{t('times.label')}</Menu.Label>
      {times.map((one) => (
        <Menu.Item
          key={one}
          role="menuitemradio"
          aria-checked={view.times === one}
          leftSection={mark(view.times === one)}
          onClick={() => setView({ times: one })}
        >
          {t(`times.${one}`)}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Item
        role="menuitemcheckbox"
        aria-checked={view.plain}
        leftSection={mark(view.plain)}
        onClick={() => setView({ plain: !view.plain })}
      >
        {t('plain.mode')}
      </Menu.Item>
      {foldAll && (
        <>
          <Menu.Divider />
          <Menu.Item leftSection={mark(false)} onClick={() => foldAll(true)}>
            {t('fold.closeAll')}
          </Menu.Item>
          <Menu.Item leftSection={mark(false)} onClick={() => foldAll(false)}>
            {t('fold.openAll')}
          </Menu.Item>
        </>
      )}
    </ToolMenu>
  );
}

/** The step in three forms, and all steps of the build in one archive. */
export function DownloadMenu({ feed }: { feed: LogFeed }) {
  const { t } = useTranslation('logs');
  const item = (form: DownloadForm, href: string) => (
    <Menu.Item key={href} component="a" href={href} download>
      {t(`download.${form}`)}
    </Menu.Item>
  );
  return (
    <ToolMenu icon="download" label={t('download.label')}>
      <Menu.Label>{t('download.step')}</Menu.Label>
      {forms.map((form) => item(form, feed.download(form)))}
      <Menu.Divider />
      <Menu.Label>{t('download.build')}</Menu.Label>
      {forms.map((form) => item(form, feed.downloadBuild(form)))}
    </ToolMenu>
  );
}

function ToolMenu({ icon, label, children }: { icon: IconName; label: string; children: React.ReactNode }) {
  return (
    <Menu
      position="bottom-end"
      width={250}
      keepMounted={false}
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <ActionIcon aria-label={label} title={label}>
          <Icon name={icon} small />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
