/**
 * Sets the project up with nothing but Node: checks the version, installs when the lock file changed, builds when the
 * sources changed, finds a browser for the tests. Runs before `npm start`, `npm run dev` and `npm test`.
 *
 *   node scripts/setup.mjs install | build [--force] | test
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser } from './browser.mjs';
import { say, sayProgress } from './say.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [mode = 'install'] = process.argv.slice(2);
const force = process.argv.includes('--force');

checkNode();
await install();
if (mode === 'build' || mode === 'test') await build();
if (mode === 'test') await findBrowser(root);

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
  if (good) return;
  say(
    `Flightdeck needs Node 20.19 or later, 22.12 or later, or 24. This is Node ${process.versions.node}.`,
    `Flightdeck 需要 Node 20.19+、22.12+ 或 24，当前是 Node ${process.versions.node}。`,
  );
  process.exit(1);
}

async function install() {
  const stampFile = join(root, 'node_modules/.flightdeck-install');
  const stamp = hash([
    readFileSync(join(root, 'package-lock.json')),
    `${process.platform} ${process.arch} ${process.versions.modules}`,
  ]);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  say(
    'Installing packages (first time: one to three minutes, the database engine may be compiled)…',
    '正在安装依赖包（首次需要一到三分钟，可能会编译数据库引擎）……',
  );
  const npm = process.env.npm_execpath;
  const command = npm ? [process.execPath, [npm]] : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
  // A caller's NODE_ENV=production would leave out the build tools.
  await run(
    command[0],
    [...command[1], 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      NODE_ENV: 'development',
    },
  );
  writeFileSync(stampFile, stamp);
}

async function build() {
  const apps = ['web', 'bff', 'sandbox'];
  const stampFile = join(root, 'node_modules/.flightdeck-build');
  const stamp = hash([
    readFileSync(join(root, 'package-lock.json')),
    ...sources(['apps', 'packages']).map((file) => `${relative(root, file)}\n${readFileSync(file, 'utf8')}`),
  ]);
  const built = apps.every((app) => existsSync(join(root, `apps/${app}/dist`)));
  if (!force && built && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  say('Building…', '正在构建……');
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  for (const app of apps) {
    await run(
      process.execPath,
      [vite, 'build', '--logLevel', 'warn'],
      { NODE_ENV: 'production' },
      join(root, `apps/${app}`),
    );
  }
  writeFileSync(stampFile, stamp);
}

/** Files that end up in a build: everything but tests, recordings and what was built. */
function sources(folders) {
  const found = [];
  const walk = (folder) => {
    for (const name of readdirSync(folder).sort()) {
      if (['node_modules', 'dist', 'recordings', 'conformance'].includes(name) || /\.test\.tsx?$/.test(name))
        continue;
      const path = join(folder, name);
      if (statSync(path).isDirectory()) walk(path);
      else found.push(path);
    }
  };
  for (const folder of folders) walk(join(root, folder));
  return found;
}

function hash(parts) {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part).update('\0');
  return sum.digest('hex');
}

function run(command, args, env = {}, cwd = root) {
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  return new Promise((resolve) => {
    const done = sayProgress();
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    // Whoever ends this ends what it has begun: npm hands a SIGTERM to this process alone.
    for (const signal of ['SIGTERM', 'SIGHUP']) process.once(signal, () => child.kill(signal));
    child.on('exit', (code) => {
      done();
      if (code === 0) return resolve();
      say(`This failed: ${command} ${args.join(' ')}`, `以下命令失败：${command} ${args.join(' ')}`);
      process.exit(code ?? 1);
    });
  });
}
