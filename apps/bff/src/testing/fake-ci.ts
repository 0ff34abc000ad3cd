import { Failure } from '../domain/failure.ts';
import type { CiClient, CiOneClick, CiPerson, CiRepository, CiServer } from '../ports/ci-server.ts';
import type { Connection } from '../services/connections.ts';
import { strict } from './gated-repo.ts';

export const aCiRepo = (over: Partial<CiRepository> = {}): CiRepository => ({
  path: 'acme/checkout',
  forgeRepoId: '11',
  active: true,
  visibility: 'private',
  private: true,
  archived: false,
  defaultBranch: 'main',
  pipelineFile: '.ci.yml',
  counter: 1,
  settings: {
    visibility: 'private',
    pipelineFile: '.ci.yml',
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
  },
  lastBuild: null,
  permission: null,
  ...over,
});

export const aCiPerson = (over: Partial<CiPerson> = {}): CiPerson => ({
  login: 'grace',
  administrator: false,
  machine: false,
  syncing: false,
  ...over,
});

interface Token {
  person: CiPerson;
  /** Paths hidden from this token. */
  hidden?: string[];
}

/** A CI server in memory that writes down every call with the token that made it. */
export class FakeCi {
  readonly calls: string[] = [];
  readonly tokens = new Map<string, Token>([
    ['service', { person: aCiPerson({ login: 'robot', administrator: true, machine: true }) }],
  ]);
  repos: CiRepository[] = [aCiRepo()];
  down: Failure | null = null;
  oneClick: CiOneClick | null = null;
  readonly connection: Connection;

  constructor(id = 'ci', forge = 'git') {
    const self = this;
    const server = strict<CiServer>('server', {
      id,
      tokenPageUrl: 'http://ci.test/account',
      get oneClick() {
        return self.oneClick;
      },
      as: (token) => this.client(token),
      declaration: {
        name: 'CI',
        product: 'Fake',
        publicUrl: 'http://ci.test',
        forge,
        capabilities: [],
        events: ['push', 'custom', 'promote'],
        defaultPipelineFile: '.ci.yml',
        logLimitBytes: null,
        logLimitKeeps: 'last',
        liveHistory: null,
        secrets: { caseInsensitive: false, maxValueBytes: 65_536 },
        approveNeeds: 'write',
        secretsNeed: 'write',
        runnerSettings: null,
        defaultPlatform: { os: 'linux', arch: 'amd64' },
        administratorSettings: ['trusted', 'timeoutMinutes', 'concurrentBuilds', 'buildCounter'],
      },
    });
    this.connection = { server, service: this.client('service') };
  }

  called(name: string): number {
    return this.calls.filter((call) => call.startsWith(name)).length;
  }

  private client(token: string): CiClient {
    const answer = async <T>(name: string, value: (own: Token) => T): Promise<T> => {
      this.calls.push(`${name} as ${token}`);
      if (this.down) throw this.down;
      const own = this.tokens.get(token);
      if (!own) throw new Failure('ci_token_refused', 'refused', { raw: '401 Unauthorized' });
      return value(own);
    };
    const seen = (own: Token) => this.repos.filter((repo) => !own.hidden?.includes(repo.path));
    return strict<CiClient>('client', {
      me: () => answer('me', (own) => own.person),
      repositories: () => answer('repositories', seen),
      repository: (path) =>
        answer('repository', (own) => seen(own).find((repo) => repo.path === path) ?? null),
      sync: () => answer('sync', () => undefined),
    });
  }
}
