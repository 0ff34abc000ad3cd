import { createHttpClient } from '@flightdeck/api-client/client';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { inputHeader } from './input.ts';
import { basePath } from './page-facts.ts';

/** The one HTTP client of the page. Throws `ProblemError`, whatever went wrong. */
export const api = createHttpClient({
  baseUrl: () => window.location.origin + basePath.slice(0, -1),
  headers: inputHeader,
});

/** Query keys, query options and mutation options of every procedure. */
export const orpc = createTanstackQueryUtils(api);
