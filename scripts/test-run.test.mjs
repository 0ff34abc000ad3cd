import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const checks = {
  lint: 'node_modules/@biomejs/biome/bin/biome',
  types: 'node_modules/@typescript/native/bin/tsc',
  architecture: 'scripts/architecture.mjs',
  'unused code': 'node_modules/knip/bin/knip.js',
  'lock file': 'scripts/check-lock.mjs',
  documents: 'scripts/check-docs.mjs',
};
const good = {
  unit: { numPassedTests: 100, numFailedTests: 0, numPendingTests: 0, testResults: [] },
  e2e: { stats: { expected: 20, flaky: 1, unexpected: 0, skipped: 0 }, errors: [] },
};

let root;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'flightdeck-test-run-'));
  cpSync(join(import.meta.dirname, 'test.mjs'), join(root, 'scripts/test.mjs'));
  file('package.json', '{"type":"module"}');
  for (const path of Object.values(checks)) file(path, '');
  reports(good);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function file(name, text) {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

/** Stand-ins for vitest and Playwright; undefined breaks before it has written a report. */
function reports({ unit, e2e }) {
  const program = (report, where) =>
    report === undefined
      ? 'process.exit(1);'
      : `import { writeFileSync } from 'node:fs'; writeFileSync(${where}, ${JSON.stringify(JSON.stringify(report))});`;
  const named = "process.argv.find((one) => one.startsWith('--outputFile.json=')).slice(18)";
  file('node_modules/vitest/vitest.mjs', program(unit, named));
  file('node_modules/@playwright/test/cli.js', program(e2e, 'process.env.PLAYWRIGHT_JSON_OUTPUT_NAME'));
}

const start = (...args) =>
  spawnSync(process.execPath, ['scripts/test.mjs', ...args], { cwd: root, encoding: 'utf8' });
const output = () => start().stdout;

function run(...args) {
  const { status, stdout } = start(...args);
  return [status, stdout.trim().split('\n').at(-1)];
}

describe('npm test', () => {
  it('closes with how much passed and failed', () => {
    expect(run()).toEqual([0, '127 passed, 0 failed']);
    expect(run('--fast')).toEqual([0, '106 passed, 0 failed']);
  });

  it.each(Object.entries(checks))('fails with %s', (_, path) => {
    file(path, 'process.exit(2);');
    expect(run()).toEqual([1, '126 passed, 1 failed']);
  });

  it.each([
    ['a failed test', { ...good, unit: { ...good.unit, numFailedTests: 2 } }, '127 passed, 2 failed'],
    [
      'a file whose import fails',
      { ...good, unit: { ...good.unit, testResults: [{ status: 'failed', assertionResults: [] }] } },
      '127 passed, 1 failed',
    ],
    ['a run that never was', { ...good, unit: undefined }, '27 passed, 1 failed'],
    [
      'a run of nothing',
      { ...good, e2e: { stats: { expected: 0, flaky: 0, unexpected: 0, skipped: 0 }, errors: [] } },
      '106 passed, 1 failed',
    ],
    [
      'a story that failed, and one that broke outside',
      { ...good, e2e: { stats: { ...good.e2e.stats, unexpected: 1 }, errors: [{}] } },
      '127 passed, 2 failed',
    ],
  ])('fails with %s', (_, found, line) => {
    reports(found);
    expect(run()).toEqual([1, line]);
  });

  it('says what was skipped', () => {
    reports({ ...good, e2e: { ...good.e2e, stats: { ...good.e2e.stats, skipped: 3 } } });
    expect(run()).toEqual([0, '127 passed, 0 failed, 3 skipped']);
  });

  it('says why', () => {
    const skipped = (title, annotations) => ({ title, tests: [{ status: 'skipped', annotations }] });
    const why = { type: 'skip', description: 'no such program here' };
    const inner = { specs: [skipped('through a proxy', [why]), skipped('by choice', [{ type: 'skip' }])] };
    reports({ ...good, e2e: { ...good.e2e, suites: [{ specs: [], suites: [inner] }] } });
    expect(output()).toContain('\n  skipped: through a proxy: no such program here\n');
    expect(output()).not.toContain('by choice');
  });
});
