import type { GeneratedLog } from './generated-log.ts';
import type {
  CiBuild,
  CiCron,
  CiPermission,
  CiRepository,
  CiSecret,
  CiStage,
  CiStep,
  CiTemplate,
  CiUser,
  LogRecord,
} from './model.ts';

/** How a stored log comes into being: at the upload, or anew from the step's script each time it is asked for. */
export type StoredLog =
  | { kind: 'records'; records: LogRecord[] }
  | { kind: 'recipe'; make: () => LogRecord[] }
  | { kind: 'generated'; log: GeneratedLog };

/** The CI server's rows. Ids rise per table and are never used twice, as in its database. */
export class CiState {
  users: CiUser[] = [];
  repositories: CiRepository[] = [];
  permissions: CiPermission[] = [];
  secrets: CiSecret[] = [];
  crons: CiCron[] = [];
  templates: CiTemplate[] = [];
  /** By `<buildId>/<stage>/<step>`: adaptive cards. */
  cards = new Map<string, unknown>();
  /** By step id. */
  logs = new Map<number, StoredLog>();
  /** Latest build per branch, pull request and environment, by repository id. */
  latest = new Map<
    number,
    { branches: Map<string, number>; pulls: Map<number, number>; deployments: Map<string, number> }
  >();
  queuePaused = false;
  #builds = new Map<number, CiBuild>();
  #byRepository = new Map<number, Map<number, CiBuild>>();
  /** Builds that were not final when last looked at. */
  #open = new Set<CiBuild>();
  #rendered = new Map<number, LogRecord[]>();
  #ids = {
    user: 0,
    repo: 0,
    build: 0,
    stage: 0,
    step: 0,
    secret: 0,
    orgsecret: 0,
    cron: 0,
    template: 0,
    card: 0,
  };

  nextId(
    table:
      | 'user'
      | 'repo'
      | 'build'
      | 'stage'
      | 'step'
      | 'secret'
      | 'orgsecret'
      | 'cron'
      | 'template'
      | 'card',
  ): number {
    this.#ids[table] += 1;
    return this.#ids[table];
  }

  user(login: string): CiUser | undefined {
    return this.users.find((user) => user.login.toLowerCase() === login.toLowerCase());
  }

  userById(id: number): CiUser | undefined {
    return this.users.find((user) => user.id === id);
  }

  userByToken(token: string): CiUser | undefined {
    return token === '' ? undefined : this.users.find((user) => user.token === token);
  }

  repository(namespace: string, name: string): CiRepository | undefined {
    return this.repositories.find((repo) => repo.namespace === namespace && repo.name === name);
  }

  repositoryBySlug(slug: string): CiRepository | undefined {
    return this.repositories.find((repo) => repo.slug === slug);
  }

  repositoryById(id: number): CiRepository | undefined {
    return this.repositories.find((repo) => repo.id === id);
  }

  permission(userId: number, repo: CiRepository): CiPermission | undefined {
    return this.permissions.find((row) => row.userId === userId && row.repoUid === repo.uid);
  }

  addBuild(build: CiBuild): void {
    this.#builds.set(build.id, build);
    this.#open.add(build);
    const own = this.#byRepository.get(build.repoId) ?? new Map<number, CiBuild>();
    own.set(build.number, build);
    this.#byRepository.set(build.repoId, own);
  }

  removeBuild(build: CiBuild): void {
    this.#builds.delete(build.id);
    this.#byRepository.get(build.repoId)?.delete(build.number);
    for (const stage of build.stages) for (const step of stage.steps) this.logs.delete(step.id);
  }

  buildById(id: number): CiBuild | undefined {
    return this.#builds.get(id);
  }

  build(repoId: number, number: number): CiBuild | undefined {
    return this.#byRepository.get(repoId)?.get(number);
  }

  /** Newest first, by id. */
  buildsOf(repoId: number): CiBuild[] {
    return [...(this.#byRepository.get(repoId)?.values() ?? [])].sort((a, b) => b.id - a.id);
  }

  allBuilds(): CiBuild[] {
    return [...this.#builds.values()];
  }

  /** Builds that are not final, oldest first. */
  openBuilds(): CiBuild[] {
    for (const build of this.#open) {
      // A declined build can still have stages that somebody approves.
      const waiting =
        build.status === 'declined' &&
        build.stages.some((stage) => stage.status === 'pending' || stage.status === 'running');
      if (
        (build.status !== 'pending' && build.status !== 'running' && !waiting) ||
        !this.#builds.has(build.id)
      ) {
        if (build.status !== 'declined' || !this.#builds.has(build.id)) this.#open.delete(build);
      }
    }
    return [...this.#open].filter(
      (build) =>
        build.status !== 'declined' ||
        build.stages.some((stage) => stage.status === 'pending' || stage.status === 'running'),
    );
  }

  stage(build: CiBuild, number: number): CiStage | undefined {
    return build.stages.find((stage) => stage.number === number);
  }

  step(build: CiBuild, stage: number, step: number): CiStep | undefined {
    return this.stage(build, stage)?.steps.find((one) => one.number === step);
  }

  /** Of a step whose log is made while it is sent. */
  generatedLog(stepId: number): GeneratedLog | undefined {
    const log = this.logs.get(stepId);
    return log?.kind === 'generated' ? log.log : undefined;
  }

  /** The stored log of a step; those made from a recipe are kept, a few at a time. */
  storedLog(stepId: number): LogRecord[] | undefined {
    const log = this.logs.get(stepId);
    if (!log || log.kind === 'generated') return undefined;
    if (log.kind === 'records') return log.records;
    let records = this.#rendered.get(stepId);
    if (!records) {
      records = log.make();
      this.#rendered.set(stepId, records);
      const [oldest] = this.#rendered.keys();
      if (this.#rendered.size > 6 && oldest !== undefined) this.#rendered.delete(oldest);
    }
    return records;
  }

  latestOf(repoId: number): {
    branches: Map<string, number>;
    pulls: Map<number, number>;
    deployments: Map<string, number>;
  } {
    let own = this.latest.get(repoId);
    if (!own) {
      own = { branches: new Map(), pulls: new Map(), deployments: new Map() };
      this.latest.set(repoId, own);
    }
    return own;
  }
}
