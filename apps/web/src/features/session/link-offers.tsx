import type { LinkedAccount, Viewer } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useInstanceName } from '../../lib/session.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { Note } from '../../ui/note.tsx';
import { useDismissOffer } from './queries.ts';

/** After the first sign-in: offers to link the person's own accounts, until linked or dismissed. */
export function LinkOffers({ viewer }: { viewer: Viewer }) {
  return viewer.accounts
    .filter((account) => account.state !== 'linked' && !account.dismissed)
    .map((account) => <Offer key={account.server} account={account} />);
}

function Offer({ account }: { account: LinkedAccount }) {
  const { t } = useTranslation();
  const server = useInstanceName()(account.server);
  const dismiss = useDismissOffer();
  const sentence =
    account.state === 'expired'
      ? t('link.expired', { server })
      : account.state === 'other-person'
        ? t('link.otherPerson', { server })
        : t('link.offer', { server });
  return (
    <Note
      kind={account.state === 'none' ? 'plain' : 'waiting'}
      aside={
        <>
          <LinkButton account={account} />
          <Button size="compact-sm" variant="subtle" onClick={() => dismiss.mutate(account.server)}>
            {t('action.dismiss')}
          </Button>
        </>
      }
    >
      {sentence}
    </Note>
  );
}
