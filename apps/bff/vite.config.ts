import { defineConfig } from 'vite';

/** For Node: the program and its thread for logs. The workspace's own package is taken in, npm packages stay outside. */
export default defineConfig({
  build: {
    ssr: true,
    outDir: 'dist',
    target: 'node20',
    emptyOutDir: true,
    rollupOptions: {
      input: { main: 'src/main.ts', 'log-worker': 'src/log-worker.ts' },
      output: { entryFileNames: '[name].js', chunkFileNames: 'shared-[hash].js' },
    },
  },
  ssr: { noExternal: [/^@flightdeck\//] },
});
