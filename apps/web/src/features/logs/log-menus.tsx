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
  const sign = <Icon name="check" small />;
  return (
    <ToolMenu icon="dots" label={t('view')}>
      <Menu.Label>{t('times.label')}</Menu.Label>
      <Menu.RadioGroup value={view.times} onChange={(next) => setView({ times: next as LogView['times'] })}>
        {times.map((one) => (
          <Menu.RadioItem key={one} value={one} checkIcon={sign} closeMenuOnClick>
            {t(`times.${one}`)}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <Menu.Divider />
      <Menu.CheckboxItem
        checked={view.plain}
        onChange={(plain) => setView({ plain })}
        checkIcon={sign}
        closeMenuOnClick
      >
        {t('plain.mode')}
      </Menu.CheckboxItem>
      {foldAll && (
        <>
          <Menu.Divider />
          <Menu.Item onClick={() => foldAll(true)}>{t('fold.closeAll')}</Menu.Item>
          <Menu.Item onClick={() => foldAll(false)}>{t('fold.openAll')}</Menu.Item>
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
