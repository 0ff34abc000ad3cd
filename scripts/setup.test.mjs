import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sayProgress } from './say.mjs';

let root;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'flightdeck-setup-'));
  for (const name of ['setup.mjs', 'browser.mjs', 'say.mjs'])
    cpSync(join(import.meta.dirname, name), join(root, 'scripts', name));
  file('package-lock.json', '{"lockfileVersion":3}');
  for (const app of ['web', 'bff', 'sandbox']) file(`apps/${app}/src/main.ts`, 'export {};');
  file('packages/api-client/src/index.ts', 'export {};');
  // Stand-ins for npm and vite, which note that they were called.
  const noting =
    "import { appendFileSync, mkdirSync } from 'node:fs';\nimport { basename, join } from 'node:path';\n";
  file(
    'npm.mjs',
    `${noting}appendFileSync(join(process.env.NOTES), 'npm ' + process.argv.slice(2).join(' ') + ' as ' + process.env.NODE_ENV + '\\n');`,
  );
  file(
    'node_modules/vite/bin/vite.js',
    `${noting}mkdirSync('dist', { recursive: true }); appendFileSync(process.env.NOTES, 'build ' + basename(process.cwd()) + '\\n');`,
  );
  file('node_modules/vite/package.json', '{"type":"module"}');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function file(name, text) {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

const environment = (more = {}) => ({
  PATH: process.env.PATH,
  npm_execpath: join(root, 'npm.mjs'),
  NOTES: join(root, 'notes'),
  ...more,
});

/** What a run did, line by line, and what it said. */
function setup(args = ['build'], { node = [], env = {} } = {}) {
  rmSync(join(root, 'notes'), { force: true });
  const { status, stderr } = spawnSync(process.execPath, [...node, 'scripts/setup.mjs', ...args], {
    cwd: root,
    env: environment(env),
    encoding: 'utf8',
  });
  const notes = join(root, 'notes');
  const did = existsSync(notes) ? readFileSync(notes, 'utf8').trim().split('\n') : [];
  return { status, did, said: stderr };
}

const installs = expect.stringMatching(/^npm ci --include=dev .* as development$/);
const builds = ['build web', 'build bff', 'build sandbox'];

describe('setting up', () => {
  it('installs and builds on a fresh clone, saying so; the second time there is nothing to do', () => {
    const first = setup(['build'], { env: { NODE_ENV: 'production' } });
    expect(first.did).toEqual([installs, ...builds]);
    expect(first.said).toMatch(/Installing packages .*\n(.*\n)*Building…/);
    const second = setup();
    expect(second).toEqual({ status: 0, did: [], said: '' });
  });

  it('speaks Chinese where the locale does', () => {
    expect(setup(['build'], { env: { LANG: 'zh_CN.UTF-8' } }).said).toMatch(/正在安装依赖包[\s\S]*正在构建/);
  });

  it('builds anew when a source changed, installs anew when the lock file did, and neither for a test', () => {
    setup();
    file('apps/bff/src/main.test.ts', 'export const it = 1;');
    expect(setup().did).toEqual([]);
    appendFileSync(join(root, 'apps/bff/src/main.ts'), '// changed');
    expect(setup().did).toEqual(builds);
    file('package-lock.json', '{"lockfileVersion":3,"packages":{}}');
    expect(setup().did).toEqual([installs, ...builds]);
    expect(setup(['install']).did).toEqual([]);
    expect(setup(['build', '--force']).did).toEqual(builds);
  });

  it('stops with the code of what failed, names it, and tries it again the next time', () => {
    file('node_modules/vite/bin/vite.js', 'process.exit(7);');
    const failed = setup();
    expect(failed.status).toBe(7);
    expect(failed.said).toMatch(/This failed: .*vite\.js build/);
    expect(setup().status).toBe(7);
  });

  it.each([
    ['20.18.3', 1],
    ['20.19.0', 0],
    ['21.7.3', 1],
    ['22.11.0', 1],
    ['22.12.0', 0],
    ['23.5.0', 1],
    ['24.0.0', 0],
    ['26.1.0', 0],
  ])('Node %s: code %i', (version, code) => {
    const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
    const found = setup(['install'], {
      node: ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`],
    });
    expect(found.status).toBe(code);
    if (code === 1) {
      expect(found.said).toContain(`20.19 or later, 22.12 or later, or 24. This is Node ${version}.`);
      expect(found.did).toEqual([]);
    }
  });

  it('gives a sign of life every 15 s while something takes long', () => {
    vi.useFakeTimers();
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const done = sayProgress();
      vi.advanceTimersByTime(45_000);
      done();
      vi.advanceTimersByTime(60_000);
      expect(said.mock.calls.map(([text]) => /\d+/.exec(String(text))?.[0])).toEqual(['15', '30', '45']);
    } finally {
      said.mockRestore();
      vi.useRealTimers();
    }
  });

  it('takes along what it has begun when it is ended', async () => {
    file('npm.mjs', "console.log('installing', process.pid); setInterval(() => {}, 1e6);");
    const child = spawn(process.execPath, ['scripts/setup.mjs', 'install'], {
      cwd: root,
      env: environment(),
    });
    const pid = await new Promise((done) => {
      child.stdout.on('data', (part) => done(Number(/installing (\d+)/.exec(String(part))?.[1])));
    });
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    expect(await ended).not.toBe(0);
    expect(() => process.kill(pid, 0)).toThrow();
  });
});
