import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const bff = process.env.FLIGHTDECK_DEV_BFF ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  // Chunks find each other relative to themselves, so the build works below any base path. Only index.html needs to
  // know it: the BFF replaces its leading `./` by the base path when it serves the page at any depth.
  base: './',
  build: {
    target: 'es2022',
    // A data: URL would need `img-src data:` / `font-src data:` in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: {
      '/api': { target: bff, ws: true },
      '/auth': { target: bff },
      '/openapi.json': { target: bff },
      '/api-docs': { target: bff },
    },
  },
});
