import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

it.skipIf(existsSync('/usr/sbin/nginx'))(
  'stories behind nginx are skipped where there is none, each with the reason, and none fails',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'flightdeck-no-nginx-'));
    const report = join(folder, 'report.json');
    const { NGINX_PATH: _, ...env } = process.env;
    const args = ['test', 'e2e/behind-nginx.spec.ts', 'e2e/behind-nginx-tls.spec.ts', '--reporter=json'];
    const { status } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/@playwright/test/cli.js'), ...args],
      {
        cwd: root,
        // Neither nginx nor apt is found there, nor one that was fetched before.
        env: {
          ...env,
          ...{ PATH: folder, XDG_CACHE_HOME: folder, E2E_OUTPUT: join(folder, 'results') },
          PLAYWRIGHT_JSON_OUTPUT_NAME: report,
        },
      },
    );
    const { stats, suites } = JSON.parse(readFileSync(report, 'utf8'));
    rmSync(folder, { recursive: true, force: true });
    expect(stats).toMatchObject({ expected: 0, unexpected: 0, flaky: 0 });
    expect(stats.skipped).toBeGreaterThanOrEqual(4);
    expect(JSON.stringify(suites).match(/no nginx here/g)?.length).toBeGreaterThanOrEqual(4);
    expect(status).toBe(0);
  },
  60_000,
);
