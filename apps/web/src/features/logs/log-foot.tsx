import type { LogSummary } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { countText } from '../../lib/format.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { isBeingRead } from './being-read.ts';
import { gapWords } from './log-gap.tsx';

export interface LogFootProps {
  summary: LogSummary | null;
  connected: boolean;
  /** The build's own page knows that the step began, also where its log has not been looked at yet. */
  begun: boolean;
  /** The stored log may lack what the step printed last: it must not be called complete. */
  endMayBeLost: boolean;
  /** Lines named by the address, as indexes; null when none. */
  selected: { from: number; to: number } | null;
  readSelected: (numbers: boolean) => Promise<string>;
}

export function LogFoot({ summary, connected, begun, endMayBeLost, selected, readSelected }: LogFootProps) {
  const { t, i18n } = useTranslation('logs');
  const number = (n: number) => countText(n, i18n.language);
  const head = summary?.gaps.find((gap) => gap.reason === 'head');
  const tail = summary?.gaps.find((gap) => gap.reason === 'tail');
  const isFull = summary?.gaps.some(({ reason, before }) => reason === 'room' && before === null) ?? false;
  const state = connected ? (summary?.state ?? 'pending') : 'reconnecting';
  const endLost = endMayBeLost && state === 'complete';
  const endLeftOut = isFull && (state === 'live' || state === 'truncated');
  // The stored log is there, and not all of it is read yet.
  const reading = (state === 'pending' && begun) || (connected && isBeingRead(summary));
  const stateWords = (): string => {
    if (reading) return t('state.reading');
    if (endLeftOut) return t('noRoom');
    const limitBytes = summary?.limitBytes ?? null;
    if (state === 'truncated' && head)
      return t(limitBytes === null ? 'cutSomewhere' : 'cutAt', gapWords(head, limitBytes, i18n.language));
    if (state === 'truncated' && tail && limitBytes !== null)
      return t('cutAfter', gapWords(tail, limitBytes, i18n.language));
    return t(endLost ? 'state.endMayBeLost' : `state.${state}`);
  };
  return (
    <div className="log-foot">
      <span>
        {summary && summary.lines > 0
          ? t(head ? 'rangeKept' : 'range', { from: 1, to: number(summary.lines) })
          : t('empty')}
      </span>
      <span className="log-state" data-state={endLost || endLeftOut ? 'truncated' : state} role="status">
        {stateWords()}
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
