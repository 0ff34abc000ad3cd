import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import css from './panel.module.css';

/** The foot of a form: the verb with its object, and the way out. */
export function FormButtons({
  submit,
  busy,
  onClose,
}: {
  submit: string;
  busy: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <div className={css.buttons}>
      <Button type="submit" variant="filled" loading={busy}>
        {submit}
      </Button>
      <Button variant="subtle" onClick={onClose}>
        {t('action.cancel')}
      </Button>
    </div>
  );
}
