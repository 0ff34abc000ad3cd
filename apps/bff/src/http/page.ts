import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '@flightdeck/api-client/model';
import express, { type RequestHandler, type Response, Router } from 'express';
import { Failure } from '../domain/failure.ts';
import type { Store } from '../ports/store.ts';
import { compressedFiles } from './compressed-files.ts';
import { errorPage } from './error-page.ts';
import { type HeaderOptions, newNonce, pagePolicy } from './headers.ts';
import { languageOf } from './language.ts';

export interface PageDeps extends HeaderOptions {
  webDir: string;
  basePath: string;
  defaultLanguage: Language;
  people: Pick<Store['people'], 'preferences'>;
}

/** Files of the built page: those with a hash in their name never change, the others are asked for again. */
export function staticFiles({ webDir }: Pick<PageDeps, 'webDir'>): Router {
  const router = Router();
  const options = { index: false, redirect: false, dotfiles: 'ignore', etag: false } as const;
  router.use(
    '/assets',
    compressedFiles(join(webDir, 'assets'), 'public, max-age=31536000, immutable'),
    express.static(join(webDir, 'assets'), {
      ...options,
      lastModified: false,
      // `send` leaves a Cache-Control alone that is set already.
      setHeaders: (res) => res.setHeader('cache-control', 'public, max-age=31536000, immutable'),
      cacheControl: false,
    }),
  );
  // A page from before an update asks for files that are gone: a page in their place would be run as a script.
  router.use('/assets', () => {
    throw new Failure('not_found', 'No such file.');
  });
  const others = express.static(webDir, {
    ...options,
    cacheControl: false,
    setHeaders: (res) => res.setHeader('cache-control', 'public, max-age=3600'),
  });
  // The page itself is never sent as it lies there: it has a nonce to be filled in.
  router.use((req, res, next) => (req.path.endsWith('.html') ? next() : others(req, res, next)));
  return router;
}

/**
 * The page for every address that is not a file and not an API: the SPA decides what it shows. Made anew for each
 * answer, because of the nonce; therefore neither stored nor compared (a 304 would pair a new policy with an old nonce).
 */
export function page(deps: PageDeps): RequestHandler {
  const read = templateReader(join(deps.webDir, 'index.html'));
  return async (req, res, next) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return next();
    const template = read();
    const preferences = req.caller ? await deps.people.preferences(req.caller.person) : null;
    const language =
      preferences?.language ?? languageOf(req.headers['accept-language'], deps.defaultLanguage);
    const nonce = pageHeaders(res, deps);
    if (template === null) {
      const facts = { language, status: 503, requestId: req.requestId, home: deps.basePath, nonce };
      res.status(503).end(errorPage(facts, 'unbuilt'));
      return;
    }
    const theme = preferences?.theme ?? 'system';
    res.end(fill(template, { basePath: deps.basePath, language, nonce, theme }));
  };
}

/** Headers of every page of ours; answers the nonce its policy names. */
export function pageHeaders(res: Response, options: HeaderOptions): string {
  const nonce = newNonce();
  res.setHeader('content-type', 'text/html; charset=utf-8');
  res.setHeader('cache-control', 'no-store');
  res.setHeader('vary', 'Cookie, Accept-Language');
  res.setHeader('content-security-policy', pagePolicy(nonce, options));
  return nonce;
}

interface Filling {
  basePath: string;
  language: Language;
  nonce: string;
  theme: 'light' | 'dark' | 'system';
}

/** `./` at the start of an address becomes the base path, so that the page finds its files from any depth. */
export function fill(template: string, { basePath, language, nonce, theme }: Filling): string {
  const scheme = theme === 'system' ? '' : ` data-theme="${theme}" data-mantine-color-scheme="${theme}"`;
  return template
    .replace(/<html[^>]*>/, `<html lang="${language}"${scheme}>`)
    .replace(/(<meta property="csp-nonce" nonce=")[^"]*"/, `$1${nonce}"`)
    .replace(/(<meta name="flightdeck-base" content=")[^"]*"/, `$1${basePath}"`)
    .replace(/\b(src|href)="\.\//g, `$1="${basePath}`);
}

/** Read again when it was built again. null: it is not there. */
function templateReader(file: string): () => string | null {
  let text: string | null = null;
  let stamp = -1;
  return () => {
    if (!existsSync(file)) return null;
    const { mtimeMs } = statSync(file);
    if (mtimeMs !== stamp || text === null) {
      text = readFileSync(file, 'utf8');
      stamp = mtimeMs;
    }
    return text;
  };
}
