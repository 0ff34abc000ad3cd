import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** A program of ours as a child, with what it prints kept for a failing test. */
export interface Program {
  child: ChildProcess;
  output: () => string;
  /** Ends it by SIGTERM (SIGKILL when asked, or after 6 s) and waits until it is gone. */
  stop: (signal?: 'SIGTERM' | 'SIGKILL') => Promise<void>;
}

export function run(
  args: string[],
  env: Record<string, string>,
  command: string = process.execPath,
): Program {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text = (text + chunk).slice(-200_000);
    });
  }
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    child,
    output: () => text,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      const insist = setTimeout(() => child.kill('SIGKILL'), 6_000);
      await gone;
      clearTimeout(insist);
    },
  };
}

/** The first line of a program's output that is JSON with `ready`. */
export async function ready<T>(program: Program): Promise<T> {
  for (let tries = 0; tries < 1_200; tries += 1) {
    const line = program
      .output()
      .split('\n')
      .find((candidate) => candidate.startsWith('{"ready"'));
    if (line) return JSON.parse(line) as T;
    if (program.child.exitCode !== null) break;
    await pause(50);
  }
  throw new Error(`It did not start:\n${program.output()}`);
}

export function answers(url: string, program: Program): Promise<void> {
  const ask = () =>
    fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
  return comesUp(url, program, ask);
}

export function listens(port: number, program: Program): Promise<void> {
  const dial = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
  return comesUp(`port ${port}`, program, dial);
}

async function comesUp(what: string, program: Program, isUp: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await isUp()) return;
    if (program.child.exitCode !== null) break;
    await pause(50);
  }
  throw new Error(`${what} does not answer:\n${program.output()}`);
}

/** A port nobody listens at. Below those the system gives to others, one of whom could take it before it is used. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

/** Only for asking again whether something outside the browser is so. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
