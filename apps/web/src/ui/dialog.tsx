import { Button, Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { useFocusBack } from '../lib/focus-back.ts';
import css from './dialog.module.css';
import { FormProblem } from './problem.tsx';

interface DialogProps {
  opened: boolean;
  onClose: () => void;
  title: React.ReactNode;
  children: React.ReactNode;
  /** Widest it gets, in px. */
  width?: number;
}

/** A dialog; the whole screen on a phone. Esc closes it, the focus goes back to where it was. */
export function Dialog({ opened, onClose, title, children, width = 520 }: DialogProps) {
  const { t } = useTranslation();
  useFocusBack();
  const phone = useMediaQuery('(max-width: 639px)') ?? false;
  return (
    <Modal.Root opened={opened} onClose={onClose} size={width} fullScreen={phone}>
      <Modal.Overlay />
      <Modal.Content>
        {/* Not the kit's own head: its `header` counts as a second banner of the page. */}
        <div className={css.head}>
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label={t('action.close')} />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

/** The row of buttons at a dialog's foot: the verb and its object last. */
export function DialogButtons({ children, hint }: { children: React.ReactNode; hint?: React.ReactNode }) {
  return (
    <div className={css.buttons}>
      {hint ? <span className={css.hint}>{hint}</span> : null}
      {children}
    </div>
  );
}

interface ConfirmProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  text: React.ReactNode;
  /** The verb and its object: "Delete CODECOV_TOKEN". */
  submit: string;
  onSubmit: () => void;
  busy: boolean;
  error?: unknown;
  dangerous?: boolean;
}

/** Asks once before something that cannot be undone. */
export function Confirm({
  opened,
  onClose,
  title,
  text,
  submit,
  onSubmit,
  busy,
  error,
  dangerous = true,
}: ConfirmProps) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={title} width={460}>
      <div className="stack">
        <div className="md">{text}</div>
        <FormProblem error={error} />
        <DialogButtons>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button variant={dangerous ? 'danger' : 'filled'} loading={busy} onClick={onSubmit} data-autofocus>
            {submit}
          </Button>
        </DialogButtons>
      </div>
    </Dialog>
  );
}
