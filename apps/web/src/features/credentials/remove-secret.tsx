import type { RepositoryDetail } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { useSubmit } from '../../lib/use-submit.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { inputOf, useReadAgain } from './queries.ts';

interface Props {
  repository: RepositoryDetail;
  name: string;
  onClose: (message?: string) => void;
}

export function RemoveSecret({ repository, name, onClose }: Props) {
  const { t } = useTranslation('credentials');
  const { busy, error, run } = useSubmit();
  const readAgain = useReadAgain();
  const remove = async () => {
    const input = inputOf(repository.server, repository.path);
    if (!(await run(() => api.secrets.remove({ ...input, name })))) return;
    void readAgain();
    onClose(t('secrets.removed', { name }));
  };
  return (
    <Confirm
      opened
      onClose={() => onClose()}
      title={t('secrets.removeTitle', { name })}
      text={t('secrets.removeText')}
      submit={t('secrets.removeSubmit', { name })}
      onSubmit={() => void remove()}
      busy={busy}
      error={error}
    />
  );
}
