import type { LinkedAccount } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { paths } from '../app/paths.ts';
import { useGo } from '../lib/address.ts';
import { here } from '../lib/page-facts.ts';
import { useInstanceName } from '../lib/session.ts';

/** One click where the server allows it (a navigation: it ends on this page again), else the page that takes a token. */
export function LinkButton({
  account,
  big = false,
  named = false,
}: {
  account: LinkedAccount;
  big?: boolean;
  /** Says on which server: beside buttons for others. */
  named?: boolean;
}) {
  const { t } = useTranslation();
  const go = useGo();
  const server = useInstanceName()(account.server);
  const size = big ? 'xs' : 'compact-sm';
  if (account.oneClickUrl) {
    return (
      <Button size={size} component="a" href={withReturn(account.oneClickUrl)}>
        {named ? t('link.oneClickOn', { server }) : t('link.oneClick')}
      </Button>
    );
  }
  return (
    <Button size={size} onClick={() => go(`${paths.account()}?paste=${account.server}`)}>
      {named ? t('link.pasteOn', { server }) : t('link.paste')}
    </Button>
  );
}

export const withReturn = (url: string): string =>
  `${url}${url.includes('?') ? '&' : '?'}return=${encodeURIComponent(here())}`;
