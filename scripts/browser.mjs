/**
 * Finds a Chromium that really starts and writes its path where playwright.config.ts reads it. In order: the variable
 * CHROMIUM_PATH, one of the system, Playwright's own, a download by Playwright, Debian's package when root.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { say } from './say.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];

export async function findBrowser(root) {
  const note = join(root, 'node_modules/.cache/flightdeck/browser');
  const remembered = existsSync(note) ? readFileSync(note, 'utf8').trim() : '';
  const path =
    [process.env.CHROMIUM_PATH, remembered].find(works) ??
    onSystem() ??
    ofPlaywright(root) ??
    byDownload(root) ??
    byPackage();
  if (!path) {
    say(
      'No Chromium was found and none could be installed. Install Chromium or Chrome, or set CHROMIUM_PATH to its path.',
      '没有找到可用的 Chromium，也无法自动安装。请安装 Chromium 或 Chrome，或将 CHROMIUM_PATH 设为其路径。',
    );
    process.exit(1);
  }
  mkdirSync(join(root, 'node_modules/.cache/flightdeck'), { recursive: true });
  writeFileSync(note, path);
}

function works(path) {
  if (!path || !existsSync(path)) return false;
  return spawnSync(path, ['--version', '--no-sandbox'], { timeout: 20_000, stdio: 'ignore' }).status === 0;
}

function onSystem() {
  const folders = (process.env.PATH ?? '').split(process.platform === 'win32' ? ';' : ':');
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  return [...names.flatMap((name) => folders.map((folder) => join(folder, name))), mac].find(works);
}

function ofPlaywright(root) {
  try {
    const path = createRequire(join(root, 'package.json'))('@playwright/test').chromium.executablePath();
    return works(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

function byDownload(root) {
  say('Looking for a browser for the tests…', '正在准备测试用的浏览器……');
  spawnSync(process.execPath, [join(root, 'node_modules/@playwright/test/cli.js'), 'install', 'chromium'], {
    timeout: 300_000,
    stdio: 'ignore',
  });
  return ofPlaywright(root);
}

function byPackage() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return undefined;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    execFileSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore', timeout: 300_000 });
    execFileSync('apt-get', ['install', '-y', '-qq', 'chromium', 'fonts-noto-cjk'], {
      env,
      stdio: 'ignore',
      timeout: 900_000,
    });
  } catch {
    return undefined;
  }
  return onSystem();
}
