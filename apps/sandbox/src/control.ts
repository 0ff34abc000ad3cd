import type { Core } from './core.ts';
import type { CallLog } from './faces/call-log.ts';
import type { OpenStream } from './faces/drone/context.ts';
import type { Fault, FaultRequest, Faults } from './faces/faults.ts';
import type { HttpServer } from './http-server.ts';
import type { RunnerOptions } from './runner/pool.ts';
import type { StepRun } from './runner/step-run.ts';
import type { SeedName } from './seed/seed.ts';
import { createBranch, createTag, openPullRequest, push } from './world/git.ts';
import type { CiBuild, CiRepository, CiStep, ForgeRepository, LogRecord } from './world/model.ts';

export interface ControlParts {
  core: () => Core;
  reset: (seed?: SeedName) => void;
  faults: Faults;
  calls: CallLog;
  streams: Set<OpenStream>;
  drone: HttpServer;
}

export interface StepAddress {
  /** `owner/name`. */
  repo: string;
  /** Build number. */
  build: number;
  stage: number;
  step: number;
}

export interface Printed {
  /** Every record that the step has made so far, whether kept or not. */
  records: readonly LogRecord[];
  /** All of it as one text. */
  text: string;
  status: string;
  /** The name of the hold the step waits at; absent when it does not wait. */
  held?: string;
  /** The runner has passed 5 MiB: nothing more is sent live. */
  stopped: boolean;
}

/** The control door's functions: what tests do to the world besides being its users. */
export class Control {
  constructor(readonly parts: ControlParts) {}

