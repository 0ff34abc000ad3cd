import { pipelineFile } from '../steps.ts';
import { planned, type StoryServer, type StoryStage, storiesOf } from './server.ts';

function stageFile({ name, steps, targets }: StoryStage): string {
  const trigger = targets
    ? `trigger: { event: [promote, rollback], target: [${targets.join(', ')}] }`
    : 'trigger: { event: { exclude: [promote, rollback] } }';
  const all = steps.map(({ name: step, commands, secret }) => [
    step,
    { commands, more: secret ? [`environment: { TOKEN: { from_secret: ${secret} } }`] : [] },
  ]);
  return pipelineFile(Object.fromEntries(all), name, [trigger]);
}

export const drone: StoryServer = {
  id: 'drone',
  name: 'Drone',
  world: { name: 'main-job-drone' },
  repo: 'acme/checkout',
  branch: 'main',
  stage: 'story',
  severalStages: true,
  files: (stages) => ({ '.drone.yml': stages.map(stageFile).join('---\n') }),
  onlyStep: { stage: 1, step: 1 },
  start: { reserved: 'DRONE_BRANCH' },
  oneClick: true,
  cancelled: 'killed',
  masked: (secret) => `[secret:${secret}]`,
  absentSecret: 'empty',
  target: 'DRONE_DEPLOY_TO',
  unmatched: 'nothing',
  rollback: true,
  promotionCall: (from) => new RegExp(`/builds/${from}/(promote|rollback)`),
  registries: 'secrets',
  gated: {
    repo: 'acme/infra',
    because: 'because the repository is protected',
    hasStages: true,
    ask: (sandbox, message) => storiesOf(drone).push(sandbox, message, planned, 'wei', 'acme/infra'),
  },
  waiting: {
    repo: 'mobile/ios-wallet',
    status: 'pending',
    why: /No runner (has offered|offers) darwin\/arm64/,
    advice: 'Start such a runner',
  },
  inactive: 'acme/docs-site',
  lineOf: ({ out }) => out,
};
