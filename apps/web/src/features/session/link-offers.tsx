import type { LinkedAccount, Viewer } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useInstanceName } from '../../lib/session.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { Note } from '../../ui/note.tsx';
import { useListText } from '../../ui/sentences.ts';
import { useDismissOffer } from './queries.ts';

/**
 * After the first sign-in: offers to link the person's own accounts, until linked or dismissed. One note for all that
 * were never linked; one each for those that no longer hold. With `onlyLost` the latter alone.
 */
export function LinkOffers({ viewer, onlyLost }: { viewer: Viewer; onlyLost: boolean }) {
  const open = viewer.accounts.filter((account) => account.state !== 'linked' && !account.dismissed);
  const lost = open.filter((account) => account.state !== 'none');
  const never = onlyLost ? [] : open.filter((account) => account.state === 'none');
  return (
    <>
      {lost.map((account) => (
        <LostAccount key={account.server} account={account} />
      ))}
      {never.length === 0 ? null : <Offer accounts={never} />}
    </>
  );
}

function LostAccount({ account }: { account: LinkedAccount }) {
  const { t } = useTranslation();
  const server = useInstanceName()(account.server);
  return (
    <Note kind="waiting" aside={<Answers accounts={[account]} />}>
      {t(account.state === 'expired' ? 'link.expired' : 'link.otherPerson', { server })}
    </Note>
  );
}

function Offer({ accounts }: { accounts: readonly LinkedAccount[] }) {
  const { t } = useTranslation();
  const name = useInstanceName();
  const join = useListText();
  const names = accounts.map((account) => name(account.server));
  return (
    <Note aside={<Answers accounts={accounts} />}>
      {names.length > 1
        ? t('link.offers', { servers: join(names) })
        : t('link.offer', { server: names[0] ?? '' })}
    </Note>
  );
}

function Answers({ accounts }: { accounts: readonly LinkedAccount[] }) {
  const { t } = useTranslation();
  const dismiss = useDismissOffer();
  return (
    <>
      {accounts.map((account) => (
        <LinkButton key={account.server} account={account} named={accounts.length > 1} />
      ))}
      <Button
        size="compact-sm"
        variant="subtle"
        onClick={() => {
          for (const { server } of accounts) dismiss.mutate(server);
        }}
      >
        {t('action.dismiss')}
      </Button>
    </>
  );
}
