/** Pipeline files and scripts of the demo's Drone 0.8: what its builds do. */

const step = (name: string, commands: readonly string[], more: readonly string[] = []): string =>
  [
    `  ${name}:`,
    '    image: alpine:3.8',
    ...more.map((line) => `    ${line}`),
    '    commands:',
    ...commands.map((one) => `      - ${JSON.stringify(one)}`),
  ].join('\n');

const file = (steps: readonly string[], head: readonly string[] = []): string =>
  `${[...head, 'pipeline:', ...steps].join('\n')}\n`;

const built = ['when:', '  event: [push, pull_request, tag]'];
const deployed = (target: string): string[] => ['when:', '  event: deployment', `  environment: ${target}`];
const roll = 'for i in 1 2 3; do echo "host $i of 3 switched"; sleep 2; done';

/** foundry/press: steps side by side, a registry to push to, two targets. */
export const press: Record<string, string> = {
  '.drone.yml': file([
    step('lint', ['sh ci/lint.sh'], ['group: check', ...built]),
    step('test', ['sh ci/test.sh'], ['group: check', ...built]),
    step(
      'image',
      ['echo "pushing to registry.example.test as $REGISTRY_USER"', 'sleep 3'],
      ['secrets: [registry_user, registry_password]', 'when:', '  event: [push, tag]'],
    ),
    step(
      'staging',
      ['echo "staging takes build $DRONE_PARENT_BUILD_NUMBER region=$REGION"', roll],
      deployed('staging'),
    ),
    step(
      'production',
      [
        'echo "production takes build $DRONE_PARENT_BUILD_NUMBER region=$REGION"',
        'test "$FAIL" != yes',
        roll,
      ],
      ['secrets: [deploy_key]', ...deployed('production')],
    ),
    step('notify', ['echo "telling the team: $DRONE_BUILD_NUMBER"'], ['when:', '  status: [failure]']),
  ]),
};

/** foundry/mould: what strangers send waits for consent. */
export const mould: Record<string, string> = {
  '.drone.yml': file([
    step('plan', ['echo "2 to add, 1 to change"', 'sleep 2']),
    step('apply', ['echo applied'], ['when:', '  branch: master']),
  ]),
};

/** foundry/kiln: a matrix for a machine of its own, a service, a long log. */
export const kiln: Record<string, string> = {
  '.drone.yml': file(
    [step('fire', ['sh ci/fire.sh']), step('report', ['sandbox-gen lines=90000 kind=short'])],
    [
      'platform: linux/arm64',
      'matrix:',
      '  GLAZE: [celadon, tenmoku]',
      'services:',
      '  gauge:',
      '    image: prom/gauge',
      '    commands: ["sandbox-gen lines=40 every=1000 text=degrees"]',
    ],
  ),
};

/** Without an image: the build is an `error` at once. */
export const broken = 'pipeline:\n  test:\n    commands: [make]\n';

export const scripts = {
  lintGood: 'echo "gofmt: nothing to do"\n',
  lintBad: 'echo "plate.go:18: exported function Ink should have comment"; exit 1\n',
  testGood: 'for i in 1 2 3; do echo "ok  press/sheet $i.1s"; sleep 1; done\n',
  testBad: 'echo "--- FAIL: TestRegister (0.41s)"; echo "sheet_test.go:52: off by 2 mm"; exit 1\n',
  soak: 'sandbox-gen lines=600 every=2000 text=sheet\n',
  fireGood: 'for i in 1 2 3; do echo "segment $i of 3"; sleep 2; done\n',
  fireLong: 'sandbox-gen lines=4000 every=3000 text=segment\n',
};

export const messages: Record<string, readonly string[]> = {
  press: [
    'Dry the sheets a second longer',
    '调整油墨配方',
    'Read the register marks before the first pass',
    'Fix the count of spoiled sheets',
    '升级到新的排版引擎',
    'Say which plate is worn',
    'Keep the proofs for a week',
    '重写套准检查',
  ],
  mould: ['Two more cavities', '更换脱模剂', 'Cool the runner first', '收紧公差'],
  kiln: ['Slower through quartz inversion', '延长保温时间', 'Log both thermocouples'],
};
