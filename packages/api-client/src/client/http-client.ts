import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { ResponseValidationPlugin } from '@orpc/contract/plugins';
import { OpenAPILink } from '@orpc/openapi-client/fetch';
import { ProblemError } from '../contract/problem.ts';
import { type Contract, contract } from '../contract/routes.ts';
import { problemOf, problemOfAnswer } from './problems.ts';

export type HttpClient = ContractRouterClient<Contract>;

export interface HttpClientOptions {
  /** Public address of the console with its base path: `https://ci.example.org/ci`. */
  baseUrl: string | (() => string);
  fetch?: (request: Request, init?: RequestInit) => Promise<Response>;
  /** Called for every answer that says nobody is signed in, before the error is thrown. */
  onSignedOut?: () => void;
  /** Sent with every request, besides the header that mutating routes ask for. */
  headers?: () => Record<string, string>;
}

/**
 * The typed client of the whole REST surface. Answers are checked against the contract. Whatever goes wrong is thrown
 * as `ProblemError`; no answer at all is `offline`. Only an abort by the caller stays what it is.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const send = options.fetch ?? ((request, init) => fetch(request, init));
  const link = new OpenAPILink(contract, {
    url: options.baseUrl,
    headers: () => ({ ...options.headers?.(), 'x-flightdeck': '1' }),
    plugins: [new ResponseValidationPlugin(contract)],
    fetch: async (request, init) => {
      const answer = await send(request, { ...init, credentials: 'same-origin' }).catch((cause: unknown) => {
        if (request.signal.aborted) throw cause;
        throw problemOf('offline', 'The console does not answer.', { raw: String(cause) });
      });
      if (answer.ok) return answer;
      const error = await problemOfAnswer(answer);
      if (error.problem.code === 'signed_out') options.onSignedOut?.();
      throw error;
    },
    interceptors: [
      async ({ next, signal }) => {
        try {
          return await next();
        } catch (error) {
          if (error instanceof ProblemError || signal?.aborted) throw error;
          throw problemOf('internal', 'The answer is not what the contract says.', { raw: String(error) });
        }
      },
    ],
  });
  return createORPCClient(link);
}
