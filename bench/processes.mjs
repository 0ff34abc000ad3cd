/** Our programs as children: started, heard, ended. Nothing outlives the benchmark. */
import { execFileSync, fork, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const children = new Set();

/** Progress; stdout is for figures only. */
export const note = (text) => process.stderr.write(`${text}\n`);

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A clock that all processes of this machine share, ns. */
export const sharedNow = () => Number(process.hrtime.bigint());

/** A built program; `output()` is what it has printed so far. */
export function program(args, env) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text = (text + chunk).slice(-100_000);
    });
  return { ...owned(child), pid: child.pid, output: () => text };
}

/** A part of the benchmark in a process of its own: `ask` sends a message and waits for the answer. */
export function helper(url) {
  const child = fork(fileURLToPath(url), { cwd: root, execArgv: [] });
  const ask = (message) =>
    new Promise((resolve, reject) => {
      const failed = (code) => reject(new Error(`${url.pathname} ended with ${code}`));
      child.once('exit', failed);
      child.once('message', (answer) => {
        child.off('exit', failed);
        if (answer.error) reject(new Error(answer.error));
        else resolve(answer);
      });
      child.send(message);
    });
  return { ...owned(child), ask };
}

function owned(child) {
  children.add(child);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  void gone.then(() => children.delete(child));
  const isGone = () => child.exitCode !== null || child.signalCode !== null;
  const stop = async () => {
    if (isGone()) return;
    child.kill('SIGTERM');
    const insist = setTimeout(() => child.kill('SIGKILL'), 4_000);
    await gone;
    clearTimeout(insist);
  };
  return { isGone, stop };
}

/** The other side of `helper`: answers each message by its command, until the benchmark is gone. */
export function serve(commands) {
  process.on('message', async ({ command, ...input }) => {
    try {
      process.send(await commands[command](input));
    } catch (error) {
      process.send({ error: String(error) });
    }
  });
  process.on('disconnect', () => process.exit());
}

/** For the end that was not planned. */
export function killAll() {
  for (const child of children) child.kill('SIGKILL');
}

/** Waits until `look` answers something; at most 60 s. */
export async function until(what, look, isGone = () => false) {
  for (const end = Date.now() + 60_000; Date.now() < end; await pause(50)) {
    const found = await look();
    if (found) return found;
    if (isGone()) break;
  }
  throw new Error(`It did not come: ${what}`);
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Memory a process has in use, MB. */
export function rssOf(pid) {
  const status = `/proc/${pid}/status`;
  const kilobytes = existsSync(status)
    ? /VmRSS:\s*(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]);
  return (Number(kilobytes) * 1_024) / 1e6;
}
