import type {
  BuildList,
  BuildView,
  Deck,
  ListedBuild,
  RepositoryList,
} from '@flightdeck/api-client/contract';
import type {
  BuildHead,
  Deployment,
  Health,
  LinkedAccount,
  Person,
  Promotion,
  PromotionPlan,
  Repository,
  RepositoryDetail,
  SettingsView,
  Stage,
  Step,
  Viewer,
} from '@flightdeck/api-client/model';

export const NOW = Date.UTC(2026, 10, 21, 9, 0, 0);

export const person = (login: string, name = ''): Person => ({ login, name, avatarUrl: null });

export const account = (more: Partial<LinkedAccount> = {}): LinkedAccount => ({
  server: 'ci',
  state: 'linked',
  login: 'ada',
  administrator: false,
  linkedAt: NOW - 3_600_000,
  oneClickUrl: '/auth/server/ci',
  tokenPageUrl: 'http://ci.example/account',
  dismissed: false,
  ...more,
});

export const viewer = (more: Partial<Viewer> = {}): Viewer => ({
  forge: 'code',
  forgeUserId: '1',
  person: person('ada', 'Ada Lovelace'),
  email: null,
  administrator: false,
  preferences: { language: null, theme: 'system', singleKeys: true },
  accounts: [account()],
  notices: [],
  sessionExpiresAt: NOW + 8 * 3_600_000,
  ...more,
});

export const consoleFacts = (more: object = {}) => ({
  version: '0.1.0',
  forges: [
    {
      id: 'code',
      name: 'Code House',
      product: 'Forge',
      publicUrl: 'http://code.example',
      signInUrl: '/auth/forge/code',
    },
  ],
  servers: [
    {
      id: 'ci',
      name: 'Build Works',
      product: 'CI',
      version: '2.0',
      publicUrl: 'http://ci.example',
      forge: 'code',
      capabilities: [
        'sync',
        'promote',
        'start-build',
        'approval',
        'secrets',
        'take-ownership',
        'repair',
        'settings',
      ],
      runnerSettings: { labels: 'CI_LABELS', capacity: 'CI_CAPACITY' },
    },
  ],
  defaultLanguage: 'en',
  sandbox: null,
  ...more,
});

export const build = (number: number, more: Partial<BuildHead> = {}): BuildHead => ({
  number,
  status: 'success',
  event: 'push',
  action: '',
  error: null,
  title: `Change ${number}`,
  message: `Change ${number}`,
  commit: '0123456789abcdef0123456789abcdef01234567',
  before: null,
  ref: 'refs/heads/main',
  branch: 'main',
  sourceBranch: null,
  fork: null,
  pullRequest: null,
  tag: null,
  author: person('grace', 'Grace Hopper'),
  startedBy: null,
  cron: null,
  parent: null,
  environment: null,
  parameters: {},
  debug: false,
  createdAt: NOW - 600_000,
  startedAt: NOW - 590_000,
  finishedAt: NOW - 300_000,
  version: 1,
  ...more,
});

export const listed = (
  number: number,
  more: Partial<BuildHead> = {},
  rest: Partial<ListedBuild> = {},
): ListedBuild => ({
  server: 'ci',
  path: 'acme/checkout',
  build: build(number, more),
  waits: null,
  cause: null,
  silence: null,
  permits: { approve: 'not-waiting', restart: null },
  ...rest,
});

export const health = (more: Partial<Health> = {}): Health => ({
  id: 'ci',
  ok: true,
  lastGoodAt: NOW,
  code: null,
  raw: null,
  ...more,
});

export const deck = (more: Partial<Deck> = {}): Deck => ({
  waiting: [],
  failed: [],
  running: [],
  recent: [],
  favourites: [],
  promotions: [],
  servers: [health()],
  asOf: NOW,
  ...more,
});

export const repository = (path = 'acme/checkout', more: Partial<Repository> = {}): Repository => ({
  server: 'ci',
  forge: 'code',
  forgeRepoId: path,
  path,
  private: false,
  archived: false,
  defaultBranch: 'main',
  forgeUrl: `http://code.example/${path}`,
  description: '',
  activation: 'active',
  level: 'admin',
  mine: true,
  favourite: false,
  lastBuild: null,
  ...more,
});

export const detail = (path = 'acme/checkout', more: Partial<RepositoryDetail> = {}): RepositoryDetail => ({
  ...repository(path),
  permits: {
    start: null,
    activate: 'already-active',
    deactivate: null,
    repair: null,
    takeOwnership: null,
    changeSettings: null,
    listSecrets: null,
    changeSecrets: null,
  },
  pipelineFile: '.ci.yml',
  ...more,
});

