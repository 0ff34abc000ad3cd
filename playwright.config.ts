import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, devices } from '@playwright/test';

const note = join(import.meta.dirname, 'node_modules/.cache/flightdeck/browser');
const executablePath =
  process.env.CHROMIUM_PATH ?? (existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined);

// Each worker has a world of its own (sandbox and console on free ports); with real servers all would want the one address
// that the configuration names.
const workers = process.env.E2E_CONFIG ? 1 : Number(process.env.E2E_WORKERS || 2);

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: process.env.E2E_OUTPUT ?? 'test-results',
  workers,
  fullyParallel: false,
  // A machine that others share may stall a browser for seconds: a story that fails once is told again, and counted as flaky.
  retries: process.env.CI ? 2 : 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      // A name that is not localhost, for the story of a LAN address over plain http.
      args: ['--no-sandbox', '--host-resolver-rules=MAP ci.lan 127.0.0.1'],
    },
  },
});
