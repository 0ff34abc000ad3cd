// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the shell writes its variables so
/** Pipeline files and scripts of the demo's repositories: what their builds do. */

const step = (name: string, commands: string[], more: string[] = []): string =>
  [
    `  - name: ${name}`,
    ...more.map((line) => `    ${line}`),
    '    commands:',
    ...commands.map((one) => `      - ${JSON.stringify(one)}`),
  ].join('\n');

interface PipelineText {
  name: string;
  type?: string;
  head?: string[];
  steps: string[];
}

const pipeline = ({ name, type = 'exec', head = [], steps }: PipelineText): string =>
  ['kind: pipeline', `type: ${type}`, `name: ${name}`, ...head, 'steps:', ...steps].join('\n');

const file = (...pipelines: string[]): string => `${pipelines.join('\n---\n')}\n`;

const builds = ['trigger:', '  event: [push, pull_request, tag, custom, cron]'];

function deployment(
  name: string,
  target: string,
  events: string,
  commands: string[],
  more: string[] = [],
): string {
  return pipeline({
    name,
    head: ['clone: {disable: true}', 'trigger:', `  event: [${events}]`, `  target: [${target}]`, ...more],
    steps: [step('roll-out', commands, ['environment:', '  TOKEN: {from_secret: deploy_token}'])],
  });
}

const settle = 'for i in 1 2 3; do echo "pod $i of 3 ready"; sleep 1; done';

/** acme/checkout: build, package, and a deployment that does something else per environment. */
export const checkout = file(
  pipeline({
    name: 'build',
    head: builds,
    steps: [
      step('lint', ['sh ci/lint.sh'], ['failure: ignore']),
      step('compile', ['echo compiling', 'for i in 1 2 3 4 5 6; do echo "unit $i of 6"; sleep 1; done']),
      step('test', ['sh ci/test.sh']),
      step(
        'notify',
        ['echo "build $DRONE_BUILD_NUMBER failed, telling the team"'],
        ['when: {status: [failure]}'],
      ),
    ],
  }),
  pipeline({
    name: 'package',
    head: ['clone: {disable: true}', 'depends_on: [build]', ...builds],
    steps: [
      step(
        'archive',
        ['echo "uploading with $TOKEN"', 'sleep 2', 'echo done'],
        ['environment:', '  TOKEN: {from_secret: upload_token}'],
      ),
    ],
  }),
  deployment('deploy-staging', 'staging', 'promote, rollback', [
    'echo "deploying build $DRONE_BUILD_PARENT to $DRONE_DEPLOY_TO region=${REGION:-eu}"',
    settle,
  ]),
  deployment('deploy-production', 'production', 'promote, rollback', [
    'echo "生产环境发布: build $DRONE_BUILD_PARENT, $DRONE_BUILD_EVENT, region=${REGION:-eu}, version=${VERSION:-latest}"',
    'echo "using $TOKEN"',
    'for i in 1 2 3 4 5; do echo "canary $((i * 20))%"; sleep 1; done',
    'if [ "$FAIL" = yes ]; then echo "health check failed: 503"; exit 1; fi',
    'echo "release is live"',
  ]),
);

/** acme/storefront runs in containers, with a registry credential; it has no stage for Drone's rollback event. */
export const storefront = file(
  pipeline({
    name: 'web',
    type: 'docker',
    // No condition: a promotion to any name, a misspelt one too, runs this and deploys nothing.
    head: ['image_pull_secrets: [dockerconfigjson]'],
    steps: [
      step(
        'install',
        ['echo "npm ci"', 'printf "added 1,284 packages in 9s\\\\n"', 'sleep 3'],
        ['image: node:22'],
      ),
      step('unit', ['sh ci/test.sh'], ['image: node:22']),
      step('e2e', ['sh ci/e2e.sh'], ['image: registry.example.test/acme/playwright:1']),
    ],
  }),
  pipeline({
    name: 'publish',
    type: 'docker',
    head: ['clone: {disable: true}', 'trigger:', '  event: [promote]', '  target: [preview, production]'],
    steps: [
      step(
        'cdn',
        ['echo "publishing to $DRONE_DEPLOY_TO"', 'sleep 4', 'echo published'],
        ['image: alpine:3'],
      ),
    ],
  }),
);

/** acme/infra waits for approval and applies one plan at a time. */
export const infra = file(
  pipeline({
    name: 'plan',
    head: builds,
    steps: [
      step('validate', ['echo "terraform validate"', 'sleep 1', 'echo "配置有效"']),
      step('plan', ['sh ci/plan.sh']),
    ],
  }),
  pipeline({
    name: 'apply',
    head: [
      'clone: {disable: true}',
      'depends_on: [plan]',
      'concurrency: {limit: 1}',
      'trigger:',
      '  event: [push]',
      '  branch: [main]',
    ],
    steps: [step('apply', ['sh ci/apply.sh'])],
  }),
);

/** mobile/ios-wallet needs a mac for its archive; tags are released from one alone. */
export const wallet = file(
  pipeline({
    name: 'unit',
    head: ['trigger:', '  event: [push, pull_request, custom]'],
    steps: [step('swiftlint', ['sh ci/lint.sh'], ['failure: ignore']), step('test', ['sh ci/test.sh'])],
  }),
  pipeline({
    name: 'archive',
    head: [
      'platform: {os: darwin, arch: arm64}',
      'depends_on: [unit]',
      'trigger:',
      '  event: [push]',
      '  branch: [main]',
    ],
    steps: [step('xcodebuild', ['echo "xcodebuild archive"', 'sleep 20', 'echo "** ARCHIVE SUCCEEDED **"'])],
  }),
  pipeline({
    name: 'testflight',
    head: ['platform: {os: darwin, arch: arm64}', 'trigger:', '  event: [tag]'],
    steps: [step('upload', ['echo "uploading $DRONE_TAG to TestFlight"', 'sleep 8'])],
  }),
);