export const repositoryList = (items: Repository[], more: Partial<RepositoryList> = {}): RepositoryList => ({
  items,
  total: items.length,
  nextFrom: null,
  servers: [health()],
  forges: [health({ id: 'code' })],
  asOf: NOW,
  ...more,
});

export const buildList = (heads: BuildHead[], more: Partial<BuildList> = {}): BuildList => ({
  items: heads.map((head) => ({ build: head, waits: null, cause: null })),
  nextBefore: null,
  reach: { oldest: 1, complete: true, filling: false, asOf: NOW },
  branches: ['main', 'feature/x'],
  authors: ['grace'],
  ...more,
});

export const settingsView = (more: Partial<SettingsView> = {}): SettingsView => ({
  values: {
    visibility: 'private',
    pipelineFile: '.ci.yml',
    protected: false,
    ignoreForks: false,
    ignorePullRequests: false,
    cancelPullRequests: false,
    cancelPushes: false,
    cancelRunning: null,
    trusted: false,
    timeoutMinutes: 60,
    concurrentBuilds: 0,
    buildCounter: 41,
  },
  permits: { trusted: 'needs-ci-administrator', timeoutMinutes: 'needs-ci-administrator' },
  ...more,
});

export const step = (number: number, name: string, more: Partial<Step> = {}): Step => ({
  number,
  name,
  status: 'success',
  ignoresFailure: false,
  exitCode: 0,
  error: null,
  startedAt: NOW - 590_000,
  finishedAt: NOW - 300_000,
  dependsOn: [],
  image: null,
  detached: false,
  version: 1,
  ...more,
});

export const stage = (number: number, name: string, steps: Step[], more: Partial<Stage> = {}): Stage => ({
  number,
  name,
  status: 'success',
  waitsForDependencies: false,
  error: null,
  type: 'exec',
  platform: null,
  labels: {},
  runner: 'runner-1',
  concurrencyLimit: null,
  dependsOn: [],
  createdAt: NOW - 600_000,
  startedAt: NOW - 590_000,
  finishedAt: NOW - 300_000,
  exitCode: 0,
  steps,
  version: 1,
  ...more,
});

export const buildView = (
  number: number,
  more: Partial<BuildHead> & { stages?: Stage[] } = {},
  rest: Partial<BuildView> = {},
): BuildView => ({
  server: 'ci',
  path: 'acme/checkout',
  build: { ...build(number), stages: [stage(1, 'default', [step(1, 'compile'), step(2, 'test')])], ...more },
  waits: [],
  stageWaits: [],
  silence: null,
  cause: null,
  opensAt: null,
  permits: {
    restart: null,
    cancel: 'not-running',
    approve: 'not-waiting',
    promote: null,
    rollback: 'no-target',
  },
  pipelineFile: '.ci.yml',
  links: {
    commit: 'http://code.example/commit',
    branch: null,
    pullRequest: null,
    tag: null,
    pipelineFile: 'http://code.example/file',
    upstream: 'http://ci.example/build',
  },
  older: null,
  newer: null,
  asOf: NOW,
  ...rest,
});

export const deployment = (
  number: number,
  environment: string,
  more: Partial<Deployment> = {},
): Deployment => ({
  environment,
  build: build(number, { event: 'promote', environment, parent: number - 1 }),
  outcome: 'deployed',
  from: number - 1,
  by: 'grace',
  ...more,
});

export const promotionPlan = (more: Partial<PromotionPlan> = {}): PromotionPlan => ({
  build: build(41),
  environment: null,
  environments: [
    { name: 'production', source: 'both', lastAt: NOW - 86_400_000 },
    { name: 'staging', source: 'file', lastAt: null },
  ],
  parameters: [],
  current: null,
  inFlight: null,
  preview: {
    file: '.ci.yml',
    unreadable: null,
    raw: null,
    stages: [
      {
        ...{ name: 'deploy', runs: true, excludedBy: null, unsure: [] },
        ...{ namesTarget: true, dependsOn: [], steps: [] },
      },
      {
        ...{ name: 'check', runs: false, excludedBy: 'event', unsure: [] },
        ...{ namesTarget: false, dependsOn: [], steps: [] },
      },
    ],
  },
  warnings: [],
  mode: 'promote',
  actsAs: 'flightdeck',
  ...more,
});

export const promotion = (more: Partial<Promotion> = {}): Promotion => ({
  key: 'key-made-up-0000000000001',
  kind: 'promote',
  server: 'ci',
  path: 'acme/checkout',
  from: 41,
  commit: build(41).commit,
  environment: 'production',
  parameters: {},
  by: 'ada',
  requestedAt: NOW,
  state: 'started',
  build: 42,
  raw: null,
  ...more,
});
