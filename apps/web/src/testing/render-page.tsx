import type { Language } from '@flightdeck/api-client/model';
import { QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { App, Look } from '../app/app.tsx';
import { showLanguage, startLanguage } from '../lib/i18n.ts';
import { closeOverlay } from '../lib/palette.ts';
import { createQueryClient } from '../lib/query-client.ts';
import { fakeApi } from './fake-api.ts';
import { consoleFacts, viewer } from './fixtures/people.ts';

async function speak(language: Language): Promise<void> {
  if (i18next.isInitialized) await showLanguage(language);
  else await startLanguage();
  await showLanguage(language);
}

interface Options {
  language?: Language;
  /** Answers besides the console's facts and the signed-in person. */
  api?: Record<string, unknown>;
}

/** The whole page at an address, as a person sees it, with answers at the level of `fetch`. */
export async function renderPage(address: string, { language = 'en', api = {} }: Options = {}) {
  localStorage.clear();
  sessionStorage.clear();
  closeOverlay();
  localStorage.setItem('flightdeck.language', language);
  await speak(language);
  const preferences = { language, theme: 'system', singleKeys: true } as const;
  fakeApi({
    'GET /api/console': consoleFacts({ defaultLanguage: language }),
    'GET /api/session': viewer({ preferences }),
    'GET /api/servers/*/repositories/*/unbuilt': { commit: null, reason: null, pipelineFile: '.ci.yml' },
  });
  fakeApi(api);
  window.history.pushState(null, '', address);
  return { user: userEvent.setup(), ...render(<App />) };
}

/** A part of the page, inside theme and words. */
export async function renderPart(part: React.ReactNode, language: Language = 'en') {
  await speak(language);
  fakeApi({ 'GET /api/console': consoleFacts(), 'GET /api/session': viewer() });
  const wrapped = (
    <Look>
      <QueryClientProvider client={createQueryClient()}>{part}</QueryClientProvider>
    </Look>
  );
  return { user: userEvent.setup(), ...render(wrapped) };
}
