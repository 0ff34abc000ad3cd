import type { CiServer } from '../ci/server.ts';
import type { Timer } from '../world/clock.ts';
import type { CiBuild, CiStage } from '../world/model.ts';
import { StageRun } from './stage-run.ts';
import type { StepRun } from './step-run.ts';

export interface RunnerOptions {
  name: string;
  type: string;
  os: string;
  arch: string;
  /** Stages at once. */
  capacity: number;
  labels?: Record<string, string>;
}

export interface Runner extends RunnerOptions {
  runs: Map<number, StageRun>;
}

/** The runners and what they take from the queue. */
export class RunnerPool {
  runners: Runner[] = [];
  quiet = false;
  coalesce = true;
  /** Ms between a stage being ready and a runner's long poll returning with it. */
  latency = 25;
  /** Steps whose runner died, by step id: nobody hears of them again but whoever asks what they had printed. */
  readonly #lost = new Map<number, StepRun>();
  #scheduled: Timer | undefined;
  /** Steps that will be held at their end, as `<build id>/<stage number>/<step number>`. */
  readonly holds = new Set<string>();
  /**
   * Races of a recorded day, played again: chunks that are read together, by the same places; by `<build id>/<stage
   * number>` the ms until a poll takes the stage, and the ms by which its start comes after it was taken.
   */
  readonly joins = new Map<string, ReadonlySet<number>>();
  readonly late = new Map<string, number>();
  readonly slow = new Map<string, number>();

  constructor(readonly server: CiServer) {
    server.onWork(() => this.#schedule());
    server.onCancel((stage) => this.runOf(stage.id)?.cancel());
  }

  add(options: RunnerOptions): Runner {
    const runner: Runner = { ...options, runs: new Map() };
    this.runners.push(runner);
    this.#schedule();
    return runner;
  }

  /** The process dies: its stages stay as they are, its streams stay open and silent. */
  kill(name: string): boolean {
    const runner = this.runners.find((one) => one.name === name);
    if (!runner) return false;
    this.runners = this.runners.filter((one) => one !== runner);
    for (const run of runner.runs.values()) {
      if (run.current) this.#lost.set(run.current.step.id, run.current);
      run.abandon();
    }
    return true;
  }

  /** The last of a step whose runner died. */
  lostStep(stepId: number): StepRun | undefined {
    return this.#lost.get(stepId);
  }

  runOf(stageId: number): StageRun | undefined {
    for (const runner of this.runners) {
      const run = runner.runs.get(stageId);
      if (run) return run;
    }
    return undefined;
  }

  /** The process behind a running step, when its runner lives. */
  stepRun(build: CiBuild, stage: number, step: number): StepRun | undefined {
    const row = build.stages.find((one) => one.number === stage);
    const current = row ? this.runOf(row.id)?.current : undefined;
    return current?.step.number === step ? current : undefined;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = this.server.world.clock.after(this.latency, () => {
      this.#scheduled = undefined;
      this.#assign();
    });
  }

  #assign(): void {
    const { ci } = this.server.world;
    if (ci.queuePaused || !this.server.up) return;
    const open = ci.openBuilds().flatMap((build) => build.stages.map((stage) => ({ build, stage })));
    const incomplete = open
      .map((one) => one.stage)
      .filter((one) => one.status === 'pending' || one.status === 'running');
    for (const { build, stage } of open.sort((a, b) => a.stage.id - b.stage.id)) {
      if (stage.status !== 'pending' || stage.machine !== '' || !withinLimits(stage, incomplete)) continue;
      if (this.#isLate(`${build.id}/${stage.number}`)) continue;
      const runner = this.runners.find((one) => one.runs.size < one.capacity && takes(one, stage));
      if (runner) this.#give(runner, build, stage);
    }
  }

  #isLate(place: string): boolean {
    const late = this.late.get(place);
    if (late !== undefined && late > 0) {
      this.late.set(place, 0);
      this.server.world.clock.after(late, () => {
        this.late.delete(place);
        this.#schedule();
      });
    }
    return late !== undefined;
  }

  #give(runner: Runner, build: CiBuild, stage: CiStage): void {
    stage.machine = runner.name;
    stage.version += 1;
    const run = new StageRun(
      this.server,
      build,
      stage,
      { quiet: this.quiet, coalesce: this.coalesce, holds: this.holds, joins: this.joins, slow: this.slow },
      () => {
        runner.runs.delete(stage.id);
        this.#schedule();
      },
    );
    runner.runs.set(stage.id, run);
  }
}

function takes(runner: Runner, stage: CiStage): boolean {
  if (stage.kind !== 'pipeline') return false;
  if (runner.type !== stage.type || runner.os !== stage.os || runner.arch !== stage.arch) return false;
  const labels = runner.labels ?? {};
  const names = new Set([...Object.keys(labels), ...Object.keys(stage.labels)]);
  return [...names].every((name) => labels[name] === stage.labels[name]);
}

/** Drone's rule: stages of one name in one repository that are older, or already run, count against the limit. */
function withinLimits(stage: CiStage, incomplete: CiStage[]): boolean {
  const before = incomplete.filter(
    (one) =>
      one.repoId === stage.repoId && one.id !== stage.id && (one.id < stage.id || one.status === 'running'),
  );
  if (stage.limit > 0 && before.filter((one) => one.name === stage.name).length >= stage.limit) return false;
  return stage.throttle <= 0 || before.length < stage.throttle;
}
