import type { InFlight } from '@flightdeck/api-client/model';
import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Note } from '../../ui/note.tsx';
import { spaced } from '../../ui/sentences.ts';
import { useSinceText } from '../../ui/time.tsx';

/** Somebody's promotion to the same environment has not ended: who, which, and that going on is meant. */
export function InFlightNote({
  inFlight,
  accepted,
  onAccept,
}: {
  inFlight: InFlight;
  accepted: boolean;
  onAccept: (yes: boolean) => void;
}) {
  const { t, i18n } = useTranslation('deployments', { keyPrefix: 'promote' });
  const since = useSinceText();
  const who = inFlight.by ?? t('inFlightSomebody');
  const words = {
    by: i18n.language === 'zh-CN' ? spaced(who).trimStart() : who,
    from: inFlight.from ?? '?',
    build: inFlight.build ?? '?',
    time: since(inFlight.since),
  };
  return (
    <Note kind="waiting" live>
      <p>{inFlight.build === null ? t('inFlightUnanswered', words) : t('inFlight', words)}</p>
      <Checkbox
        label={t('alongside')}
        checked={accepted}
        onChange={(event) => onAccept(event.currentTarget.checked)}
      />
    </Note>
  );
}
