import { useTranslation } from 'react-i18next';
import { ago, clockText, dateText, exactText, sinceText, span } from '../lib/format.ts';
import { useNow } from '../lib/now.ts';
import { Hint } from './hint.tsx';

/** "4 min ago" up to 24 hours, then a date; the exact time with its zone in the tooltip. */
export function Time({ at }: { at: number }) {
  const { i18n } = useTranslation();
  const text = useAgoText();
  const now = useNow();
  return (
    <Hint label={exactText(at, i18n.language)}>
      <time className="num nowrap" dateTime={new Date(at).toISOString()}>
        {text(at, now)}
      </time>
    </Hint>
  );
}

/** The words of `Time`, for sentences. */
export function useAgoText(): (at: number, now: number) => string {
  const { t, i18n } = useTranslation();
  return (at, now) => {
    const passed = ago(at, now);
    if (passed.kind === 'now') return t('time.justNow');
    if (passed.kind === 'minutes') return t('time.minutesAgo', { count: passed.count });
    if (passed.kind === 'hours') return t('time.hoursAgo', { count: passed.count });
    return dateText(at, now, i18n.language);
  };
}

/** `14:02` today, else a date: for "since …" in sentences. */
export function useSinceText(): (at: number) => string {
  const { i18n } = useTranslation();
  return (at) => sinceText(at, Date.now(), i18n.language);
}

/** `38 min`, `3 h`: for sentences. */
export function useSpanText(): (ms: number) => string {
  const { t } = useTranslation();
  return (ms) => {
    const { unit, count } = span(ms);
    return t(`time.${unit}`, { count });
  };
}

/** `6:42`; counts up while there is no end. Nothing when it has not begun. */
export function Duration({ from, to }: { from: number | null; to: number | null }) {
  const now = useNow(from !== null && to === null);
  if (from === null) return null;
  const ms = Math.max(0, (to ?? now) - from);
  return (
    <time className="num nowrap" dateTime={`PT${Math.floor(ms / 1_000)}S`}>
      {clockText(ms)}
    </time>
  );
}
