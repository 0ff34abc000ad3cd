import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'api-client', root: 'packages/api-client', include: ['**/*.test.ts'] } },
      { test: { name: 'bff', root: 'apps/bff', include: ['**/*.test.ts'], testTimeout: 20_000 } },
      { test: { name: 'sandbox', root: 'apps/sandbox', include: ['**/*.test.ts'], testTimeout: 20_000 } },
      'apps/web',
      { test: { name: 'scripts', root: 'scripts', include: ['**/*.test.mjs'], testTimeout: 30_000 } },
      { test: { name: 'bench', root: 'bench', include: ['**/*.test.mjs'] } },
    ],
  },
});
