import type { IncomingMessage } from 'node:http';
import type { DroneVersion } from '../ci/server.ts';
import { type Core, createCore } from '../core.ts';
import type { DroneContext, DroneSettings } from '../faces/drone/context.ts';
import { createDroneFace, droneLogin } from '../faces/drone/face.ts';
import type { StepRun } from '../runner/step-run.ts';
import type { CiBuild, CiRepository, CiStep, LogRecord } from '../world/model.ts';
import type { World } from '../world/world.ts';
import type {
  OpenStream,
  Printed,
  RepositoryState,
  RunnerRequest,
  ServerInstance,
  StepAddress,
} from './server.ts';

/** A Drone with its runners. */
export class DroneInstance implements ServerInstance {
  readonly vendor = 'drone';
  readonly streams = new Set<OpenStream>();
  readonly listener;
  readonly #context: DroneContext;
  #core: Core | undefined;

  constructor(
    readonly id: string,
    readonly settings: DroneSettings,
    readonly short: DroneVersion = '2.25',
  ) {
    const current = (): Core => this.core;
    this.#context = {
      get core() {
        return current();
      },
      settings,
      streams: this.streams,
    };
    this.listener = createDroneFace(this.#context, short);
  }

  get version(): string {
    return this.core.server.release;
  }

  get core(): Core {
    if (!this.#core) throw new Error('the world is not made yet');
    return this.#core;
  }

  /** New rows and runners in this world; they hear of its pushes from now on. */
  rebuild(world: World, forgeFails: (call: string) => boolean): Core {
    this.#core = createCore(world, this.short);
    this.#core.forgeFails = forgeFails;
    return this.#core;
  }

  login(request: IncomingMessage): string {
    return droneLogin(this.#context, request);
  }

  lastNumber(slug: string): number {
    return this.#repository(slug)?.counter ?? 0;
  }

  hold(address: StepAddress): void {
    const { build } = this.#find(address);
    this.core.pool.holds.add(`${build.id}/${address.stage}/${address.step}`);
  }

  unhold(address: StepAddress): void {
    const { build } = this.#find(address);
    this.core.pool.holds.delete(`${build.id}/${address.stage}/${address.step}`);
  }

  process(address: StepAddress): StepRun | undefined {
    return this.core.pool.stepRun(this.#find(address).build, address.stage, address.step);
  }

  printed(address: StepAddress): Printed {
    const { step } = this.#find(address);
    const process = this.process(address) ?? (step && this.core.pool.lostStep(step.id));
    const records = process ? process.writer.all() : (this.stored(address) ?? []);
    return {
      records,
      text: records.map((record) => record.out).join(''),
      status: step?.status ?? 'pending',
      stopped: process?.writer.stopped ?? false,
      ...(process?.held === undefined ? {} : { held: process.held }),
    };
  }

  stored(address: StepAddress): LogRecord[] | null {
    const { step } = this.#find(address);
    return (step && this.core.world.ci.storedLog(step.id)) ?? null;
  }

  generate(address: StepAddress, lines: number): void {
    const { step } = this.#find(address);
    if (!step) throw new Error(`there is no step ${address.stage}/${address.step}`);
    this.core.world.ci.logs.set(step.id, { kind: 'generated', log: { lines } });
  }

  goDown(): void {
    this.core.server.goDown();
  }

  comeUp(): void {
    this.core.server.comeUp();
  }

  runners(): (RunnerRequest & { running: number })[] {
    return this.core.pool.runners.map(({ runs, ...runner }) => ({ ...runner, running: runs.size }));
  }

  addRunner({ labels, ...request }: RunnerRequest): void {
    this.core.pool.add({ ...request, ...(labels ? { labels } : {}) });
  }

  killRunner(name: string): boolean {
    return this.core.pool.kill(name);
  }

  setQueue(paused: boolean): void {
    this.core.world.ci.queuePaused = paused;
    this.core.server.wake();
  }

  token(login: string): string | undefined {
    return this.core.world.ci.user(login)?.token;
  }

  rotateToken(login: string): string | undefined {
    const user = this.core.world.ci.user(login);
    if (user) user.token = this.core.world.random.text(32);
    return user?.token;
  }

  state(): RepositoryState[] {
    const { ci } = this.core.world;
    return ci.repositories.map((repo) => ({
      slug: repo.slug,
      active: repo.active,
      builds: ci
        .buildsOf(repo.id)
        .map(({ number, event, status, message }) => ({ number, event, status, message })),
    }));
  }

  #repository(slug: string): CiRepository | undefined {
    return this.core.world.ci.repositoryBySlug(slug);
  }

  #find(address: StepAddress): { build: CiBuild; step: CiStep | undefined } {
    const { ci } = this.core.world;
    const repo = this.#repository(address.repo);
    const build = repo ? ci.build(repo.id, address.build) : undefined;
    if (!build) throw new Error(`there is no build ${address.build} of ${address.repo}`);
    return { build, step: ci.step(build, address.stage, address.step) };
  }
}
