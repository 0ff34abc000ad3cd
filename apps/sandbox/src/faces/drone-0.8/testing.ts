import { z } from 'zod';
import { type FurtherServer, type Sandbox, startSandbox } from '../../index.ts';
import type { StepAddress } from '../../servers/server.ts';
import { type Answer, RawStream, turn } from '../../testing.ts';

const proc = z.looseObject({
  id: z.number(),
  pid: z.number(),
  ppid: z.number(),
  name: z.string(),
  state: z.string(),
  exit_code: z.number(),
});
const top = proc.extend({ children: z.array(proc).default([]) });
const build = z.looseObject({
  number: z.number(),
  status: z.string(),
  event: z.string(),
  procs: z.array(top).optional(),
});

/** A build as the API and the stream give it, as far as tests read it. */
export type WireBuild = z.infer<typeof build>;
export const asBuild = (json: unknown): WireBuild => build.parse(json);

/** `status`, then each pipeline's state with those of its steps, e.g. `running running[success,running]`. */
export const outline = ({ status, procs }: WireBuild): string =>
  [
    status,
    ...(procs ?? []).map((one) => `${one.state}[${one.children.map((each) => each.state).join()}]`),
  ].join(' ');

/** A sandbox with a Drone 0.8 on a Gogs whose clock stands still, and clients for its people. */
export interface Drone08Stage {
  sandbox: Sandbox;
  drone: FurtherServer;
  /** One call; `who` is a login, or '' for a guest. */
  call(who: string, line: string, body?: unknown): Promise<Answer & { value: unknown }>;
  build(who: string, line: string): Promise<WireBuild>;
  stream(who: string, path: string, headers?: Record<string, string>): Promise<RawStream>;
  /** A push to acme/checkout; the number of its newest build. */
  push(files: Record<string, string | null>, message?: string): number;
  step(build: number, step: number): StepAddress;
  /** Ms of virtual time, in steps, so that HTTP clients get their turn between them. */
  pass(ms: number): Promise<void>;
  stop(): Promise<void>;
}

export const repo = '/api/repos/acme/checkout';

/** acme/checkout is active there when it has begun. */
export async function startDrone08(): Promise<Drone08Stage> {
  const sandbox = await startSandbox({
    ...{ seed: 'recorded', paused: true },
    forges: [{ id: 'gogs', vendor: 'gogs' }],
    servers: [{ id: 'old', vendor: 'drone-0.8', forge: 'gogs' }],
  });
  const [drone] = sandbox.servers;
  if (!drone) throw new Error('there is no Drone 0.8');
  const headers = (who: string): Record<string, string> =>
    who === '' ? {} : { authorization: `Bearer ${drone.token(who) ?? who}` };
  const call: Drone08Stage['call'] = async (who, line, body) => {
    const [method = 'GET', path = '/'] = line.split(' ');
    const response = await fetch(`${drone.url}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...headers(who), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== '';
    const value: unknown = isJson ? JSON.parse(text) : undefined;
    const json = value !== null && typeof value === 'object' ? { ...value } : {};
    return { status: response.status, headers: response.headers, text, json, value };
  };
  const stage: Drone08Stage = {
    ...{ sandbox, drone, call },
    build: async (who, line) => asBuild((await call(who, line)).value),
    stream: (who, path, more = {}) => RawStream.open(drone.url, path, { ...headers(who), ...more }),
    push(files, message = 'Change') {
      const request = { repo: 'acme/checkout', forge: 'gogs', author: 'ada', message, files };
      return sandbox.control.push(request).builds.old ?? 0;
    },
    step: (number, step) => ({ server: 'old', repo: 'acme/checkout', build: number, stage: 1, step }),
    async pass(ms) {
      for (let left = ms; left > 0; left -= 20) {
        sandbox.control.setClock({ advance: Math.min(20, left) });
        await turn();
      }
    },
    stop: () => sandbox.stop(),
  };
  const made = await call('ada', `POST ${repo}`);
  if (made.status !== 200) throw new Error(made.text);
  return stage;
}

/** The builds that an event stream told of, in order, with what kind of event it was. */
export const toldOf = (stream: RawStream): { type: string; build: WireBuild }[] =>
  stream.data.map((one) => ({ type: String(one.type), build: asBuild(one.build) }));

/** A pipeline file; `more` are lines of each step beside its image and commands. */
export function pipelineFile(
  steps: Record<string, string[]>,
  { head = [], more = {} }: { head?: string[]; more?: Record<string, string[]> } = {},
): Record<string, string> {
  const lines = Object.entries(steps).flatMap(([name, commands]) => [
    `  ${name}:`,
    '    image: alpine',
    ...(more[name] ?? []).map((line) => `    ${line}`),
    '    commands:',
    ...commands.map((one) => `      - ${JSON.stringify(one)}`),
  ]);
  return { '.drone.yml': [...head, 'pipeline:', ...lines, ''].join('\n') };
}
