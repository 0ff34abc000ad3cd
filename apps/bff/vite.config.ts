import { defineConfig } from 'vite';

/** One file for Node: the workspace's own package is taken in, npm packages stay outside. */
export default defineConfig({
  build: {
    ssr: 'src/main.ts',
    outDir: 'dist',
    target: 'node20',
    emptyOutDir: true,
    rollupOptions: { output: { entryFileNames: 'main.js' } },
  },
  ssr: { noExternal: [/^@flightdeck\//] },
});
