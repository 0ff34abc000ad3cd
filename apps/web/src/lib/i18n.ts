import type { Language } from '@flightdeck/api-client/model';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

const remembered = 'flightdeck.language';
const known: readonly Language[] = ['en', 'zh-CN'];

const load: Record<Language, () => Promise<{ resources: object }>> = {
  en: () => import('../locales/en/index.ts'),
  'zh-CN': () => import('../locales/zh-CN/index.ts'),
};

/** The first of the browser's languages that we speak. Any Chinese gets ours: traditional readers prefer it to English. */
export function browserLanguage(wanted: readonly string[] = navigator.languages): Language | null {
  for (const tag of wanted) {
    const language = tag.toLowerCase();
    if (language === 'zh' || language.startsWith('zh-')) return 'zh-CN';
    if (language === 'en' || language.startsWith('en-')) return 'en';
  }
  return null;
}

/** The person's choice, else the browser's, else what the console is configured to. */
export function chooseLanguage(choice: Language | null, fallback: Language): Language {
  return choice ?? browserLanguage() ?? fallback;
}

/** Loads the first language before anything is drawn. Before the session is known, the last choice here counts. */
export async function startLanguage(): Promise<void> {
  const page = known.find((language) => language === document.documentElement.lang) ?? 'en';
  const first = chooseLanguage(readChoice(), page);
  await i18next.use(initReactI18next).init({
    lng: first,
    fallbackLng: false,
    defaultNS: 'common',
    ns: [],
    resources: { [first]: (await load[first]()).resources as never },
    interpolation: { escapeValue: false },
    returnNull: false,
    react: { useSuspense: false },
    showSupportNotice: false,
  } as Parameters<typeof i18next.init>[0]);
  document.documentElement.lang = first;
}

/** Switches at run time, without reloading the page. */
export async function showLanguage(language: Language): Promise<void> {
  if (i18next.language === language) return;
  if (!i18next.hasResourceBundle(language, 'common')) {
    const { resources } = await load[language]();
    for (const [namespace, words] of Object.entries(resources)) {
      i18next.addResourceBundle(language, namespace, words);
    }
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export function rememberChoice(language: Language | null): void {
  try {
    if (language === null) localStorage.removeItem(remembered);
    else localStorage.setItem(remembered, language);
  } catch {
    // Storage is refused: the choice still comes with the session.
  }
}

function readChoice(): Language | null {
  try {
    const stored = localStorage.getItem(remembered);
    return known.find((language) => language === stored) ?? null;
  } catch {
    return null;
  }
}
