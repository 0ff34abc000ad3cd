import type { StoryServer, StoryStage } from './server.ts';

/** All steps in the one stage there is; those of a stage with targets run on promotions to them. */
function pipelineOf(stages: StoryStage[]): string {
  const lines = stages.flatMap(({ steps, targets }) =>
    steps.flatMap(({ name, commands, secret }) => [
      `  ${name}:`,
      '    image: alpine:3.8',
      ...(secret ? [`    secrets: [{ source: ${secret}, target: token }]`] : []),
      ...(targets
        ? [`    when: { event: deployment, environment: [${targets.join(', ')}] }`]
        : ['    when: { event: [push, pull_request, tag] }']),
      '    commands:',
      ...commands.map((command) => `      - ${JSON.stringify(command)}`),
    ]),
  );
  return `pipeline:\n${lines.join('\n')}\n`;
}

export const drone08: StoryServer = {
  id: 'old',
  name: 'Drone 0.8',
  world: {
    name: 'main-job-drone-0.8',
    forges: 'gogs',
    servers: 'old=drone-0.8/gogs',
    signInWith: 'Gogs',
    adjust: (config, facts) => {
      config.forges = [{ id: 'gogs', kind: 'gogs', name: 'Gogs', publicUrl: facts.forges?.gogs }];
      config.servers = config.servers.filter(({ id }: { id: string }) => id === 'old');
    },
  },
  repo: 'foundry/press',
  branch: 'master',
  stage: 'default',
  severalStages: false,
  files: (stages) => ({ '.drone.yml': pipelineOf(stages) }),
  // The clone comes first.
  onlyStep: { stage: 1, step: 3 },
  start: null,
  oneClick: false,
  cancelled: 'failure',
  masked: null,
  absentSecret: 'empty',
  target: 'DRONE_DEPLOY_TO',
  unmatched: 'deploys-nothing',
  rollback: false,
  promotionCall: (from) => new RegExp(`POST /api/repos/[^?]*/builds/${from}\\?.*event=deployment`),
  registries: 'native',
  gated: {
    repo: 'foundry/mould',
    because: 'Awaits',
    hasStages: false,
    // A stranger's change beside a pipeline file that never ran.
    ask: async (sandbox, message) => {
      const at = { repo: 'foundry/mould', forge: 'gogs' };
      const files = {
        '.drone.yml': pipelineOf([{ name: '', steps: [{ name: 'plan', commands: ['echo planned'] }] }]),
      };
      await sandbox.push({ ...at, author: 'ada', message: 'Another file [ci skip]', files });
      await sandbox.post('/branch', { ...at, branch: 'asked' });
      const request = { ...at, title: message, author: 'wei', branch: 'asked', from: 'wei/mould' };
      const { builds } = await sandbox.post<{ builds: Record<string, number | null> }>(
        '/pull-request',
        request,
      );
      return builds.old ?? 0;
    },
  },
  waiting: {
    repo: 'foundry/kiln',
    status: 'pending',
    why: /Every runner that could take .* is busy with foundry\/kiln #\d+/,
    advice: 'Start another runner',
  },
  inactive: 'foundry/patterns',
  lineOf: ({ out }) => out,
};
