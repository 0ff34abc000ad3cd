import type { Gap } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { countText } from '../../lib/format.ts';
import { ShapeIcon } from '../../ui/status-icon.tsx';

/** How many records are missing and the server's limit, as written in sentences; '' where unknown. */
export const gapWords = (gap: Gap, limitBytes: number | null, language: string) => ({
  records: gap.before === null ? '' : countText(Math.max(0, gap.before - gap.after - 1), language),
  limit: limitBytes === null ? '' : sizeText(limitBytes, language),
});

/** In whichever unit the server counts: its limit is a round number there. */
function sizeText(bytes: number, language: string): string {
  const unit = bytes % 1_000_000 === 0 ? ([1_000_000, 'MB'] as const) : ([1_048_576, 'MiB'] as const);
  return `${countText(bytes / unit[0], language)} ${unit[1]}`;
}

/** Which records are missing, why, and when they come. */
export function useGapText(limitBytes: number | null): (gap: Gap) => string {
  const { t, i18n } = useTranslation('logs');
  return (gap) => {
    return t(`gap.${keyOf(gap, limitBytes)}`, gapWords(gap, limitBytes, i18n.language));
  };
}

function keyOf({ reason, before }: Gap, limitBytes: number | null) {
  if (reason === 'head' && limitBytes === null) return 'headUnknown';
  return reason === 'room' && before === null ? 'roomAfter' : reason;
}

/** A note in the flow: what is missing here. */
export function LogGap({ gap, limitBytes }: { gap: Gap; limitBytes: number | null }) {
  const gapText = useGapText(limitBytes);
  return (
    <div className="log-gap" role="note">
      <ShapeIcon shape="notice" />
      <span>{gapText(gap)}</span>
    </div>
  );
}
