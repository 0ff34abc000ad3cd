import { plainRoutes } from '@flightdeck/api-client/contract';
import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import { Failure } from '../domain/failure.ts';
import type { Log } from '../ports/log.ts';
import { errorPage } from './error-page.ts';
import type { EarlyHandler } from './in-order.ts';
import { languageOf } from './language.ts';
import { needs } from './openapi.ts';
import { type PageDeps, pageHeaders } from './page.ts';
import { sendProblem, toProblem } from './problem-response.ts';

const rows = [...needs().map(({ template, method }) => ({ path: template, method })), ...plainRoutes].map(
  ({ path, method }) => ({ method, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) }),
);

/** An address the API does not have, or has for other methods only. */
export function unknownApi(): RequestHandler {
  return (req, res) => {
    const path = req.baseUrl.replace(/^.*(?=\/api)/, '') + req.path;
    const others = rows.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    if (others.length === 0 || others.includes(req.method)) {
      throw new Failure('not_found', 'The API has no such address.');
    }
    res.setHeader('allow', [...new Set(others)].join(', '));
    throw new Failure('method_not_allowed', 'This address is for other methods.');
  };
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** No CORS: a preflight is refused like any other method that nobody here knows. */
export function knownMethods(): EarlyHandler {
  return (req, res, next) => {
    if (methods.has(req.method)) return next();
    res.setHeader('allow', [...methods].join(', '));
    throw new Failure('method_not_allowed', 'This method is not known here.');
  };
}

export type ErrorDeps = Pick<PageDeps, 'basePath' | 'defaultLanguage' | 'publicUrl' | 'pictureOrigins'> & {
  log: Log;
};

/** The last handler: a page for a person who navigates, a problem for a program. */
export function errors(deps: ErrorDeps): ErrorRequestHandler {
  return (error, req, res, _next) => {
    const requestId = req.requestId ?? '';
    if (res.headersSent) {
      deps.log.error({ err: error, requestId }, 'failed after the answer had begun');
      return res.destroy();
    }
    for (const name of ['content-type', 'content-length', 'content-disposition']) res.removeHeader(name);
    if (!isNavigation(req)) return sendProblem(res, error, requestId, deps.log);
    const { status, problem } = toProblem(error, requestId, deps.log);
    if (problem.retryAfter !== null) res.setHeader('retry-after', String(problem.retryAfter));
    const nonce = pageHeaders(res, deps);
    const language = languageOf(req.headers['accept-language'], deps.defaultLanguage);
    const home = status === 421 ? deps.publicUrl : deps.basePath;
    res.status(status).end(errorPage({ language, status, requestId, home, nonce }));
  };
}

function isNavigation(req: Request): boolean {
  if (req.method !== 'GET' && req.method !== 'HEAD') return false;
  if (/\/api\//.test(req.originalUrl.split('?')[0] ?? ''))
    return req.headers['sec-fetch-mode'] === 'navigate';
  return (req.headers.accept ?? '').includes('text/html');
}
