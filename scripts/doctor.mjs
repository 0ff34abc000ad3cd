/**
 * `npm run doctor`: checks the configuration that `npm start` would read, hop by hop. `scripts/setup.mjs` ran before.
 *
 *   node scripts/doctor.mjs [--json] [--lang en|zh-CN] [--all]
 *
 * `--all` shows what was tried and what came back also where all is well. Code 1 when something is broken or the
 * configuration cannot be read.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printed } from './doctor-text.mjs';
import { configured, root, sandboxFile } from './launch.mjs';
import { chinese, say } from './say.mjs';

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, all: { type: 'boolean' }, lang: { type: 'string' } },
});
const language = values.lang ?? (chinese ? 'zh-CN' : 'en');
const wordsFile = join(root, `apps/web/src/locales/${language}/doctor.json`);
if (!['en', 'zh-CN'].includes(language)) {
  say('--lang is en or zh-CN.', '--lang 为 en 或 zh-CN。');
  process.exit(2);
}

const env = { ...process.env, NODE_ENV: 'production' };
if (!configured()) {
  if (existsSync(sandboxFile)) {
    say(
      'No forge is configured: checking the sandbox that npm start brought last.',
      '尚未配置代码托管：检查 npm start 最近启动的沙盒。',
    );
    env.FLIGHTDECK_CONFIG = sandboxFile;
  } else
    say(
      'No forge is configured: npm start would bring a sandbox.',
      '尚未配置代码托管：npm start 会启动沙盒。',
    );
}

const child = spawn(process.execPath, [join(root, 'apps/bff/dist/main.js'), 'doctor'], {
  env,
  stdio: ['ignore', 'pipe', 'inherit'],
});
let text = '';
child.stdout.on('data', (chunk) => {
  text += chunk;
});
child.on('close', (code) => {
  // It could not even begin: its own words stand on stderr.
  if (text.trim() === '') process.exit(1);
  const said = JSON.parse(text);
  if (values.json) process.stdout.write(text);
  else if (said.faults) process.stderr.write(`${said.text}\n`);
  else {
    const words = JSON.parse(readFileSync(wordsFile, 'utf8'));
    const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;
    process.stdout.write(printed(said, words, { colour, all: values.all === true }));
  }
  process.exit(code ?? 1);
});
