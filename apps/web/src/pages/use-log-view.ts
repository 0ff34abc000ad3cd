import type { LogView } from '@flightdeck/api-client/model';
import { useMediaQuery } from '@mantine/hooks';
import { useCallback, useState } from 'react';
import { useSetPreferences } from '../features/session/queries.ts';
import { useViewer } from '../lib/session.ts';

const atFirst: LogView = { wrap: false, times: 'off', plain: false };

/** How this person looks at logs. On a phone lines are wrapped at first, whatever was chosen for a wide screen. */
export function useLogView(): [LogView, (change: Partial<LogView>) => void] {
  const preferences = useViewer()?.preferences;
  const { mutate } = useSetPreferences();
  const phone = useMediaQuery('(max-width: 639px)', undefined, { getInitialValueInEffect: false }) ?? false;
  const [onPhone, setOnPhone] = useState(true);
  const chosen = preferences?.log ?? atFirst;
  const view = phone ? { ...chosen, wrap: onPhone } : chosen;
  const change = useCallback(
    (part: Partial<LogView>) => {
      const { wrap, ...rest } = part;
      if (phone && wrap !== undefined) setOnPhone(wrap);
      const kept = phone ? rest : part;
      if (preferences && Object.keys(kept).length > 0)
        mutate({ ...preferences, log: { ...chosen, ...kept } });
    },
    [phone, preferences, chosen, mutate],
  );
  return [view, change];
}
