import type { CiServer } from '../ci/server.ts';
import { finalStatuses } from '../ci/server.ts';
import type { Timer } from '../world/clock.ts';
import type { CiBuild, CiStage, CiStep } from '../world/model.ts';
import { type PlannedStep, planStage } from './stage-plan.ts';
import { StepRun } from './step-run.ts';

/** Small waits of a real server and runner side by side, in ms (measured on 2.25 with its exec runner). */
const pause = { start: 5, firstStep: 30, nextStep: 4, finish: 8, killed: 100, retry: 5000 };

export interface StageRunOptions {
  /** The world's past: no output is kept, stored logs are made when asked for. */
  quiet: boolean;
  coalesce: boolean;
  /** Steps to hold at their end, as `<build id>/<stage number>/<step number>`. */
  holds: ReadonlySet<string>;
  /** Chunks that are read together, by `<build id>/<stage number>/<step number>` (see `StepRecipe.joins`). */
  joins: ReadonlyMap<string, ReadonlySet<number>>;
  /** Ms more before a stage starts, by `<build id>/<stage number>`. */
  slow: ReadonlyMap<string, number>;
}

/** One stage on one runner, from being accepted to its end. */
export class StageRun {
  current: StepRun | undefined;
  #plan: PlannedStep[] = [];
  #failed = false;
  #skipRest = false;
  #timer: Timer | undefined;
  #over = false;
  /** Version of the copy of the build that this stage was taken with, if nothing of the build had started by then. */
  readonly #copy: number | undefined;

  constructor(
    readonly server: CiServer,
    readonly build: CiBuild,
    readonly stage: CiStage,
    readonly options: StageRunOptions,
    readonly onEnd: () => void,
  ) {
    this.#copy = build.status === 'pending' ? build.version : undefined;
    const slow = options.slow.get(`${build.id}/${stage.number}`) ?? 0;
    this.#later(pause.start + slow, () => this.#start());
  }

  /** The runner's process was killed: nothing more happens, and nobody is told. */
  abandon(): void {
    this.#over = true;
    this.#timer?.cancel();
    this.current?.abandon();
  }

  /** The API cancelled the build and this runner heard of it. */
  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.#timer?.cancel();
    const { stage, build, server } = this;
    const now = server.world.clock.seconds();
    for (const step of stage.steps) {
      if (!finalStatuses.has(step.status)) {
        const running = step.status === 'running';
        step.status = running ? 'killed' : 'skipped';
        step.exitCode = running ? 137 : 0;
        if (step.started === 0) step.started = now;
        step.stopped = now;
      }
      step.version += 1;
    }
    stage.status = 'killed';
    stage.exitCode = 137;
    if (stage.started === 0) stage.started = now;
    stage.stopped = now;
    stage.updated = now;
    stage.version += 1;
    const current = this.current;
    current?.stop();
    server.world.clock.after(pause.killed, () => {
      current?.close();
      build.version += 1;
      server.publish(build);
      this.onEnd();
    });
  }

  #later(ms: number, run: () => void): void {
    this.#timer = this.server.world.clock.after(ms, run);
  }

  /** Reports to a server that is down are tried again until it is back. */
  #report(run: () => void): void {
    if (this.server.up) run();
    else this.#later(pause.retry, () => this.#report(run));
  }

  #start(): void {
    this.#report(() => {
      const { server, build, stage } = this;
      const { world } = server;
      const now = world.clock.seconds();
      this.#plan = planStage(world, server.repository(build), build, stage, this.options.coalesce);
      stage.steps = this.#plan.map((planned, index) =>
        newStep(world.ci.nextId('step'), stage, planned, index + 1, server.isOld),
      );
      stage.status = 'running';
      stage.started = now;
      stage.updated = now;
      stage.version += 1;
      if (build.status === 'pending') {
        build.status = 'running';
        build.started = now;
        build.updated = now;
        build.version += 1;
        server.publish(build);
      } else {
        // Of two stages that start side by side the second reports with the copy of the build it had read before:
        // its event goes back in `version` (recorded).
        server.publish({ ...build, version: this.#copy ?? build.version });
      }
      this.#later(pause.firstStep, () => this.#next(0));
    });
  }

  #next(index: number): void {
    const planned = this.#plan[index];
    const step = this.stage.steps[index];
    if (!planned || !step) {
      this.#later(pause.finish, () => this.#report(() => this.#finish()));
      return;
    }
    const wanted = !this.#skipRest && (this.#failed ? planned.onFailure : planned.onSuccess);
    if (!wanted) {
      this.#report(() => {
        const now = this.server.world.clock.seconds();
        Object.assign(step, { status: 'skipped', started: now, stopped: now, version: step.version + 1 });
        this.#next(index + 1);
      });
      return;
    }
    this.#report(() => {
      this.server.openLog(step.id);
      step.status = 'running';
      step.started = this.server.world.clock.seconds();
      step.version += 1;
      this.server.publish(this.build);
      const place = `${this.build.id}/${this.stage.number}/${step.number}`;
      const joins = this.options.joins.get(place);
      const recipe = joins ? { ...planned.recipe, joins } : planned.recipe;
      this.current = new StepRun(this.server, step, recipe, this.options.quiet, (code) => {
        this.#report(() => this.#stepEnded(index, planned, step, code));
      });
      if (this.options.holds.has(place)) this.current.holdAtEnd();
    });
  }

  #stepEnded(index: number, planned: PlannedStep, step: CiStep, code: number): void {
    const { server } = this;
    this.current?.upload();
    if (finalStatuses.has(this.stage.status)) {
      // Cancelled behind this runner's back: its reports are refused, the stream keeps hanging.
      this.#over = true;
      this.onEnd();
      return;
    }
    step.stopped = server.world.clock.seconds();
    step.exitCode = code === 78 ? 0 : code;
    step.status = code === 0 || code === 78 ? 'success' : 'failure';
    step.version += 1;
    if (code === 78) this.#skipRest = true;
    else if (code !== 0 && planned.ignoreFailure) step.errignore = true;
    else if (code !== 0) this.#failed = true;
    server.publish(this.build);
    this.current?.close();
    this.current = undefined;
    this.#later(pause.nextStep, () => this.#next(index + 1));
  }

  #finish(): void {
    const { server, stage, build } = this;
    this.#over = true;
    const now = server.world.clock.seconds();
    for (const step of stage.steps) step.version += 1;
    stage.status = this.#failed ? 'failure' : 'success';
    stage.stopped = now;
    stage.updated = now;
    stage.version += 1;
    this.onEnd();
    server.settle(build);
  }
}

/** @param isOld 1.10 keeps no more of a step than its name */
function newStep(id: number, stage: CiStage, planned: PlannedStep, number: number, isOld: boolean): CiStep {
  return {
    id,
    stageId: stage.id,
    number,
    name: planned.name,
    status: 'pending',
    error: '',
    errignore: false,
    exitCode: 0,
    started: 0,
    stopped: 0,
    version: 1,
    ...(stage.type === 'docker' && !isOld
      ? { image: planned.image, detached: planned.detached, dependsOn: planned.dependsOn }
      : {}),
  };
}