  get #core(): Core {
    return this.parts.core();
  }

  /** A new world of this seed (the one it began with when absent); faults, calls and streams go. */
  reset(seed?: SeedName): void {
    this.parts.reset(seed);
  }

  // Time

  clock(): { now: number; rate: number; paused: boolean } {
    const { clock } = this.#core.world;
    return { now: clock.now(), rate: clock.rate, paused: clock.paused };
  }

  setClock(change: {
    rate?: number | undefined;
    paused?: boolean | undefined;
    advance?: number | undefined;
  }): void {
    const { clock } = this.#core.world;
    if (change.rate !== undefined) clock.setRate(change.rate);
    if (change.paused === true) clock.pause();
    if (change.paused === false) clock.resume();
    if (change.advance !== undefined) clock.advance(change.advance);
  }

  // The forge

  /** A push of one commit; the CI server's hook hears of it at once. `build` is null when none came of it. */
  push(request: {
    repo: string;
    branch?: string | undefined;
    message: string;
    author: string;
    files?: Record<string, string | null> | undefined;
  }): { sha: string; build: number | null } {
    const repo = this.#forgeRepository(request.repo);
    const before = this.#lastNumber(request.repo);
    const commit = push(this.#core.world, {
      repo,
      branch: request.branch ?? repo.defaultBranch,
      message: request.message,
      author: request.author,
      ...(request.files ? { files: request.files } : {}),
    });
    return { sha: commit.sha, build: this.#newBuild(request.repo, before) };
  }

  tag(request: { repo: string; tag: string; from?: string | undefined; author: string }): {
    build: number | null;
  } {
    const repo = this.#forgeRepository(request.repo);
    const before = this.#lastNumber(request.repo);
    createTag(this.#core.world, repo, request.tag, request.from ?? repo.defaultBranch, request.author);
    return { build: this.#newBuild(request.repo, before) };
  }

  branch(request: { repo: string; branch: string; from?: string | undefined }): void {
    const repo = this.#forgeRepository(request.repo);
    createBranch(repo, request.branch, request.from ?? repo.defaultBranch);
  }

  /** Opens a pull request of a branch; `from` names a fork (`owner/name`). */
  pullRequest(request: {
    repo: string;
    title: string;
    author: string;
    branch: string;
    from?: string | undefined;
  }): { number: number; build: number | null } {
    const repo = this.#forgeRepository(request.repo);
    const sha = repo.branches.get(request.branch) ?? repo.branches.get(repo.defaultBranch) ?? '';
    const before = this.#lastNumber(request.repo);
    const pull = openPullRequest(this.#core.world, {
      repo,
      title: request.title,
      author: request.author,
      branch: request.branch,
      sha,
      ...(request.from ? { from: request.from } : {}),
    });
    return { number: pull.number, build: this.#newBuild(request.repo, before) };
  }

  // Steps

  /** The step, now or later, waits at its end until it is released. */
  hold(address: StepAddress): void {
    const { build } = this.#find(address);
    this.#core.pool.holds.add(`${build.id}/${address.stage}/${address.step}`);
    this.#process(address)?.holdAtEnd();
  }

  /** Lets a held step go on: from `sandbox-hold` in its script, or from its end. */
  release(address: StepAddress): void {
    const { build } = this.#find(address);
    this.#core.pool.holds.delete(`${build.id}/${address.stage}/${address.step}`);
    this.#running(address).release();
  }

  /** Output of the running step, one chunk, as if its process had written it. */
  print(address: StepAddress, text: string): void {
    this.#running(address).print(text);
  }

  /** Ends the running step's process with this exit code. */
  exit(address: StepAddress, code: number): void {
    this.#running(address).exit(code);
  }

  /** What a running or ended step has printed. */
  printed(address: StepAddress): Printed {
    const { step } = this.#find(address);
    const process = this.#process(address) ?? (step && this.#core.pool.lostStep(step.id));
    if (process) {
      const records = process.writer.all();
      return {
        records,
        text: records.map((record) => record.out).join(''),
        status: step?.status ?? 'pending',
        stopped: process.writer.stopped,
        ...(process.held === undefined ? {} : { held: process.held }),
      };
    }
    const records = this.stored(address) ?? [];
    return {
      records,
      text: records.map((one) => one.out).join(''),
      status: step?.status ?? 'pending',
      stopped: false,
    };
  }

  /** The stored log; null while there is none. */
  stored(address: StepAddress): LogRecord[] | null {
    const { step } = this.#find(address);
    return (step && this.#core.world.ci.storedLog(step.id)) ?? null;
  }

  // Faults

  addFault(request: FaultRequest): Fault {
    return this.parts.faults.add(request);
  }

  faults(): Fault[] {
    return this.parts.faults.list();
  }

  clearFaults(id?: number): void {
    this.parts.faults.clear(id);
  }

  /** Breaks open streams in the middle: all, one kind, or those whose path begins so. Returns how many. */
  cutStreams(which: { kind?: 'events' | 'log' | undefined; path?: string | undefined } = {}): number {
    let cut = 0;
    for (const stream of [...this.parts.streams]) {
      if (which.kind !== undefined && stream.kind !== which.kind) continue;
      if (which.path !== undefined && !stream.path.startsWith(which.path)) continue;
      stream.response.destroy();
      cut += 1;
    }
    return cut;
  }

  streams(): { kind: string; path: string }[] {
    return [...this.parts.streams].map(({ kind, path }) => ({ kind, path }));
  }

  /**
   * The CI server stops as the real one does: no new connections, `silence` ms of nothing on the open ones, then they
   * break; after `down` ms more it is back at the same address without its live logs.
   */
  restartServer(times: { silence?: number | undefined; down?: number | undefined } = {}): void {
    const core = this.#core;
    const { drone } = this.parts;
    core.server.goDown();
    drone.stopListening();
    core.world.clock.after(times.silence ?? 5000, () => {
      drone.breakConnections();
      core.world.clock.after(times.down ?? 1000, () => {
        void drone.listen().then(() => core.server.comeUp());
      });
    });
  }

  // Runners and queue

  runners(): (RunnerOptions & { running: number })[] {
    return this.#core.pool.runners.map(({ runs, ...runner }) => ({ ...runner, running: runs.size }));
  }

  addRunner(options: RunnerOptions): void {
    this.#core.pool.add(options);
  }

  /** The runner's process dies at once, its steps with it; the CI server never learns of it. */
  killRunner(name: string): void {
    if (!this.#core.pool.kill(name)) throw new Error(`there is no runner ${name}`);
  }

  setQueue(paused: boolean): void {
    this.#core.world.ci.queuePaused = paused;
    this.#core.server.wake();
  }

  // Accounts and tokens

  /** A new CI token for a person; the old one is refused from now on. */
  rotateToken(login: string): string {
    const user = this.#core.world.ci.user(login);
    if (!user) throw new Error(`the CI server knows no ${login}`);
    user.token = this.#core.world.random.text(32);
    return user.token;
  }

  /** Ends forge tokens: the access tokens (and refresh tokens too, if wanted) of one person or of all. */
  expireForgeTokens(which: { login?: string | undefined; refresh?: boolean | undefined } = {}): number {
    const { forge, clock } = this.#core.world;
    const user = which.login === undefined ? undefined : forge.user(which.login);
    let count = 0;
    for (const token of forge.tokens.values()) {
      const grant = forge.grants.find((one) => one.id === token.grantId);
      if (which.login !== undefined && grant?.userId !== user?.id) continue;
      if (token.kind === 'refresh' && !which.refresh) continue;
      token.expiresAt = clock.now() - 1000;
      count += 1;
    }
    return count;
  }

  settings(change: {
    cancelReaches?: boolean | undefined;
    missingFileDelay?: number | undefined;
    invalidateRefreshTokens?: boolean | undefined;
    accessTokenLifetime?: number | undefined;
  }): void {
    const { server, world } = this.#core;
    server.cancelReaches = change.cancelReaches ?? server.cancelReaches;
    server.missingFileDelay = change.missingFileDelay ?? server.missingFileDelay;
    world.forge.invalidateRefreshTokens =
      change.invalidateRefreshTokens ?? world.forge.invalidateRefreshTokens;
    world.forge.accessTokenLifetime = change.accessTokenLifetime ?? world.forge.accessTokenLifetime;
  }

  /** Gives or takes a role on the forge; the CI server learns of it as the real one does. */
  setRole(repo: string, login: string, role: 'read' | 'write' | 'admin' | null): void {
    const found = this.#forgeRepository(repo);
    if (role === null) found.collaborators.delete(login);
    else found.collaborators.set(login, role);
  }

  // Looking up

  /** The CI server's repositories and their builds' heads, newest first. */
  state(): {
    slug: string;
    active: boolean;
    builds: { number: number; event: string; status: string; message: string }[];
  }[] {
    const { ci } = this.#core.world;
    return ci.repositories.map((repo) => ({
      slug: repo.slug,
      active: repo.active,
      builds: ci
        .buildsOf(repo.id)
        .map(({ number, event, status, message }) => ({ number, event, status, message })),
    }));
  }

  #forgeRepository(slug: string): ForgeRepository {
    const [owner = '', name = ''] = slug.split('/');
    const repo = this.#core.world.forge.repository(owner, name);
    if (!repo) throw new Error(`there is no ${slug} on the forge`);
    return repo;
  }

  #repository(slug: string): CiRepository | undefined {
    return this.#core.world.ci.repositoryBySlug(slug);
  }

  #lastNumber(slug: string): number {
    return this.#repository(slug)?.counter ?? 0;
  }

  #newBuild(slug: string, before: number): number | null {
    const now = this.#lastNumber(slug);
    return now > before ? now : null;
  }

  #find(address: StepAddress): { build: CiBuild; step: CiStep | undefined } {
    const repo = this.#repository(address.repo);
    const build = repo ? this.#core.world.ci.build(repo.id, address.build) : undefined;
    if (!build) throw new Error(`there is no build ${address.build} of ${address.repo}`);
    return { build, step: this.#core.world.ci.step(build, address.stage, address.step) };
  }

  #process(address: StepAddress): StepRun | undefined {
    return this.#core.pool.stepRun(this.#find(address).build, address.stage, address.step);
  }

  #running(address: StepAddress): StepRun {
    const process = this.#process(address);
    if (!process)
      throw new Error(`step ${address.stage}/${address.step} of build ${address.build} does not run`);
    return process;
  }
}
