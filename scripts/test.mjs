/**
 * Runs everything: lint, types, architecture, dead code, lock file, unit + conformance + recordings, e2e in Chromium.
 * Closes with `N passed, N failed`. `--fast` leaves out e2e.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const fast = process.argv.includes('--fast');
const reports = join(root, 'node_modules/.cache/flightdeck/reports');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const bin = (path) => join(root, 'node_modules', path);

let passed = 0;
let failed = 0;
let skipped = 0;

await check('lint', [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']);
await check('types', [bin('@typescript/native/bin/tsc'), '-b']);
await check('architecture', ['scripts/architecture.mjs']);
await check('unused code', [bin('knip/bin/knip.js')]);
await check('lock file', ['scripts/check-lock.mjs']);
await check('documents', ['scripts/check-docs.mjs']);

const unit = join(reports, 'unit.json');
await run([
  bin('vitest/vitest.mjs'),
  'run',
  // A shared machine may stall a test that talks to servers; what is wrong fails three times.
  ...(process.env.CI ? ['--retry=2'] : []),
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${unit}`,
]);
count('unit', unit, (r) => ({
  passed: r.numPassedTests,
  failed: r.numFailedTests + suitesThatBroke(r),
  skipped: r.numPendingTests,
}));

if (!fast) {
  const e2e = join(reports, 'e2e.json');
  await run([bin('@playwright/test/cli.js'), 'test', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: e2e,
  });
  count('e2e', e2e, (r) => ({
    passed: r.stats.expected + r.stats.flaky,
    failed: r.stats.unexpected + r.errors.length,
    skipped: r.stats.skipped,
    reasons: r.suites ? skipReasons(r.suites) : [],
  }));
}

console.log(
  skipped > 0
    ? `${passed} passed, ${failed} failed, ${skipped} skipped`
    : `${passed} passed, ${failed} failed`,
);
process.exit(failed === 0 ? 0 : 1);

/** A file whose import fails has no tests to fail: it counts itself. */
function suitesThatBroke(report) {
  return report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
    .length;
}

/** `story: why` of what was skipped for a reason, e.g. a program that is not there. */
function skipReasons(suites) {
  return suites.flatMap(({ specs = [], suites: inner = [] }) => [
    ...specs.flatMap(({ title, tests }) =>
      tests
        .filter(({ status }) => status === 'skipped')
        .flatMap(({ annotations }) => annotations)
        .filter(({ type, description }) => type === 'skip' && description)
        .map(({ description }) => `${title}: ${description}`),
    ),
    ...skipReasons(inner),
  ]);
}

async function check(name, args) {
  const code = await run(args);
  console.log(`${name}: ${code === 0 ? 'passed' : 'FAILED'}`);
  if (code === 0) passed += 1;
  else failed += 1;
}

function count(name, file, read) {
  const result = existsSync(file)
    ? read(JSON.parse(readFileSync(file, 'utf8')))
    : { passed: 0, failed: 1, skipped: 0 };
  console.log(`${name}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`);
  for (const reason of result.reasons ?? []) console.log(`  skipped: ${reason}`);
  // A run that executed nothing is a failure, whatever its exit code.
  passed += result.passed;
  failed += result.failed + (result.passed + result.failed === 0 ? 1 : 0);
  skipped += result.skipped;
}

function run(args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
