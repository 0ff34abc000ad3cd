import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let root;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'flightdeck-launch-'));
  for (const name of ['launch.mjs', 'start.mjs', 'say.mjs'])
    cpSync(join(import.meta.dirname, name), join(root, 'scripts', name));
  program(
    'stubborn.mjs',
    "process.on('SIGTERM', () => {}); console.log('pid', process.pid); setInterval(() => {}, 1e6);",
  );
  program('polite.mjs', "console.log('pid', process.pid); setInterval(() => {}, 1e6);");
  program(
    'apps/sandbox/dist/main.js',
    `console.log(JSON.stringify({ ready: true, gitea: 'http://forge.invalid', drone: 'http://ci.invalid', control: 'http://door.invalid',
      oauth: { clientId: 'made-up', clientSecret: 'made-up' }, serviceToken: 'made-up',
      people: [{ login: 'ada', name: 'Ada', password: 'ada-made-up', what: 'owns acme' }],
      servers: [{ id: 'woodpecker', vendor: 'woodpecker', url: 'http://second.invalid', serviceToken: 'made-up' }] }));
     console.error('sandbox pid', process.pid); setInterval(() => {}, 1e6);`,
  );
  program(
    'apps/bff/dist/main.js',
    `const fs = await import('node:fs'); const http = await import('node:http');
     const config = JSON.parse(fs.readFileSync(process.env.FLIGHTDECK_CONFIG, 'utf8'));
     console.log('pid', process.pid, 'connects to', config.forges[0].publicUrl, ...(config.servers ?? []).map((one) => one.publicUrl));
     if (config.listen) http.createServer((_, answer) => answer.end('ok')).listen(config.listen.port, '127.0.0.1');
     else setInterval(() => {}, 1e6);`,
  );
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function program(name, code) {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), `${code}\n`);
}

const alive = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Runs a script of the folder in an environment without settings of ours. */
function run(args, env = {}) {
  const bare = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(FLIGHTDECK_|LC_|LANG)/.test(name)),
  );
  const child = spawn(process.execPath, args, { cwd: root, env: { ...bare, ...env } });
  let text = '';
  const waiting = new Set();
  const hear = (part) => {
    text += part;
    for (const look of waiting) look();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise((done) => child.once('exit', (code) => done(code)));
  return {
    child,
    ended,
    text: () => text,
    pids: () => [...text.matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid)),
    said: (what) =>
      new Promise((done, fail) => {
        const look = () => {
          if (what.test(text)) done();
        };
        waiting.add(look);
        look();
        void ended.then(() => fail(new Error(`it ended:\n${text}`)));
      }),
  };
}

const begin = (...names) => [
  '--input-type=module',
  '-e',
  `import { start } from './scripts/launch.mjs'; for (const name of ${JSON.stringify(names)}) start([name]);`,
];

describe('what npm start has begun', () => {
  it.each(['SIGINT', 'SIGTERM'])(
    'ends within 5 s of a %s, also what does not listen',
    async (signal) => {
      const launched = run(begin('stubborn.mjs', 'polite.mjs', 'stubborn.mjs', 'stubborn.mjs'));
      await launched.said(/(pid \d+[\s\S]*){4}/);
      const asked = Date.now();
      launched.child.kill(signal);
      expect(await launched.ended).toBe(0);
      expect(Date.now() - asked).toBeLessThan(5_000);
      expect(launched.pids().filter(alive)).toEqual([]);
    },
    30_000,
  );

  it('ends at once where everything listens, and with whatever ends by itself', async () => {
    const launched = run(begin('polite.mjs', 'polite.mjs'));
    await launched.said(/(pid \d+[\s\S]*){2}/);
    const asked = Date.now();
    process.kill(launched.pids()[0], 'SIGKILL');
    expect(await launched.ended).toBe(1);
    expect(Date.now() - asked).toBeLessThan(2_000);
    expect(launched.pids().filter(alive)).toEqual([]);
  });
});

describe('npm start', () => {
  it('without a forge starts the sandbox, on another port where its own is taken, and prints address and people', async () => {
    const holder = createServer();
    await new Promise((done) => holder.listen(0, '127.0.0.1', done));
    const taken = holder.address().port;
    const launched = run(['scripts/start.mjs'], { FLIGHTDECK_LISTEN_PORT: String(taken) });
    await launched.said(/Ctrl-C ends everything/);
    holder.close();
    const [, port] = /Flightdeck: http:\/\/localhost:(\d+)\n/.exec(launched.text()) ?? [];
    expect(Number(port)).toBeGreaterThan(0);
    expect(Number(port)).not.toBe(taken);
    expect(launched.text()).toContain(
      'connects to http://forge.invalid http://ci.invalid http://second.invalid',
    );
    expect(launched.text()).toContain('Woodpecker http://second.invalid');
    expect(launched.text()).toMatch(/ada +ada-made-up +owns acme/);
    launched.child.kill('SIGTERM');
    expect(await launched.ended).toBe(0);
    expect(launched.pids()).toHaveLength(2);
    expect(launched.pids().filter(alive)).toEqual([]);
  });

  it('with a configuration starts no sandbox', async () => {
    program('real.yaml', JSON.stringify({ forges: [{ publicUrl: 'http://git.example.test' }] }));
    const launched = run(['scripts/start.mjs'], { FLIGHTDECK_CONFIG: 'real.yaml' });
    await launched.said(/connects to http:\/\/git\.example\.test/);
    launched.child.kill('SIGTERM');
    expect(await launched.ended).toBe(0);
    expect(launched.text()).not.toMatch(/sandbox/i);
  });

  it.each([
    [{}, false],
    [{ FLIGHTDECK_LISTEN_PORT: '8300', FLIGHTDECK_LOG_LEVEL: 'info' }, false],
    [{ FLIGHTDECK_CONFIG: 'flightdeck.yaml' }, true],
    [{ FLIGHTDECK_FORGE_GITEA_PUBLIC_URL: 'http://git.example.test' }, true],
    [{ FLIGHTDECK_SERVER_DRONE_PUBLIC_URL: 'http://ci.example.test' }, true],
  ])('%j: real servers are configured: %s', async (env, expected) => {
    const launched = run(
      [
        '--input-type=module',
        '-e',
        "import { configured } from './scripts/launch.mjs'; console.log(configured());",
      ],
      env,
    );
    await launched.ended;
    expect(launched.text().trim()).toBe(String(expected));
  });
});
