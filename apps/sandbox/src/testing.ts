import { connect } from 'node:net';
import { z } from 'zod';
import { type Sandbox, type SandboxOptions, startSandbox } from './index.ts';
import { recordedTokens } from './seed/recorded.ts';
import type { LogRecord } from './world/model.ts';

/** A sandbox seeded like the recorded servers whose clock stands still, and clients for its people. */
export interface Stage {
  sandbox: Sandbox;
  /** One call to the CI server; `who` is a login, or '' for a guest. */
  call(who: string, line: string, body?: unknown): Promise<Answer>;
  stream(who: string, path: string): Promise<RawStream>;
  /** Ms of virtual time, in steps of 20 so that HTTP clients get their turn between them. */
  pass(ms: number): Promise<void>;
  stop(): Promise<void>;
}

const wireStage = z.looseObject({
  name: z.string(),
  status: z.string(),
  version: z.number(),
  exit_code: z.number(),
  steps: z
    .array(
      z.looseObject({
        name: z.string(),
        status: z.string(),
        exit_code: z.number(),
        errignore: z.boolean().optional(),
      }),
    )
    .default([]),
});
const wireBuild = z.looseObject({
  status: z.string(),
  version: z.number(),
  stages: z.array(wireStage).default([]),
});
const wireRecord = z.strictObject({ pos: z.number(), out: z.string(), time: z.number() });

/** A build as the API and the stream give it, as far as tests read it. */
export type WireBuild = z.infer<typeof wireBuild>;

export const asBuild = (json: unknown): WireBuild => wireBuild.parse(json);
export const asRecords = (json: unknown): LogRecord[] => z.array(wireRecord).parse(json);
export const asList = (json: unknown): Record<string, unknown>[] =>
  z.array(z.record(z.string(), z.unknown())).parse(json);

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Of a JSON answer; lists are read with `asList` and `asRecords`. */
  json: Record<string, unknown>;
}

export async function startStage(options: SandboxOptions = {}): Promise<Stage> {
  const sandbox = await startSandbox({ seed: 'recorded', paused: true, ...options });
  const headers = (who: string): Record<string, string> =>
    who === ''
      ? {}
      : { authorization: `Bearer ${recordedTokens[who] ?? sandbox.world.ci.user(who)?.token ?? who}` };
  return {
    sandbox,
    async call(who, line, body) {
      const [method = 'GET', path = '/'] = line.split(' ');
      const response = await fetch(`${sandbox.urls.drone}${path}`, {
        method,
        redirect: 'manual',
        headers: { ...headers(who), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json');
      return {
        status: response.status,
        headers: response.headers,
        text,
        json: isJson ? JSON.parse(text) : {},
      };
    },
    stream: (who, path) => RawStream.open(sandbox.urls.drone, path, headers(who)),
    async pass(ms) {
      for (let left = ms; left > 0; left -= 20) {
        sandbox.control.setClock({ advance: Math.min(20, left) });
        await turn();
      }
    },
    stop: () => sandbox.stop(),
  };
}

/** Lets sockets deliver what was written. */
export function turn(): Promise<void> {
  return new Promise((done) => setImmediate(() => setImmediate(done)));
}

/** Waits, in real time, for something that sockets bring about. */
export async function until(what: () => boolean, ms = 3000): Promise<void> {
  const end = Date.now() + ms;
  while (!what()) {
    if (Date.now() > end) throw new Error(`still not so after ${ms} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 5));
  }
}

/** A response as it comes off the wire: one entry per HTTP chunk. */
export class RawStream {
  status = 0;
  head = '';
  chunks: string[] = [];
  /** The server closed it: in order (with a last chunk) or broken off. */
  ended: 'no' | 'ended' | 'broken' = 'no';
  #buffer = Buffer.alloc(0);

  private constructor(readonly socket: ReturnType<typeof connect>) {}

  get text(): string {
    return this.chunks.join('');
  }

  /** The JSON of all `data:` frames but the end's. */
  get data(): Record<string, unknown>[] {
    return this.text
      .split('\n')
      .filter((line) => line.startsWith('data: {'))
      .map((line) => JSON.parse(line.slice(6)));
  }

  /** The log records of a log stream. */
  get records(): LogRecord[] {
    return asRecords(this.data);
  }

  /** The builds of an event stream. */
  get builds(): WireBuild[] {
    return this.data.map((one) => asBuild(one.build));
  }

  close(): void {
    this.socket.destroy();
  }

  static async open(base: string, path: string, headers: Record<string, string>): Promise<RawStream> {
    const url = new URL(base);
    const socket = connect(Number(url.port), '127.0.0.1');
    const stream = new RawStream(socket);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET ${path} HTTP/1.1\r\nhost: ${url.host}\r\n${lines.join('')}\r\n`);
    socket.on('data', (data) => stream.#take(data));
    socket.on('error', () => {});
    socket.on('close', () => {
      if (stream.ended === 'no') stream.ended = 'broken';
    });
    await until(() => stream.head !== '');
    return stream;
  }

  #take(data: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, data]);
    if (this.head === '') {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end === -1) return;
      this.head = this.#buffer.subarray(0, end).toString();
      this.status = Number(this.head.split(' ')[1]);
      this.#buffer = this.#buffer.subarray(end + 4);
    }
    for (;;) {
      const line = this.#buffer.indexOf('\r\n');
      if (line === -1) return;
      const size = Number.parseInt(this.#buffer.subarray(0, line).toString(), 16);
      if (Number.isNaN(size) || this.#buffer.length < line + 2 + size + 2) return;
      if (size === 0) this.ended = 'ended';
      else this.chunks.push(this.#buffer.subarray(line + 2, line + 2 + size).toString());
      this.#buffer = this.#buffer.subarray(line + 2 + size + 2);
    }
  }
}

/** A pipeline file of exec stages. */
export function pipelineFile(
  ...stages: { name: string; head?: string[]; steps: Record<string, string[]> }[]
): string {
  const text = stages.map(({ name, head = [], steps }) =>
    [
      'kind: pipeline',
      'type: exec',
      `name: ${name}`,
      'clone: {disable: true}',
      ...head,
      'steps:',
      ...Object.entries(steps).flatMap(([step, commands]) => [
        `  - name: ${step}`,
        '    commands:',
        ...commands.map((one) => `      - ${JSON.stringify(one)}`),
      ]),
    ].join('\n'),
  );
  return `${text.join('\n---\n')}\n`;
}

/** Makes acme/checkout active, with a pipeline file on its main branch. */
export async function withPipeline(stage: Stage, file: string, slug = 'acme/checkout'): Promise<void> {
  const enabled = await stage.call('ada', `POST /api/repos/${slug}`);
  if (enabled.status !== 200) throw new Error(enabled.text);
  stage.sandbox.control.push({
    repo: slug,
    message: 'Pipelines [CI SKIP]',
    author: 'ada',
    files: { '.drone.yml': file },
  });
}
