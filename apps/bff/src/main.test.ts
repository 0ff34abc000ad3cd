import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LIVE_PROTOCOL } from '@flightdeck/api-client/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { Browser } from '../testing/browser.ts';
import { freePort } from '../testing/console.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

let sandbox: Sandbox;
let port: number;
let folder: string;
beforeAll(async () => {
  port = await freePort();
  sandbox = await startSandbox({ consoleUrl: `http://127.0.0.1:${port}` });
  folder = mkdtempSync(join(tmpdir(), 'flightdeck-main-'));
});
afterAll(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Program {
  child: ChildProcess;
  output: () => string;
  said(text: string): Promise<void>;
  ended: Promise<{ code: number | null; ms: number }>;
}

function start(env: Record<string, string>): Program {
  const begun = Date.now();
  const child = spawn(process.execPath, ['--import', 'tsx', 'apps/bff/src/main.ts'], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  let output = '';
  const waiting: { text: string; done: () => void }[] = [];
  const take = (part: Buffer) => {
    output += part.toString();
    for (const { text, done } of waiting) if (output.includes(text)) done();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = new Promise<{ code: number | null; ms: number }>((done) =>
    child.on('exit', (code) => done({ code, ms: Date.now() - begun })),
  );
  return {
    child,
    output: () => output,
    said: (text) =>
      new Promise((done, fail) => {
        if (output.includes(text)) return done();
        waiting.push({ text, done });
        void ended.then(() => fail(new Error(`ended without saying "${text}":\n${output}`)));
      }),
    ended,
  };
}

const settings = (): Record<string, string> => ({
  FLIGHTDECK_PUBLIC_URL: `http://127.0.0.1:${port}`,
  FLIGHTDECK_LISTEN_HOST: '127.0.0.1',
  FLIGHTDECK_LISTEN_PORT: String(port),
  FLIGHTDECK_DATA_DIR: folder,
  FLIGHTDECK_FORGE_GITEA_PUBLIC_URL: sandbox.urls.gitea,
  FLIGHTDECK_FORGE_GITEA_CLIENT_ID: sandbox.oauth.clientId,
  FLIGHTDECK_FORGE_GITEA_CLIENT_SECRET: sandbox.oauth.clientSecret,
  FLIGHTDECK_SERVER_DRONE_PUBLIC_URL: sandbox.urls.drone,
  FLIGHTDECK_SERVER_DRONE_SERVICE_TOKEN: sandbox.serviceToken,
});

describe('the program', () => {
  it('ends with 78 and tells every fault when its settings are wrong', async () => {
    const program = start({ FLIGHTDECK_LISTEN_PORT: 'x', FLIGHTDECK_FORGE_GITEA_PUBLIC_URL: 'git.lan' });
    expect((await program.ended).code).toBe(78);
    const text = program.output();
    for (const name of [
      'FLIGHTDECK_PUBLIC_URL',
      'FLIGHTDECK_LISTEN_PORT',
      'forges[0].publicUrl',
      'forges[0].clientId',
      'servers',
    ]) {
      expect(text).toContain(name);
    }
    expect(text).not.toContain('    at ');
  }, 60_000);

  it('says in words that its port is taken', async () => {
    const holder = createServer();
    await new Promise<void>((done) => holder.listen(0, '127.0.0.1', done));
    const { port: taken } = holder.address() as { port: number };
    const program = start({ ...settings(), FLIGHTDECK_LISTEN_PORT: String(taken) });
    expect((await program.ended).code).toBe(1);
    expect(program.output()).toContain(`port ${taken} is in use`);
    holder.close();
  }, 60_000);

  it('stops in order within 5 s: requests in flight end, sockets are told to come back, sessions stay', async () => {
    const program = start(settings());
    await program.said('"ready":true');
    const browser = new Browser();
    const url = `http://127.0.0.1:${port}/`;
    const ada = sandbox.people.find(({ login }) => login === 'ada') ?? { login: '', password: '' };
    await browser.throughForge(`${url}auth/forge/gitea`, ada, (at) => at === url);
    const headers = { cookie: browser.cookies(url), origin: url.slice(0, -1) };
    const socket = new WebSocket(`${url.replace('http', 'ws')}api/live`, LIVE_PROTOCOL, { headers });
    const closed = new Promise<number>((done) => socket.on('close', done));
    await new Promise<void>((done) => {
      socket.on('open', () =>
        socket.send(JSON.stringify({ type: 'subscribe', id: 1, topic: { kind: 'deck' } })),
      );
      socket.once('message', () => done());
    });
    const arrived = new Promise<void>((done) => {
      const look = () =>
        sandbox.control.parts.calls.list({ match: 'branches' }).length > 0 ? done() : setImmediate(look);
      look();
    });
    sandbox.control.addFault({ face: 'gitea', match: 'branches', delay: 1_000 });
    const slow = fetch(`${url}api/servers/drone/repositories/acme~checkout/branches`, { headers });
    await arrived;

    const asked = Date.now();
    program.child.kill('SIGTERM');
    expect(await closed).toBe(1012);
    expect((await slow).status).toBe(200);
    expect((await program.ended).code).toBe(0);
    expect(Date.now() - asked).toBeLessThan(5_000);
    await expect(fetch(url)).rejects.toThrow();
    sandbox.control.clearFaults();

    const again = start(settings());
    await again.said('"ready":true');
    expect((await fetch(`${url}api/session`, { headers })).status).toBe(200);
    again.child.kill('SIGINT');
    expect((await again.ended).code).toBe(0);
  }, 120_000);
});
