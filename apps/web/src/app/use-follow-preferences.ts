import { useEffect } from 'react';
import { chooseLanguage, rememberChoice, showLanguage } from '../lib/i18n.ts';
import { tellOutdated } from '../lib/outdated.ts';
import { useConsole, useViewer } from '../lib/session.ts';
import { showTheme } from '../lib/theme.ts';

/** Language and theme follow the person's preferences as soon as they are known, and each time they change. */
export function useFollowPreferences(): void {
  const preferences = useViewer()?.preferences;
  const fallback = useConsole()?.defaultLanguage;
  const language = preferences?.language;
  const theme = preferences?.theme;
  useEffect(() => {
    if (language === undefined || fallback === undefined) return;
    rememberChoice(language);
    // Its words are a file of this build: after an upgrade of the console it is gone.
    showLanguage(chooseLanguage(language, fallback)).catch(() => tellOutdated());
  }, [language, fallback]);
  useEffect(() => {
    if (theme) showTheme(theme);
  }, [theme]);
}
