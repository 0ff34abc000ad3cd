import { z } from 'zod';
import { type FurtherServer, type Sandbox, type SandboxOptions, startSandbox } from '../../index.ts';
import { type Answer, RawStream, turn } from '../../testing.ts';

const step = z.looseObject({ id: z.number(), pid: z.number(), name: z.string(), state: z.string() });
const workflow = z.looseObject({
  id: z.number(),
  pid: z.number(),
  name: z.string(),
  state: z.string(),
  children: z.array(step).default([]),
});
const pipeline = z.looseObject({
  id: z.number(),
  number: z.number(),
  status: z.string(),
  event: z.string(),
  workflows: z.array(workflow).optional(),
});

/** A pipeline as the API and the stream give it, as far as tests read it. */
export type WirePipeline = z.infer<typeof pipeline>;
export const asPipeline = (json: unknown): WirePipeline => pipeline.parse(json);

/** `status`, then each workflow's state with those of its steps, e.g. `running build:running[success,running]`. */
export const outline = ({ status, workflows }: WirePipeline): string =>
  [
    status,
    ...(workflows ?? []).map(
      (one) => `${one.name}:${one.state}[${one.children.map((each) => each.state).join()}]`,
    ),
  ].join(' ');

/** A sandbox with a Woodpecker whose clock stands still, and clients for its people. */
export interface WoodpeckerStage {
  sandbox: Sandbox;
  woodpecker: FurtherServer;
  /** One call; `who` is a login, or '' for a guest. */
  call(who: string, line: string, body?: unknown): Promise<Answer & { value: unknown }>;
  /** The pipeline that an answer holds. */
  pipeline(who: string, line: string, body?: unknown): Promise<WirePipeline>;
  stream(who: string, path: string): Promise<RawStream>;
  /** Ms of virtual time, in steps, so that HTTP clients get their turn between them. */
  pass(ms: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startWoodpecker(
  version = '3.17',
  options: SandboxOptions = {},
): Promise<WoodpeckerStage> {
  const servers = [{ id: 'woodpecker', vendor: 'woodpecker', version }] as const;
  const sandbox = await startSandbox({ seed: 'recorded', paused: true, servers, ...options });
  const [woodpecker] = sandbox.servers;
  if (!woodpecker) throw new Error('there is no Woodpecker');
  const headers = (who: string): Record<string, string> =>
    who === '' ? {} : { authorization: `Bearer ${woodpecker.token(who) ?? who}` };
  const call: WoodpeckerStage['call'] = async (who, line, body) => {
    const [method = 'GET', path = '/'] = line.split(' ');
    const response = await fetch(`${woodpecker.url}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...headers(who), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    const value: unknown = isJson ? JSON.parse(text) : undefined;
    const json = value !== null && typeof value === 'object' ? { ...value } : {};
    return { status: response.status, headers: response.headers, text, json, value };
  };
  return {
    sandbox,
    woodpecker,
    call,
    pipeline: async (who, line, body) => asPipeline((await call(who, line, body)).value),
    stream: (who, path) => RawStream.open(woodpecker.url, path, headers(who)),
    async pass(ms) {
      for (let left = ms; left > 0; left -= 20) {
        sandbox.control.setClock({ advance: Math.min(20, left) });
        await turn();
      }
    },
    stop: () => sandbox.stop(),
  };
}

/** The pipelines that an event stream told of, in order. */
export const toldOf = (stream: RawStream, number?: number): WirePipeline[] =>
  stream.data
    .map((one) => asPipeline(one.pipeline))
    .filter((one) => number === undefined || one.number === number);

export interface WorkflowText {
  events?: string;
  head?: string[];
  steps: Record<string, string[]>;
}

/** A workflow file without a clone. */
export function workflowFile({ events = 'push, manual', head = [], steps }: WorkflowText): string {
  const lines = Object.entries(steps).flatMap(([name, commands]) => [
    `  - name: ${name}`,
    '    image: bash',
    '    commands:',
    ...commands.map((one) => `      - ${JSON.stringify(one)}`),
  ]);
  return ['when:', `  - event: [${events}]`, ...head, 'skip_clone: true', 'steps:', ...lines, ''].join('\n');
}

/** Makes acme/checkout active there (its id is 1 when it is the first), with these files on its main branch. */
export async function withWorkflows(stage: WoodpeckerStage, files: Record<string, string>): Promise<void> {
  const forgeRepo = stage.sandbox.world.forge.repository('acme', 'checkout');
  const made = await stage.call('ada', `POST /api/repos?forge_remote_id=${forgeRepo?.id}`);
  if (made.status !== 200 && made.status !== 409) throw new Error(made.text);
  stage.sandbox.control.push({ repo: 'acme/checkout', message: 'Files [CI SKIP]', author: 'ada', files });
}

/** A push to acme/checkout; the number of its pipeline there. */
export function pushTo(stage: WoodpeckerStage, files: Record<string, string> = {}, author = 'ada'): number {
  const made = stage.sandbox.control.push({ repo: 'acme/checkout', message: 'Change', author, files });
  const number = made.builds.woodpecker;
  if (typeof number !== 'number') throw new Error('the push made no pipeline');
  return number;
}
