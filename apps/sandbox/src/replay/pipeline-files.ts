import { z } from 'zod';
import { recordedList } from './recording.ts';

/** The pipeline file of acme/checkout, out of the forge's own recorded answer. */
export function checkoutPipeline(): string {
  const exchange = recordedList('gitea-1.25.4/02-repositories.json')[23];
  const answer = z.object({ content: z.string() }).parse(exchange?.response?.json);
  return Buffer.from(answer.content, 'base64').toString();
}

const head = `kind: pipeline
type: exec
name: default
platform: {os: linux, arch: amd64}
clone: {disable: true}
`;

/** One record of the recorded log of `controls`: odd bytes, packed so that the trace does not show them. */
function oddBytes(): string {
  const exchange = recordedList('drone-2.25.0/04-failures-and-odd-logs.json')[3];
  const [first] = z.array(z.object({ out: z.string() })).parse(exchange?.response?.json);
  return (first?.out ?? '').replace(/^\+ /, '').trimEnd();
}

/** What acme/big's pipeline file was at each push, told from its recorded builds and logs. */
export const bigPipelines = {
  /** Line 15 holds an escape that YAML does not know. */
  badEscape: () => `${head}steps:
  - name: silent
    commands:
      - sleep 2
  - name: controls
    commands:
      - echo odd
      - echo odd
      - echo odd
      - "printf '\\uD83D\\uDE00'"
`,
  oddLogs: () => `${head}steps:
  - name: silent
    commands:
      - sleep 2
  - name: controls
    commands:
      - ${oddBytes()}
  - name: long-line
    commands:
      - sleep 1
      - yes x | head -300000 | tr -d [:space:]; echo
      - sleep 1
  - name: burst
    commands:
      - seq 1 3000
      - sleep 2
      - seq 1 10
`,
  failing: () => `${head}steps:
  - name: lint
    failure: ignore
    commands:
      - exit 2
  - name: unit
    commands:
      - echo expected 4, got 5
      - exit 3
  - name: publish
    commands:
      - echo published
  - name: notify
    commands:
      - echo told
    when:
      status: [success, failure]
`,
  broken: () => 'kind: pipeline: exec\n',
  unknownDependency: () => `${head}depends_on: [nothing]
steps:
  - name: a
    commands:
      - echo a
`,
  noRunner: () => `${head.replace('amd64', 'arm64')}steps:
  - name: a
    commands:
      - echo a
`,
  tagsOnly: () => `${head}trigger:
  event: [tag]
steps:
  - name: a
    commands:
      - echo a
`,
  longLogs: () => `${head}steps:
  - name: split
    commands:
      - ${generator(10_000)}
  - name: cut
    commands:
      - ${generator(100_000)}
`,
  onlyPushes: () => `${head}trigger:
  event: [push]
steps:
  - name: a
    commands:
      - echo a
`,
  burst: () => `${head}trigger:
  event: [push]
steps:
  - name: burst
    commands:
      - seq 1 12000
      - sleep 6
      - seq 12001 12500
`,
};

/** The recorded generator: packed, for awk's quotes and escapes would not survive the file. */
export function generator(lines: number): string {
  const program = `awk 'BEGIN{for(i=1;i<=${lines};i++) printf "%06d \\033[32mok\\033[0m compile src/module_%d.c with flags -O2 -g\\n", i, i%977}'`;
  return `echo ${Buffer.from(program).toString('base64')} | base64 -d | bash`;
}

/** acme/infra's: one step that takes its time. */
export const infraPipeline = `${head}steps:
  - name: a
    commands:
      - echo private
      - sleep 8
`;
