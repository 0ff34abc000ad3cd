import type { HttpClient } from '@flightdeck/api-client/client';
import { toRepoKey } from '@flightdeck/api-client/contract';
import type { StepAddress } from '../../sandbox/src/servers/server.ts';
import type { LogRecord } from '../src/ports/ci-server.ts';
import type { RunningConsole } from './console.ts';
import type { Step } from './log-page.ts';

/** A running step that prints what it is told. */
export interface Talk {
  step: Step;
  address: StepAddress & { server: string };
  /** What its process has written so far. */
  printed: string;
}

interface Stage {
  /** The CI server's name in the console and in the sandbox. */
  server: string;
  repo: string;
  author: string;
  runner: string;
  /** Steps that run side by side. */
  steps: number;
  files: Record<string, string | null>;
}

const two = [1, 2];
const hold = 'sandbox-hold talk';

/** Of each kind of CI server. The sandbox has to have a Woodpecker called so, and a Drone 0.8 called `old`. */
export const stages: readonly Stage[] = [
  {
    ...{ server: 'drone', repo: 'oss/tinyqueue', author: 'carol', runner: 'exec', steps: two.length },
    files: {
      '.drone.yml': two
        .map((n) => `kind: pipeline\ntype: exec\nname: n${n}\nsteps: [{name: talk, commands: [${hold}]}]\n`)
        .join('---\n'),
    },
  },
  {
    ...{ server: 'woodpecker', repo: 'ops/api-gateway', author: 'grace', runner: 'local', steps: two.length },
    files: {
      '.woodpecker.yaml': null,
      ...Object.fromEntries(
        two.map((n) => [
          `.woodpecker/n${n}.yaml`,
          `when: [{event: push}]\nskip_clone: true\nsteps: [{name: talk, image: bash, commands: [${hold}]}]\n`,
        ]),
      ),
    },
  },
  {
    ...{ server: 'old', repo: 'foundry/press', author: 'grace', runner: 'docker', steps: 1 },
    files: { '.drone.yml': `pipeline: {talk: {image: bash, commands: [${hold}]}}\n` },
  },
];

/** Pushes a build, and gives its steps as soon as all of them wait for words. */
export async function begin(
  { sandbox: { control } }: RunningConsole,
  client: HttpClient,
  { server, repo, author, runner, steps, files }: Stage,
  until: <T>(condition: () => Promise<T>) => Promise<T>,
): Promise<Talk[]> {
  control.addRunner({
    ...{ name: 'talkers', type: runner, os: 'linux', arch: 'amd64', capacity: steps },
    ...(server === 'drone' ? {} : { server }),
  });
  const build = control.push({ repo, author, message: 'Talk', files }).builds[server] ?? 0;
  const at = { server, repo: toRepoKey(repo), number: build };
  return until(async () => {
    const { build: now } = await client.builds.get(at);
    const found = now.stages.flatMap((stage) =>
      stage.steps
        .filter(({ name }) => name === 'talk')
        .map(({ number: step }): Talk => {
          const address = { server, repo, build, stage: stage.number, step };
          const { held, text } = control.printed(address);
          if (held !== 'talk') throw new Error(`step ${stage.number}/${step} at ${server} does not wait yet`);
          return { step: { ...at, stage: stage.number, step }, address, printed: text };
        }),
    );
    if (found.length < steps) throw new Error(`${found.length} of ${steps} steps run at ${server}`);
    return found;
  });
}

/** Records with the line's end that Woodpecker leaves out of them. */
export const ended = ({ address }: Talk, records: readonly LogRecord[]): LogRecord[] =>
  address.server === 'woodpecker' ? records.map((one) => ({ ...one, out: `${one.out}\n` })) : [...records];
