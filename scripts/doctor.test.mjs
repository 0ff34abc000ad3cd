import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { columns, printed } from './doctor-text.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const words = (language) =>
  JSON.parse(readFileSync(join(root, `apps/web/src/locales/${language}/doctor.json`), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'flightdeck-doctor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const finding = (hop, code, state, more = {}) => ({
  ...{ hop, code, state, instance: null, tried: null, facts: {}, raw: null },
  ...more,
});
const report = {
  instances: [{ id: 'git', kind: 'forge', name: 'Code', product: 'Gitea' }],
  findings: [
    finding('websocket', 'ok', 'ok', { tried: 'GET ws://x' }),
    finding('reach', 'unreachable', 'broken', {
      ...{ instance: 'git', tried: 'GET http://git', raw: 'ECONNREFUSED\nsecond line' },
      facts: { address: 'http://git', product: 'Gitea' },
    }),
    finding('pkce', 'depends', 'unchecked', { instance: 'git', facts: { on: 'reach' } }),
    finding('clock', 'off', 'warning', { instance: 'git', facts: { seconds: '40', direction: 'behind' } }),
  ],
};

it.each(['en', 'zh-CN'])('prints aligned columns, without a slot left open: %s', (language) => {
  const lines = printed(report, words(language)).split('\n');
  expect(lines.join('\n')).not.toMatch(/\{\{|undefined/);
  const hops = lines.filter((line) => /^ {2}[✓!✗·] /.test(line));
  expect(hops).toHaveLength(report.findings.length);
  const titles = Object.values(words(language).hop);
  const sentenceAt = hops.map((line) => {
    const title = titles.find((known) => line.slice(4).startsWith(known));
    return columns(line.slice(0, 4 + title.length + /^ */.exec(line.slice(4 + title.length))[0].length));
  });
  expect(new Set(sentenceAt).size).toBe(1);
});

it('tells what came back where something is wrong, and elsewhere when asked to', () => {
  const text = printed(report, words('en'));
  expect(text).toContain('Came back second line');
  expect(text).toContain('Its clock is 40 s behind this machine’s');
  expect(text).toContain('Waits for “Reachable” to be mended.');
  expect(text).toContain('One hop is broken.');
  expect(text).not.toContain('GET ws://x');
  expect(printed(report, words('en'), { all: true })).toContain('GET ws://x');
  expect(printed(report, words('en'), { colour: true })).toMatch(/\x1b\[31m✗\x1b\[0m/);
});

function run(args, config) {
  const file = join(folder, 'flightdeck.yaml');
  writeFileSync(file, JSON.stringify(config));
  const { FLIGHTDECK_CONFIG: _, ...env } = process.env;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'scripts/doctor.mjs'), ...args], {
      env: { ...env, FLIGHTDECK_CONFIG: file },
    });
    const said = { out: '', err: '' };
    child.stdout.on('data', (part) => {
      said.out += part;
    });
    child.stderr.on('data', (part) => {
      said.err += part;
    });
    child.on('close', (code) => resolve({ code, ...said }));
  });
}

const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

it('tells the faults of settings as the console does, and ends with 1', async () => {
  const { code, out, err } = await run([], { publicUrl: 'nonsense', forges: [], servers: [] });
  expect(code).toBe(1);
  expect(out).toBe('');
  expect(err).toContain('FLIGHTDECK_PUBLIC_URL');
  expect(err).toContain('有误');
  const json = await run(['--json'], { publicUrl: 'nonsense', forges: [], servers: [] });
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out).faults[0]).toMatchObject({ setting: 'publicUrl' });
});

it('checks without a console, on the configured port, and ends with 1 when a hop is broken', async () => {
  const port = await freePort();
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  const config = {
    publicUrl: `http://127.0.0.1:${port}/`,
    listen: { host: '127.0.0.1', port },
    dataDir: join(folder, 'data'),
    forges: [
      { id: 'gitea', kind: 'gitea', publicUrl: nowhere, clientId: 'made-up', clientSecret: 'made-up' },
    ],
    servers: [{ id: 'drone', kind: 'drone', publicUrl: nowhere, serviceToken: 'made-up' }],
  };
  const json = await run(['--json'], config);
  expect(json.code).toBe(1);
  const { findings } = JSON.parse(json.out);
  expect(findings.slice(0, 5).map(({ hop, code }) => `${hop} ${code}`)).toEqual([
    'listen own',
    'public ok',
    'forwarded direct',
    'websocket ok',
    'buffering ok',
  ]);
  expect(findings.filter(({ state }) => state === 'broken').map(({ instance }) => instance)).toEqual([
    'gitea',
    'drone',
  ]);
  const text = await run(['--lang', 'zh-CN'], config);
  expect(text.code).toBe(1);
  expect(text.out).toContain('有 2 项不通。');
  expect(text.out).toContain('ECONNREFUSED');
});
