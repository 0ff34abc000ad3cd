import { z } from 'zod';
import { generator } from './pipeline-files.ts';
import { recordedList } from './recording.ts';

const folder = 'woodpecker-3.17.0/';
const Config = z.array(z.object({ name: z.string(), data: z.string() }));
const decoded = (data: string): string => Buffer.from(data, 'base64').toString();

/** The workflow files of acme/checkout, out of the server's own recorded answer. */
export function checkoutWorkflows(): Record<string, string> {
  const exchange = recordedList(`${folder}06-secrets-and-settings.json`)[59];
  const configs = Config.parse(exchange?.response?.json);
  return Object.fromEntries(configs.map(({ name, data }) => [`.woodpecker/${name}.yaml`, decoded(data)]));
}

/** One line of the recorded log of `controls`: odd bytes, packed so that the trace does not show them. */
function oddBytes(): string {
  const exchange = recordedList(`${folder}04-failures-and-odd-logs.json`)[5];
  const [first] = z.array(z.object({ data: z.string() })).parse(exchange?.response?.json);
  return decoded(first?.data ?? '').replace(/^\+ /, '');
}

const head = (events = 'push'): string => `when:
  - event: [${events}]
skip_clone: true
steps:
`;

const step = (name: string, commands: readonly string[], more = ''): string =>
  `  - name: ${name}\n    image: bash\n${more}    commands:\n${commands.map((one) => `      - ${one}\n`).join('')}`;

const big = 'yes x | head -1500000 | tr -d [:space:]; echo';

/** What acme/big's workflow file was at each push, told from its recorded pipelines and logs. */
export const bigWorkflows = {
  /** Neither of the first two could be read; how is not known. */
  unreadable: (): string => 'steps: {\n  bad',
  oddLogs: (): string =>
    head() +
    step('silent', ['sleep 2']) +
    step('controls', [oddBytes()]) +
    step('long-line', ['sleep 1', 'yes x | head -300000 | tr -d [:space:]; echo', 'sleep 1']) +
    step('burst', ['seq 1 3000', 'sleep 2', 'seq 1 10']),
  failing: (): string =>
    head() +
    step('lint', ['echo warning; exit 2'], '    failure: ignore\n') +
    step('unit', ['echo expected 4, got 5', 'exit 3']) +
    step('publish', ['echo published']) +
    step('notify', ['echo told'], '    when:\n      - status: [success, failure]\n'),
  broken: (): string => 'steps: [\n  bad',
  boolOnLine4: (): string => 'steps:\n  - name: a\n    image: bash\n    commands: [true]\n',
  boolOnLine9: (): string =>
    `labels:\n  platform: linux/arm64\n${head()}  - name: a\n    image: bash\n    commands: [true]\n`,
  tagsOnly: (): string => head('tag') + step('a', ['echo a']),
  longLogs: (): string =>
    head() +
    step('split', [`${generator(10_000)}; sleep 1`]) +
    step('cut', [`${generator(100_000)}; sleep 7`]),
  onlyPushes: (): string => head() + step('a', ['echo a']),
  noAgent: (): string => `labels:\n  platform: linux/arm64\n${head()}${step('a', ['echo a'])}`,
  matrix: (): string =>
    `matrix:\n  GO: ["1.24", "1.25"]\n${head('push, deployment')}` +
    step('lint', ['exit 2'], '    failure: ignore\n') +
    step('test', ['echo $GO', 'echo', 'echo after an empty line', 'sleep 3', 'echo last line at once']) +
    step('big', [big]),
  /** What came after the watched step is not known; it printed enough to be sent at once. */
  burst: (): string =>
    head() + step('burst', ['seq 1 12000', 'sleep 6', 'seq 12001 12500']) + step('big', [big]),
};
