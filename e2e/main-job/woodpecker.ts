import { planned, type StoryServer, type StoryStage, storiesOf } from './server.ts';

/** A workflow file of the local backend, without a clone step. */
function workflow({ steps, targets }: StoryStage): string {
  const when = targets
    ? ['  - event: deployment', `    evaluate: 'CI_PIPELINE_DEPLOY_TARGET in ${JSON.stringify(targets)}'`]
    : ['  - event: [push, pull_request, tag, manual, cron]'];
  const lines = steps.flatMap(({ name, commands, secret }) => [
    `  - name: ${name}`,
    '    image: bash',
    ...(secret ? ['    environment:', `      TOKEN: { from_secret: ${secret} }`] : []),
    '    commands:',
    ...commands.map((command) => `      - ${JSON.stringify(command)}`),
  ]);
  return `${['when:', ...when, 'skip_clone: true', 'steps:', ...lines].join('\n')}\n`;
}

/** What the demo and other stories put into the folder: files of the next story stand alone. */
const others = ['build', 'publish', 'deploy', 'story', 'ship', 'left', 'right'];

export const woodpecker: StoryServer = {
  id: 'woodpecker',
  name: 'Woodpecker',
  world: {
    name: 'main-job-woodpecker',
    servers: 'woodpecker',
    adjust: (config) => {
      config.servers = config.servers.filter(({ id }: { id: string }) => id === 'woodpecker');
    },
  },
  repo: 'ops/shop-deploy',
  branch: 'main',
  stage: 'story',
  severalStages: true,
  files: (stages) =>
    Object.fromEntries([
      ...others.map((name): [string, null] => [`.woodpecker/${name}.yaml`, null]),
      ...stages.map((stage): [string, string] => [`.woodpecker/${stage.name}.yaml`, workflow(stage)]),
    ]),
  // Steps go on counting where stages end.
  onlyStep: { stage: 1, step: 2 },
  start: { reserved: 'CI_COMMIT_BRANCH' },
  oneClick: false,
  cancelled: 'killed',
  masked: () => '********',
  absentSecret: 'error',
  target: 'CI_PIPELINE_DEPLOY_TARGET',
  unmatched: 'hangs',
  rollback: false,
  promotionCall: (from) => new RegExp(`/pipelines/${from}\\?.*event=deploy`),
  registries: 'native',
  gated: {
    repo: 'ops/cluster-config',
    because: 'because the repository is protected',
    hasStages: true,
    ask: (sandbox, message) =>
      storiesOf(woodpecker).push(sandbox, message, planned, 'wei', 'ops/cluster-config'),
  },
  waiting: {
    repo: 'ops/video-encoder',
    status: 'running',
    why: /No runner (has offered|offers) .*gpu=true/,
    advice: 'Start such a runner',
  },
  inactive: 'ops/runbooks',
  lineOf: ({ out }) => `${out}\n`,
};
