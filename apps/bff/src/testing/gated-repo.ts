import type { Build, BuildHead, Capability, Settings } from '@flightdeck/api-client/model';
import { dronePipelineReader } from '../adapters/ci/drone/pipeline-file.ts';
import { droneRegistrySecrets } from '../adapters/ci/drone/registry-secrets.ts';
import type { CiClient, CiRepository, CiServer } from '../ports/ci-server.ts';
import type { Forge, ForgeClient } from '../ports/forge.ts';
import type { Caller, GatedRepo } from '../services/context.ts';

export const caller: Caller = {
  person: { forge: 'git', forgeUserId: '7', login: 'grace', name: 'Grace', email: null, avatarUrl: null },
  sessionHash: 'made-up-session-hash',
  address: '127.0.0.1',
  requestId: 'req-1',
};

/** A build that passed on `main`; `over` says what is different. */
export const aBuild = (over: Partial<BuildHead> = {}): Build => ({
  number: 1,
  status: 'success',
  event: 'push',
  action: '',
  error: null,
  title: 'Add pipelines',
  message: 'Add pipelines',
  commit: 'c0ffee0000000000000000000000000000000001',
  before: null,
  ref: 'refs/heads/main',
  branch: 'main',
  sourceBranch: null,
  fork: null,
  pullRequest: null,
  tag: null,
  author: { login: 'ada', name: 'Ada', avatarUrl: null },
  startedBy: null,
  cron: null,
  parent: null,
  environment: null,
  parameters: {},
  debug: false,
  createdAt: 1_000_000,
  startedAt: 1_001_000,
  finishedAt: 1_060_000,
  version: 3,
  stages: [],
  ...over,
});

const settings: Settings = {
  visibility: 'private',
  pipelineFile: '.drone.yml',
  protected: false,
  approvals: null,
  promotions: null,
  ignoreForks: false,
  ignorePullRequests: false,
  ignorePushes: null,
  ignoreTags: null,
  ignoreDeployments: null,
  cancelPullRequests: false,
  cancelPushes: false,
  cancelRunning: false,
  trusted: false,
  trustedNetwork: null,
  trustedVolumes: null,
  trustedSecurity: null,
  timeoutMinutes: 60,
  concurrentBuilds: 0,
  buildCounter: 1,
};

const onServer: CiRepository = {
  path: 'acme/checkout',
  forgeRepoId: '11',
  active: true,
  visibility: 'private',
  private: true,
  archived: false,
  defaultBranch: 'main',
  pipelineFile: '.drone.yml',
  counter: 1,
  settings,
  lastBuild: null,
  permission: null,
};

/** Any member that a test does not give fails when it is used: nothing is called by accident. */
export function strict<T extends object>(what: string, given: Partial<T>): T {
  return new Proxy(given as T, {
    get(target, name) {
      if (name in target || typeof name === 'symbol' || name === 'then') return Reflect.get(target, name);
      throw new Error(`${what}.${String(name)} was not expected`);
    },
  });
}

const usual: readonly Capability[] = [
  'promote',
  'rollback-event',
  'secrets',
  'approval',
  'start-build',
  'approve-stages',
  'restart-held',
  'parameters-kept',
  'starter-named',
  'late-activation',
  'rejects-unmatched',
  'cancel-waiting',
  'whole-list',
  'parent-named',
];

export interface GatedRepoParts {
  client?: Partial<CiClient>;
  forgeClient?: Partial<ForgeClient>;
  as?: 'account' | 'service';
  caller?: Caller;
  registrySecrets?: CiServer['registrySecrets'];
  capabilities?: readonly Capability[];
  pipelineReader?: CiServer['pipelineReader'];
}

/** acme/checkout on the server `ci`, opened by Grace with write permission. */
export function gatedRepo({
  client = {},
  forgeClient = {},
  as = 'service',
  caller: who = caller,
  registrySecrets = droneRegistrySecrets,
  capabilities = usual,
  pipelineReader = dronePipelineReader,
}: GatedRepoParts = {}): GatedRepo {
  const server = strict<CiServer>('server', {
    id: 'ci',
    pipelineReader,
    registrySecrets,
    declaration: {
      name: 'CI',
      product: 'Test CI',
      publicUrl: 'http://ci.test',
      forge: 'git',
      capabilities,
      events: ['push', 'custom', 'promote'],
      defaultPipelineFile: '.drone.yml',
      logLimitBytes: 5_242_880,
      logLimitKeeps: 'last',
      liveHistory: 5_000,
      secrets: { caseInsensitive: true, maxValueBytes: 65_536 },
      approveNeeds: 'admin',
      secretsNeed: 'write',
      runnerSettings: null,
      defaultPlatform: { os: 'linux', arch: 'amd64' },
      administratorSettings: ['trusted', 'timeoutMinutes', 'concurrentBuilds', 'buildCounter'],
    },
  });
  return {
    caller: who,
    server,
    forge: strict<Forge>('forge', { id: 'git' }),
    path: 'acme/checkout',
    forgeRepoId: '11',
    onForge: {
      id: '11',
      path: 'acme/checkout',
      private: true,
      internal: false,
      archived: false,
      defaultBranch: 'main',
      description: '',
      url: 'http://git.test/acme/checkout',
      level: 'write',
    },
    forgeClient: strict<ForgeClient>('forgeClient', forgeClient),
    onServer,
    level: 'write',
    speaker: {
      client: strict<CiClient>('client', { registries: null, pipelineFiles: async () => null, ...client }),
      as,
      login: as === 'service' ? 'flightdeck' : who.person.login,
      administrator: as === 'service',
    },
    account: null,
  };
}