/** data/etl-nightly: by night, one at a time, on the machine with the big disk. */
export const etl = file(
  pipeline({
    name: 'load',
    head: ['node: {disk: big}', 'concurrency: {limit: 1}', 'trigger:', '  event: [cron, custom, push]'],
    steps: [
      step('extract', ['sh ci/extract.sh']),
      step('transform', ['sh ci/transform.sh']),
      step('report', ['echo "数据装载结束"', 'echo "rows loaded: 1843211"']),
    ],
  }),
);

/** acme/load-tests: logs of every size. */
export const loadTests = file(
  pipeline({
    name: 'logs',
    head: ['clone: {disable: true}'],
    steps: [
      step('two-thousand', ['sandbox-gen lines=2000 kind=short']),
      step('two-hundred-thousand', ['sandbox-gen lines=200000 kind=short']),
      step('over-the-limit', ['sandbox-gen lines=100000']),
      step('odd', ['sh ci/odd.sh']),
      step('silent', ['sleep 6']),
    ],
  }),
);

export const library = file(
  pipeline({
    name: 'default',
    head: builds,
    steps: [step('test', ['sh ci/test.sh'])],
  }),
);

export const docsSite = file(
  pipeline({ name: 'default', steps: [step('site', ['echo "正在生成站点"', 'sleep 2', 'echo done'])] }),
);

/** Broken on purpose: the server makes a build of status `error` of it. */
export const brokenPipeline = 'kind: pipeline\ntype: exec\nname: build: test\nsteps: []\n';
export const wrongDependency = `kind: pipeline\ntype: exec\nname: build\ndepends_on: [compile]\nsteps:\n${step('a', ['echo a'])}\n`;

const esc = '\\033';

const bar =
  "printf 'resolving 10%%\\r'; sleep 1; printf 'resolving 55%%\\r'; sleep 1; printf 'resolving 100%%\\n'";

/** Scripts as `ci/*.sh` in the commits; which one a commit carries decides how its build ends. */
export const scripts = {
  lintGood: `echo "0 problems"\n`,
  lintBad: `printf '${esc}[33mwarning${esc}[0m src/cart.ts:41 unused variable total\\n'\nprintf '${esc}[31merror${esc}[0m src/cart.ts:88 空的 catch 块\\n'\necho "2 problems (1 error, 1 warning)"\nexit 1\n`,
  testGood: `${bar}\nfor i in 1 2 3 4 5 6 7 8; do printf "${esc}[32m✓${esc}[0m suite $i: 12 passed\\n"; done\nprintf '${esc}[38;5;208m购物车${esc}[0m 全部通过 ${esc}[48;2;20;60;40m true colour ${esc}[0m\\n'\nprintf 'report: ${esc}]8;;https://reports.example.test/latest${esc}\\\\open${esc}]8;;${esc}\\\\\\n'\nsleep 4\necho "96 tests, 96 passed"\n`,
  testBad: `${bar}\nfor i in 1 2 3 4 5; do printf "${esc}[32m✓${esc}[0m suite $i: 12 passed\\n"; done\nprintf '${esc}[1;31m✗ suite 6: 优惠券叠加计算${esc}[0m\\n'\necho "  expected 4, got 5"\necho "      at applyCoupons (src/cart/coupons.ts:117:9)"\nsleep 2\necho "72 tests, 71 passed, 1 failed"\nexit 1\n`,
  testMissingTool: `echo "running contract tests"\nsleep 1\npactx verify --all\n`,
  testOutOfMemory: `${bar}\necho "<--- Last few GCs --->"\nprintf "${esc}[31mFATAL ERROR: Reached heap limit Allocation failed${esc}[0m\\n"\nsleep 3\necho Killed\nexit 137\n`,
  e2eGood: `sandbox-gen lines=14 every=1500 text="story"\necho "14 passed"\n`,
  e2eLong: `sandbox-gen lines=600 every=2000 text="story"\necho "600 passed"\n`,
  plan: `for i in 1 2 3 4; do echo "module.vpc[$i]: refreshing state"; sleep 1; done\nprintf '${esc}[32m+${esc}[0m 2 to add, ${esc}[33m~${esc}[0m 1 to change, ${esc}[31m-${esc}[0m 0 to destroy\\n'\n`,
  apply: `for i in 1 2 3 4 5; do echo "aws_instance.web[$i]: modifying..."; sleep 2; done\necho "应用完成"\n`,
  extract: `sandbox-gen lines=20 every=2000 text="partition"\n`,
  extractLong: `sandbox-gen lines=5000 every=2000 text="partition"\n`,
  transform: `sandbox-gen lines=12 every=3000 text="batch"\n`,
  transformBad: `sandbox-gen lines=5 every=3000 text="batch"\nprintf '${esc}[31mpsycopg2.OperationalError: 磁盘空间不足${esc}[0m\\n'\nexit 1\n`,
  odd: `printf 'a\\000b\\007c\\bd\\te\\n'; printf '\\377\\376 not utf-8\\n'\nprintf 'one\\r\\ntwo\\r\\n'\nprintf '${esc}[2K${esc}[1Gcleared${esc}[K\\n'\nprintf '日本語 😀 עברית 林晓彤\\n'\nprintf '<img src=x onerror=alert(1)> & "quotes"\\n'\nprintf '${esc}]8;;javascript:alert(1)${esc}\\\\not a link${esc}]8;;${esc}\\\\\\n'\nprintf '${esc}[1;31mred\\nstill red${esc}[0m\\n'\nprintf 'unfinished'\n`,
} as const;
