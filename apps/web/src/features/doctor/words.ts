import type { DoctorFinding } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';

/** Which of its words exist is checked against `doctorTable` in the test of the locales. */
type Say = (key: string, slots?: Record<string, string>) => string;

export interface FindingWords {
  hop: string;
  sentence: string;
  /** What to do; null where there is nothing. */
  advice: string | null;
}

export function useFindingWords(): (finding: DoctorFinding) => FindingWords {
  const { t, i18n } = useTranslation('doctor');
  const say = t as unknown as Say;
  return ({ hop, code, facts }) => {
    const { on, direction } = facts;
    const slots = {
      ...facts,
      ...(on ? { hop: say(`hop.${on}`) } : {}),
      ...(direction ? { direction: say(`found.direction.${direction}`) } : {}),
    };
    const advice = `advice.${hop}.${code}`;
    return {
      hop: say(`hop.${hop}`),
      sentence: code === 'depends' ? say('found.depends', slots) : say(`found.${hop}.${code}`, slots),
      advice: i18n.exists(`doctor:${advice}`) ? say(advice, slots) : null,
    };
  };
}
