import { createHash } from 'node:crypto';
import type {
  LogEntry,
  WpAgentRow,
  WpCron,
  WpOrg,
  WpPerm,
  WpPipeline,
  WpRegistry,
  WpRepo,
  WpSecret,
  WpStep,
  WpUser,
} from './model.ts';
import { StepLines } from './step-lines.ts';

/** A stored log: its rows, or how to make them again each time, for a past that nobody may ever look at. */
type StoredLog = StepLines | { make: () => LogEntry[] };

type Table =
  | 'user'
  | 'org'
  | 'repo'
  | 'pipeline'
  | 'workflow'
  | 'step'
  | 'secret'
  | 'registry'
  | 'cron'
  | 'agent'
  | 'log';

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The server's database. Ids rise per table and are never used twice; numbers of pipelines may be. */
export class WpState {
  users: WpUser[] = [];
  orgs: WpOrg[] = [];
  repos: WpRepo[] = [];
  perms: WpPerm[] = [];
  secrets: WpSecret[] = [];
  registries: WpRegistry[] = [];
  crons: WpCron[] = [];
  agents: WpAgentRow[] = [];
  readonly #logs = new Map<number, StoredLog>();
  readonly #pipelines = new Map<number, WpPipeline>();
  /** By repository, newest number first. */
  readonly #byRepo = new Map<number, WpPipeline[]>();
  /** Not final when last looked at. */
  readonly #open = new Set<WpPipeline>();
  readonly #ids = new Map<Table, number>();

  /** The first of so many ids. */
  nextId(table: Table, count = 1): number {
    const last = this.#ids.get(table) ?? 0;
    this.#ids.set(table, last + count);
    return last + 1;
  }

  /** A ULID of this moment (ms) and the step's id, the same each time. */
  ulid(now: number, id: number): string {
    let time = '';
    for (let rest = Math.floor(now), i = 0; i < 10; i += 1, rest = Math.floor(rest / 32))
      time = crockford[rest % 32] + time;
    const bytes = createHash('sha256').update(`step ${id}`).digest();
    return time + [...bytes.subarray(0, 16)].map((byte) => crockford[byte % 32]).join('');
  }

  user(login: string): WpUser | undefined {
    return this.users.find((user) => user.login.toLowerCase() === login.toLowerCase());
  }

  repo(id: number): WpRepo | undefined {
    return this.repos.find((repo) => repo.id === id);
  }

  /** By `owner/name`, present or former, whatever the case of its letters. */
  repoBySlug(slug: string): WpRepo | undefined {
    const wanted = slug.toLowerCase();
    return (
      this.repos.find((repo) => `${repo.owner}/${repo.name}`.toLowerCase() === wanted) ??
      this.repos.find((repo) => repo.former.some((one) => one.toLowerCase() === wanted))
    );
  }

  repoByForgeId(id: string): WpRepo | undefined {
    return this.repos.find((repo) => repo.forgeRemoteId === id);
  }

  perm(userId: number, repoId: number): WpPerm | undefined {
    return this.perms.find((row) => row.userId === userId && row.repoId === repoId);
  }

  addPipeline(pipeline: WpPipeline): void {
    this.#pipelines.set(pipeline.id, pipeline);
    this.#open.add(pipeline);
    const own = this.#byRepo.get(pipeline.repoId) ?? [];
    own.unshift(pipeline);
    this.#byRepo.set(pipeline.repoId, own);
  }

  removePipeline(pipeline: WpPipeline): void {
    this.#pipelines.delete(pipeline.id);
    this.#open.delete(pipeline);
    const own = this.#byRepo.get(pipeline.repoId) ?? [];
    this.#byRepo.set(
      pipeline.repoId,
      own.filter((one) => one !== pipeline),
    );
    for (const step of stepsOf(pipeline)) this.#logs.delete(step.id);
  }

  /** Newest first. */
  pipelinesOf(repoId: number): readonly WpPipeline[] {
    return this.#byRepo.get(repoId) ?? [];
  }

  pipeline(repoId: number, number: number): WpPipeline | undefined {
    return this.#byRepo.get(repoId)?.find((one) => one.number === number);
  }

  /** Pending and running ones, oldest first. */
  openPipelines(): WpPipeline[] {
    const open: WpPipeline[] = [];
    for (const one of this.#open) {
      if (one.status === 'pending' || one.status === 'running') open.push(one);
      else if (one.status !== 'created' && one.status !== 'blocked') this.#open.delete(one);
    }
    return open.sort((a, b) => a.id - b.id);
  }

  allPipelines(): WpPipeline[] {
    return [...this.#pipelines.values()];
  }

  step(pipeline: WpPipeline, id: number): WpStep | undefined {
    return stepsOf(pipeline).find((step) => step.id === id);
  }

  pipelineOfStep(id: number): WpPipeline | undefined {
    return this.allPipelines().find((pipeline) => this.step(pipeline, id));
  }

  /** Lines that an agent sent: they get their rows, in the order they came. */
  appendLog(stepId: number, lines: readonly LogEntry[]): void {
    this.#linesOf(stepId).add(lines.map((line) => ({ ...line, id: this.nextId('log') })));
  }

  /** As if an agent had sent so many lines of the generated log, the first of them the step's line `from`. */
  appendGenerated(stepId: number, from: number, lines: number): void {
    // Ids of its own for each line; the rows that follow have greater ones.
    this.#linesOf(stepId).addGenerated(from, lines, this.nextId('log', lines));
  }

  /** A log of so many generated lines in the place of what is stored. */
  generateLog(stepId: number, lines: number): void {
    this.#logs.delete(stepId);
    this.appendGenerated(stepId, 0, lines);
  }

  rememberLog(stepId: number, make: () => LogEntry[]): void {
    this.#logs.set(stepId, { make });
  }

  /** A stored log with lines that are made when they are read; undefined where there are none. */
  generatedLog(stepId: number): StepLines | undefined {
    const log = this.#logs.get(stepId);
    return log instanceof StepLines && log.hasGenerated ? log : undefined;
  }

  /** The stored log, `null` when there is none (yet), or one that was generated. */
  storedLog(stepId: number): LogEntry[] | null {
    const log = this.#logs.get(stepId);
    if (!log || this.generatedLog(stepId)) return null;
    const entries = log instanceof StepLines ? log.all() : log.make();
    return entries.length > 0 ? entries : null;
  }

  #linesOf(stepId: number): StepLines {
    const log = this.#logs.get(stepId);
    if (log instanceof StepLines) return log;
    const lines = new StepLines();
    this.#logs.set(stepId, lines);
    return lines;
  }

  deleteLog(stepId: number): void {
    this.#logs.delete(stepId);
  }
}

export const stepsOf = (pipeline: WpPipeline): WpStep[] => pipeline.workflows.flatMap((one) => one.steps);
