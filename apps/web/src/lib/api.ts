import { type Contract, contract, ProblemError, problemSchema } from '@flightdeck/api-client/contract';
import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { OpenAPILink } from '@orpc/openapi-client/fetch';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { basePath } from './page-facts.ts';

const link = new OpenAPILink(contract, {
  url: () => window.location.origin + basePath.slice(0, -1),
  headers: () => ({ 'x-flightdeck': '1' }),
  fetch: async (request, init) => {
    const answer = await fetch(request, init);
    if (answer.ok) return answer;
    const parsed = problemSchema.safeParse(await answer.json().catch(() => null));
    throw new ProblemError(
      parsed.success
        ? parsed.data
        : {
            code: 'internal',
            message: `HTTP ${answer.status}`,
            instance: null,
            raw: null,
            requestId: answer.headers.get('x-request-id'),
            fields: null,
            retryAfter: null,
          },
    );
  },
});

/** The one HTTP client of the page. Throws `ProblemError`, whatever went wrong. */
export const api: ContractRouterClient<Contract> = createORPCClient(link);

/** Query keys, query options and mutation options of every procedure. */
export const orpc = createTanstackQueryUtils(api);
