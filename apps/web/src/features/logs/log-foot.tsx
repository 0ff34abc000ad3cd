import type { LogSummary } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { countText } from '../../lib/format.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { gapWords } from './log-gap.tsx';

export interface LogFootProps {
  summary: LogSummary | null;
  connected: boolean;
  /** Lines named by the address, as indexes; null when none. */
  selected: { from: number; to: number } | null;
  readSelected: (numbers: boolean) => Promise<string>;
}

export function LogFoot({ summary, connected, selected, readSelected }: LogFootProps) {
  const { t, i18n } = useTranslation('logs');
  const number = (n: number) => countText(n, i18n.language);
  const head = summary?.gaps.find((gap) => gap.reason === 'head');
  const state = connected ? (summary?.state ?? 'pending') : 'reconnecting';
  // The stored log is there, and not all of it is read yet.
  const reading = summary?.indexed === false && (state === 'complete' || state === 'truncated');
  return (
    <div className="log-foot">
      <span>
        {summary && summary.lines > 0
          ? t(head ? 'rangeKept' : 'range', { from: 1, to: number(summary.lines) })
          : t('empty')}
      </span>
      <span className="log-state" data-state={state} role="status">
        {reading
          ? t('state.reading')
          : state === 'truncated' && head
            ? t(
                summary?.limitBytes == null ? 'cutSomewhere' : 'cutAt',
                gapWords(head, summary?.limitBytes ?? null, i18n.language),
              )
            : t(`state.${state}`)}
      </span>
      <span className="log-grow" />
      {selected && (
        <>
          <span>{t('selected', { count: selected.to - selected.from + 1 })}</span>
          <CopyButton look="link" label={t('copyLink')} text={async () => window.location.href} />
          <CopyButton look="link" label={t('copyText')} text={() => readSelected(false)} />
          <CopyButton look="link" label={t('copyNumbered')} text={() => readSelected(true)} />
        </>
      )}
    </div>
  );
}
