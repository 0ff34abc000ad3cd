// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the shell writes its variables so
/** Workflow files and scripts of the demo's Woodpecker: what its pipelines do. */

const step = (name: string, commands: readonly string[], more: readonly string[] = []): string =>
  [
    `  - name: ${name}`,
    '    image: bash',
    ...more.map((line) => `    ${line}`),
    '    commands:',
    ...commands.map((one) => `      - ${JSON.stringify(one)}`),
  ].join('\n');

const workflow = (head: readonly string[], steps: readonly string[]): string =>
  `${[...head, 'steps:', ...steps].join('\n')}\n`;

const on = (events: string): string[] => ['when:', `  - event: [${events}]`];
const everything = 'push, pull_request, tag, manual, cron';

/** ops/api-gateway: a matrix of two, a lint that may fail. */
export const gateway: Record<string, string> = {
  '.woodpecker.yaml': workflow(
    ['matrix:', '  GO: ["1.24", "1.25"]', ...on(everything)],
    [
      step('lint', ['sh ci/lint.sh'], ['failure: ignore']),
      step('compile', ['echo "go $GO"', 'for i in 1 2 3 4; do echo "package $i of 4"; sleep 2; done']),
      step('test', ['sh ci/test.sh']),
      step('notify', ['echo "telling the team"'], ['when:', '  - status: [failure]']),
    ],
  ),
};

const roll = 'for i in 1 2 3; do echo "pod $i of 3 ready"; sleep 2; done';

/** ops/shop-deploy: a folder; `deploy` takes two targets and nothing else. */
export const shop: Record<string, string> = {
  '.woodpecker/build.yaml': workflow(on(everything), [
    step('bundle', ['echo bundling', 'sleep 4', 'echo "1 284 modules"']),
    step('check', ['sh ci/check.sh']),
  ]),
  '.woodpecker/publish.yaml': workflow(
    [...on('push, tag, manual, cron'), 'depends_on: [build]', 'skip_clone: true'],
    [
      step(
        'push-image',
        ['echo "pushing as $REGISTRY_USER with $REGISTRY_TOKEN"', 'sleep 3'],
        ['environment:', '  REGISTRY_USER: bot', '  REGISTRY_TOKEN:', '    from_secret: registry_token'],
      ),
    ],
  ),
  '.woodpecker/deploy.yaml': workflow(
    [
      'when:',
      '  - event: deployment',
      `    evaluate: 'CI_PIPELINE_DEPLOY_TARGET in ["staging", "production"]'`,
      'skip_clone: true',
    ],
    [
      step(
        'roll-out',
        [
          'echo "deploying $CI_PIPELINE_PARENT to $CI_PIPELINE_DEPLOY_TARGET region=$REGION"',
          'test "$FAIL" != yes',
          roll,
        ],
        ['environment:', '  KUBE_TOKEN:', '    from_secret: kube_token'],
      ),
      step('smoke', ['echo "GET /healthz 200"']),
    ],
  ),
};

/** ops/cluster-config: every event waits for consent. */
export const cluster: Record<string, string> = {
  '.woodpecker.yaml': workflow(on('push, pull_request, manual'), [
    step('plan', ['echo "3 to add, 1 to change, 0 to destroy"', 'sleep 2']),
    step('apply', ['echo applied']),
  ]),
};

const report = 'sandbox-gen lines=60000 kind=short';

/** ops/video-encoder: needs an agent with a graphics card. */
export const encoder: Record<string, string> = {
  '.woodpecker/encode.yaml': workflow(
    ['labels:', '  gpu: "true"', ...on('push, manual')],
    [step('encode', ['sh ci/encode.sh'])],
  ),
};

export const encoderReport: Record<string, string> = {
  '.woodpecker/report.yaml': workflow(
    [...on('push, manual'), 'skip_clone: true'],
    [step('report', [report])],
  ),
};

/** Wants a machine that nobody offers. */
export const arm = workflow(
  ['labels:', '  platform: linux/arm64', ...on('push')],
  [step('compile', ['echo compiling for arm64'])],
);

/** A flow sequence that never ends: the pipeline is an `error` at once. */
export const broken =
  'when:\n  - event: [push\nsteps:\n  - name: a\n    image: bash\n    commands: [echo a]\n';

export const scripts = {
  lintGood: 'echo "golangci-lint: no issues"\n',
  lintBad: 'echo "handler.go:41: ineffectual assignment to err"; exit 1\n',
  testGood: 'for i in 1 2 3; do echo "ok  gateway/route $i.2s"; sleep 1; done\n',
  testBad: 'echo "--- FAIL: TestTimeout (2.00s)"; echo "route_test.go:88: got 504, want 200"; exit 1\n',
  checkGood: 'echo "budget 240 kB, used 231 kB"\n',
  checkBad: 'echo "budget 240 kB, used 252 kB"; exit 3\n',
  encodeGood: 'for i in 1 2 3 4 5; do echo "frame $((i * 240)) of 1200"; sleep 3; done\n',
  encodeLong: 'sandbox-gen lines=4000 every=3000 text=frame\n',
  soak: 'sandbox-gen lines=600 every=2000 text=request\n',
};
