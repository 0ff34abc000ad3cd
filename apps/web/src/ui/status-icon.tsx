import type { Status } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import css from './status-icon.module.css';

/** Solid shapes on 16 × 16: the shape says it first, the colour second. */
const shapes = {
  success: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1ZM4.3 8.3 7 11l4.8-5.1-1.1-1.1L7 8.7 5.4 7.2Z',
  failure:
    'M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1ZM5.5 4.4 4.4 5.5 6.9 8l-2.5 2.5 1.1 1.1L8 9.1l2.5 2.5 1.1-1.1L9.1 8l2.5-2.5-1.1-1.1L8 6.9Z',
  ignored:
    'M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1ZM5.7 2.5 2.5 5.7v4.6l3.2 3.2h4.6l3.2-3.2V5.7l-3.2-3.2ZM6 5.1l-.9.9 2 2-2 2 .9.9 2-2 2 2 .9-.9-2-2 2-2-.9-.9-2 2Z',
  running:
    'M8 1a7 7 0 1 1-6.58 4.6l1.5.55A5.4 5.4 0 1 0 8 2.6ZM8 5.9a2.1 2.1 0 1 1 0 4.2 2.1 2.1 0 0 1 0-4.2Z',
  waiting:
    'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1ZM8 2.6a5.4 5.4 0 1 0 0 10.8A5.4 5.4 0 0 0 8 2.6ZM7.2 4.5h1.5v3.2l2.2 1.5-.85 1.25L7.2 8.5Z',
  approval: 'M8 .6 15.4 8 8 15.4.6 8ZM5.9 5.2v5.6h1.5V5.2ZM8.6 5.2v5.6h1.5V5.2Z',
  skipped:
    'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1ZM8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM4.9 5.2l1-.9L9.3 8l-3.4 3.7-1-.9L7.4 8ZM8.3 5.2l1-.9L12.7 8l-3.4 3.7-1-.9L10.8 8Z',
  cancelled:
    'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1ZM8 2.5a5.5 5.5 0 0 0-4.4 8.8l7.7-7.7A5.5 5.5 0 0 0 8 2.5ZM12.4 4.7l-7.7 7.7a5.5 5.5 0 0 0 7.7-7.7Z',
  notice: 'M8 1.2 15.4 14.4H.6ZM7.2 5.8v4.4h1.6V5.8ZM7.2 11.2v1.6h1.6v-1.6Z',
} as const;
export type Shape = keyof typeof shapes;

const shapeOf: Record<Status, Shape> = {
  waiting: 'waiting',
  approval: 'approval',
  running: 'running',
  success: 'success',
  failure: 'failure',
  error: 'failure',
  cancelled: 'cancelled',
  declined: 'cancelled',
  skipped: 'skipped',
  unknown: 'notice',
};

export const statusShape = (status: Status, ignored = false): Shape =>
  ignored && shapeOf[status] === 'failure' ? 'ignored' : shapeOf[status];

/** The word for a status in the reader's language. */
export function useStatusWord(): (status: Status, ignored?: boolean) => string {
  const { t } = useTranslation('builds');
  return (status, ignored) =>
    ignored && shapeOf[status] === 'failure' ? t('ignoredFailure') : t(`status.${status}`);
}

interface StatusIconProps {
  status: Status;
  /** A failure that the pipeline file allows. */
  ignored?: boolean;
  /** 20 px instead of 16. */
  big?: boolean;
  /** The word stands right beside it: say nothing twice. */
  silent?: boolean;
}

export function StatusIcon({ status, ignored = false, big = false, silent = false }: StatusIconProps) {
  const word = useStatusWord()(status, ignored);
  return <ShapeIcon shape={statusShape(status, ignored)} big={big} {...(silent ? {} : { label: word })} />;
}

/** One of the shapes for something that is not a status: a notice, an outcome. Without a label it is decoration. */
export function ShapeIcon({ shape, big = false, label }: { shape: Shape; big?: boolean; label?: string }) {
  const size = big ? 20 : 16;
  const drawing = <path fillRule="evenodd" d={shapes[shape]} />;
  const common = {
    className: css.status,
    'data-shape': shape,
    width: size,
    height: size,
    viewBox: '0 0 16 16',
  };
  if (label === undefined) {
    return (
      <svg {...common} aria-hidden="true">
        {drawing}
      </svg>
    );
  }
  return (
    <svg {...common} role="img" aria-label={label}>
      <title>{label}</title>
      {drawing}
    </svg>
  );
}
