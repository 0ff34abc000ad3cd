import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Router } from 'express';
import { type HeaderOptions, newNonce, pagePolicy } from './headers.ts';

const files = ['swagger-ui.css', 'swagger-ui-bundle.js'];

const start = `window.addEventListener('load', () => {
  SwaggerUIBundle({
    url: document.documentElement.dataset.description,
    dom_id: '#api',
    deepLinking: true,
    validatorUrl: null,
    requestInterceptor: (request) => {
      request.headers['x-flightdeck'] = '1';
      return request;
    },
  });
});
`;

/** The interactive page of the API: its files come from here, under the same policy as every page. */
export function apiDocs(options: HeaderOptions & { basePath: string }): Router {
  const router = Router();
  const { basePath } = options;
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  for (const file of files) {
    router.get(`/api-docs/${file}`, (_req, res) => {
      res.sendFile(join(folder, file), {
        cacheControl: false,
        etag: false,
        headers: { 'cache-control': 'public, max-age=3600' },
      });
    });
  }
  router.get('/api-docs/start.js', (_req, res) => {
    res.setHeader('cache-control', 'public, max-age=3600');
    res.type('text/javascript').end(start);
  });
  router.get('/api-docs', (req, res) => {
    req.routeTemplate = '/api-docs';
    const nonce = newNonce();
    res.setHeader('content-security-policy', pagePolicy(nonce, options));
    res.type('html').end(`<!doctype html>
<html lang="en" data-description="${basePath}openapi.json">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API · Flightdeck</title>
<link rel="stylesheet" href="${basePath}api-docs/swagger-ui.css">
<script src="${basePath}api-docs/swagger-ui-bundle.js" defer></script>
<script src="${basePath}api-docs/start.js" defer></script>
</head>
<body><div id="api"></div></body>
</html>
`);
  });
  return router;
}
