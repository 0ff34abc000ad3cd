import { useTranslation } from 'react-i18next';
import css from './note.module.css';
import { ShapeIcon } from './status-icon.tsx';

export type NoteKind = 'plain' | 'waiting' | 'failure' | 'success';

interface NoteProps {
  kind?: NoteKind;
  children: React.ReactNode;
  /** Code, link or button at the right. */
  aside?: React.ReactNode;
  /** Read out when it appears. */
  live?: boolean;
}

/** A sentence in the flow of a page that the reader must see. It wraps and is never cut. */
export function Note({ kind = 'plain', children, aside, live = false }: NoteProps) {
  const { t } = useTranslation();
  return (
    <div
      className={css.note}
      data-kind={kind}
      {...(live ? { role: kind === 'failure' ? 'alert' : 'status' } : {})}
    >
      {kind === 'waiting' ? <ShapeIcon shape="notice" label={t('state.notice')} /> : null}
      {kind === 'failure' ? <ShapeIcon shape="failure" label={t('state.notice')} /> : null}
      {kind === 'success' ? <ShapeIcon shape="success" /> : null}
      <div className={css.text}>{children}</div>
      {aside ? <div className={css.aside}>{aside}</div> : null}
    </div>
  );
}
