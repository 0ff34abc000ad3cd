import type { Timer } from '../world/clock.ts';
import type { PlannedStep } from './compile.ts';
import { type D8Proc, type D8Status, isOpen, stepsOf } from './model.ts';
import type { D8Task } from './queue.ts';
import type { D8Server } from './server.ts';
import { D8StepProcess } from './step-process.ts';

/** Waits of an agent beside its container engine, in ms. */
const pause = {
  /** From being taken to the first report. */
  init: 12,
  /** Network and volume. */
  setup: 180,
  /** From a step's first report to its process. */
  container: 60,
  /** The stored log comes this long after the report of the step's end. */
  upload: 40,
  nextStep: 5,
  /** From a kill to the last report. */
  destroy: 250,
  retry: 1000,
};

export interface RunContext {
  server: D8Server;
  /** Name of the agent's machine. */
  machine: string;
  /** Steps that wait at their end, as `<build id>/<pid>`. */
  holds: ReadonlySet<string>;
}

/** One pipeline on one agent, from being taken to its last report. */
export class D8PipelineRun {
  readonly processes = new Map<number, D8StepProcess>();
  readonly #server: D8Server;
  readonly #pipeline: D8Proc;
  readonly #groups: readonly PlannedStep[][];
  #next = 0;
  #failed: { code: number } | undefined;
  #over = false;
  #lease: Timer | undefined;
  #timeout: Timer | undefined;

  constructor(
    readonly context: RunContext,
    readonly task: D8Task,
    readonly onEnd: () => void,
  ) {
    this.#server = context.server;
    this.#pipeline = task.pipeline;
    this.#groups = this.#server.plans.get(task.pipeline.id)?.groups ?? [];
    this.#after(pause.init, () => this.#report(() => this.#init()));
    this.#renew();
    const minutes = this.#server.repoOf(task.build).timeout || 60;
    this.#timeout = this.#server.world.clock.after(minutes * 60_000, () => this.#stop({ code: 1 }));
  }

  /** The agent's process dies: nothing more happens, and nobody is told. */
  abandon(): void {
    this.#finish();
    for (const process of this.processes.values()) process.stop();
  }

  /** Somebody cancelled, and this agent hears of it. */
  cancel(): void {
    this.#stop({ code: 137 });
  }

  #renew(): void {
    this.#lease = this.#server.world.clock.after(60_000, () => {
      this.#server.queue.extend(this.#pipeline.id);
      this.#renew();
    });
  }

  #finish(): void {
    this.#over = true;
    this.#lease?.cancel();
    this.#timeout?.cancel();
  }

  #after(ms: number, run: () => void): void {
    this.#server.world.clock.after(ms, () => {
      if (!this.#over) run();
    });
  }

  /** Reports to a server that is down are tried again until it is back. */
  #report(run: () => void): void {
    if (this.#server.up) run();
    else this.#server.world.clock.after(pause.retry, () => this.#report(run));
  }

  #init(): void {
    const { build } = this.task;
    const now = this.#server.seconds();
    if (build.status === 'pending') {
      build.status = 'running';
      build.started = now;
    }
    Object.assign(this.#pipeline, { state: 'running', started: now, machine: this.context.machine });
    this.#server.publish(build, { flat: true });
    this.#after(pause.setup, () => this.#group());
  }

  /** The next steps that run side by side; what was not to run is told of by nobody until the end. */
  #group(): void {
    const group = this.#groups[this.#next];
    if (!group) {
      this.#after(pause.upload, () => this.#report(() => this.#done()));
      return;
    }
    this.#next += 1;
    const wanted = group.filter((plan) => (this.#failed ? plan.onFailure : plan.onSuccess));
    let left = wanted.length;
    const ended = (): void => {
      left -= 1;
      if (left <= 0) this.#after(pause.nextStep, () => this.#group());
    };
    if (wanted.length === 0) ended();
    for (const plan of wanted) this.#report(() => this.#start(plan, ended));
  }

  #start(plan: PlannedStep, ended: () => void): void {
    const { build } = this.task;
    const step = stepsOf(build, this.#pipeline).find((one) => one.name === plan.name);
    if (!step) {
      ended();
      return;
    }
    Object.assign(step, {
      ...{ state: 'running', started: this.#server.seconds(), machine: this.context.machine },
    });
    this.#server.publish(build);
    this.#after(pause.container, () => {
      const process = new D8StepProcess(this.#server, this.#pipeline, step, plan.script, (code) => {
        this.processes.delete(step.id);
        const at = this.#server.seconds();
        this.#after(pause.upload, () => process.upload());
        if (plan.detached) return;
        this.#report(() => {
          if (this.#over) return;
          this.#exited(step, code, at);
          ended();
        });
      });
      this.processes.set(step.id, process);
      if (this.context.holds.has(`${build.id}/${step.pid}`)) process.holdAtEnd();
      if (plan.detached) ended();
    });
  }

  #exited(step: D8Proc, code: number, at: number): void {
    const state: D8Status = code === 0 ? 'success' : code === 137 ? 'killed' : 'failure';
    Object.assign(step, { state, exitCode: code, stopped: at });
    if (code !== 0) this.#failed = { code };
    this.#server.publish(this.task.build);
  }

  /**
   * Ended from outside. The containers are looked at while they still run, so their steps are told as if they had ended
   * well; the pipeline's own row, killed until now, becomes a failure with the report that follows.
   */
  #stop(why: { code: number }): void {
    if (this.#over) return;
    this.#finish();
    const running = [...this.processes.values()];
    this.processes.clear();
    this.#server.world.clock.after(pause.nextStep, () => {
      for (const process of running) {
        process.stop();
        process.flush();
        this.#report(() => this.#exited(process.step, 0, this.#server.seconds()));
      }
      this.#server.world.clock.after(pause.destroy, () => {
        for (const process of running) process.upload();
        this.#report(() => this.#close(why.code, 'Cancelled'));
      });
    });
  }

  #done(): void {
    for (const process of this.processes.values()) {
      process.stop();
      process.flush();
      process.upload();
    }
    this.#finish();
    this.#close(this.#failed?.code ?? 0, '');
  }

  /** The last report: the pipeline's row, its open steps, and the build when it was the last one. */
  #close(code: number, error: string): void {
    const server = this.#server;
    const { build } = this.task;
    const top = this.#pipeline;
    const now = server.seconds();
    const state = code !== 0 || error !== '' ? 'failure' : 'success';
    Object.assign(top, { state, exitCode: code, error, stopped: now });
    server.queue.done(top.id);
    for (const step of stepsOf(build, top).filter(isOpen)) {
      // A service that was killed with the rest did what it was for.
      if (step.started === 0) step.state = 'skipped';
      else Object.assign(step, { state: 'success', stopped: now });
    }
    const all = build.procs.filter((one) => one.ppid === 0);
    if (!all.some(isOpen)) {
      const failing = all.filter((one) => ['error', 'killed', 'failure'].includes(one.state));
      build.status = failing.at(-1)?.state ?? 'success';
      build.finished = now;
    }
    server.closeLog(top);
    server.publish(build);
    this.onEnd();
  }
}
