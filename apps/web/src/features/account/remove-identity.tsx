import type { ForgeInfo, Identity } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { leave } from '../../lib/leave.ts';
import { withBase } from '../../lib/page-facts.ts';
import { useSubmit } from '../../lib/use-submit.ts';
import { Confirm } from '../../ui/dialog.tsx';

interface Props {
  forge: ForgeInfo;
  identity: Identity;
  /** With it the person here ends. */
  last: boolean;
  onClose: () => void;
  onDone: () => void;
}

/** Asks once: what goes with the account cannot be brought back. */
export function RemoveIdentity({ forge, identity, last, onClose, onDone }: Props) {
  const { t } = useTranslation('account');
  const { busy, error, run } = useSubmit();
  const names = { forge: forge.name, login: identity.login };
  const remove = async () => {
    let signedOut = false;
    const send = async () => {
      signedOut = (await api.identities.remove({ forge: forge.id })).signedOut;
    };
    if (!(await run(send))) return;
    if (signedOut) leave.to(withBase('/sign-in?signed-out=1'));
    else onDone();
  };
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t('identities.removeTitle', names)}
      text={t(last ? 'identities.removeLast' : 'identities.removeText', names)}
      submit={t('identities.removeSubmit', names)}
      onSubmit={() => void remove()}
      busy={busy}
      error={error}
    />
  );
}
