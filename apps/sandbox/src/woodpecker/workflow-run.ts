import type { Timer } from '../world/clock.ts';
import type { PlannedStep } from './compile.ts';
import type { PipelineRow } from './events.ts';
import type { LogShipper } from './log-shipper.ts';
import { finalStates, type WpPipeline, type WpStatus, type WpStep, type WpWorkflow } from './model.ts';
import type { Race, Races, Report } from './races.ts';
import type { WpServer } from './server.ts';
import { StepProcess } from './step-process.ts';

/** Small waits of a real server and agent side by side, in ms (measured on 3.17 with the local backend). */
const pause = {
  /** From being taken to the pipeline's own row. */
  row: 75,
  /** … to the workflow's, with the first message. */
  start: 110,
  firstStep: 5,
  nextStep: 4,
  finish: 40,
  killStep: 35,
  killWorkflow: 60,
  retry: 1000,
};

/** Ms by which each further workflow of a pipeline reports after the one before it. */
const apart = 3;

/** Ms by which the message of a workflow's end is overtaken, where it is. */
const overtakenBy = 30;

export interface RunContext {
  server: WpServer;
  pipeline: WpPipeline;
  workflow: WpWorkflow;
  shipper: LogShipper;
  holds: ReadonlySet<string>;
  races: Races;
}

/** One workflow on one agent, from being taken to its end. */
export class WorkflowRun {
  current: StepProcess | undefined;
  readonly pipeline: WpPipeline;
  readonly workflow: WpWorkflow;
  readonly #server: WpServer;
  readonly #steps: readonly PlannedStep[];
  #failed = false;
  #timer: Timer | undefined;
  #over = false;

  constructor(
    readonly context: RunContext,
    readonly onEnd: () => void,
  ) {
    this.pipeline = context.pipeline;
    this.workflow = context.workflow;
    this.#server = context.server;
    this.#steps = this.#server.plans.get(this.workflow.id)?.steps ?? [];
    const later = (this.workflow.pid - 1) * apart;
    const { clock } = this.#server.world;
    clock.after(pause.row + later + this.#wait('row'), () =>
      this.#report(() => this.#server.begin(this.pipeline)),
    );
    clock.after(pause.start + later + this.#wait('start'), () => this.#report(() => this.#start()));
  }

  /** The agent's process was killed: nothing more happens, and nobody is told. */
  abandon(): void {
    this.#over = true;
    this.#timer?.cancel();
    this.current?.stop();
  }

  /**
   * Cancelled, and this agent hears of it. Its report of the step still carries the pipeline as it was before: whoever
   * listens hears `killed`, `running`, `killed`.
   */
  cancel(row: PipelineRow): void {
    if (this.#over) return;
    this.#over = true;
    this.#timer?.cancel();
    if (finalStates.has(this.workflow.state)) {
      // It was taken, but nothing of it had begun: there is nothing to report.
      this.onEnd();
      return;
    }
    const { clock } = this.#server.world;
    const step = this.current?.step;
    clock.after(pause.killStep + this.#wait('stop'), () => {
      this.current?.stop();
      // 2.8.3 takes the step that was cut for a success.
      if (step && this.#server.isOld) this.#end(step, 'success', 0, '');
      else if (step) this.#end(step, 'killed', 0, 'Canceled');
      if (step) this.#tell('stop', row);
      clock.after(pause.killWorkflow + this.#wait('killed'), () => this.#killed());
    });
  }

  #killed(): void {
    const now = this.#server.seconds();
    const { isOld } = this.#server;
    this.workflow.state = isOld ? 'failure' : 'killed';
    this.workflow.error = 'Canceled';
    if (this.workflow.started === 0) this.workflow.started = now;
    this.workflow.finished = now;
    for (const rest of this.workflow.steps)
      if (!finalStates.has(rest.state)) rest.state = this.#server.unstartedStep;
    // …and the whole for a failure, as soon as its agent has answered.
    if (isOld) this.#server.endAnew(this.pipeline);
    this.#tell('killed');
    this.#server.closeLogs(this.workflow);
    this.#server.settle(this.pipeline);
    this.onEnd();
  }

  #race(report: Report): Race {
    return this.context.races.get(`${this.pipeline.id}/${this.workflow.pid}/${report}`) ?? {};
  }

  #wait(report: Report): number {
    return this.#race(report).wait ?? 0;
  }

  /** Tells of the pipeline; `row` is its own row where this report had read it before it changed. */
  #tell(report: Report, row?: PipelineRow, late = 0): void {
    const race = this.#race(report);
    const told = { ...(row && !race.fresh ? { row } : {}), late: race.late ?? late };
    const tell = (): void => this.#server.publish(this.pipeline, told);
    if (race.tell) this.#server.world.clock.after(race.tell, tell);
    else tell();
  }

  #later(ms: number, run: () => void): void {
    this.#timer = this.#server.world.clock.after(ms, run);
  }

  /** Reports to a server that is down are tried again until it is back. */
  #report(run: () => void): void {
    if (this.#over) return;
    if (this.#server.up) run();
    else this.#server.world.clock.after(pause.retry, () => this.#report(run));
  }

  #start(): void {
    // Should the first report have been late, the pipeline's row comes with this one.
    this.#server.begin(this.pipeline);
    this.workflow.state = 'running';
    this.workflow.started = this.#server.seconds();
    this.#tell('start');
    this.#later(pause.firstStep + this.#wait('0+'), () => this.#next(0));
  }

  #next(index: number): void {
    const plan = this.#steps[index];
    const step = this.workflow.steps[index];
    if (!plan || !step) {
      this.#later(pause.finish + this.#wait('end'), () => this.#report(() => this.#finish()));
      return;
    }
    if (!(this.#failed ? plan.onFailure : plan.onSuccess)) {
      step.state = 'skipped';
      this.#next(index + 1);
      return;
    }
    this.#report(() => {
      const { server, shipper, holds } = this.context;
      step.state = 'running';
      step.started = server.seconds();
      server.openLog(step.id).fed = true;
      this.#tell(`${index}+`);
      this.current = new StepProcess(server, step, plan.recipe, shipper, (code) =>
        this.#afterStep(index, () => this.#stepEnded(index, plan, step, code)),
      );
      if (holds.has(`${this.pipeline.id}/${step.pid}`)) this.current.holdAtEnd();
    });
  }

  #afterStep(index: number, run: () => void): void {
    const wait = this.#wait(`${index}-`);
    if (wait > 0) this.#later(wait, run);
    else run();
  }

  #stepEnded(index: number, plan: PlannedStep, step: WpStep, code: number): void {
    // Its own clock: a report that waits for the server still tells when the step really ended.
    const ended = this.#server.seconds();
    this.#report(() => {
      this.#end(step, code === 0 ? 'success' : 'failure', code, '', ended);
      if (code !== 0 && !plan.ignoreFailure) this.#failed = true;
      this.current = undefined;
      this.#tell(`${index}-`);
      this.#later(pause.nextStep + this.#wait(`${index + 1}+`), () => this.#next(index + 1));
    });
  }

  #end(step: WpStep, state: WpStatus, code: number, error: string, at = this.#server.seconds()): void {
    step.state = state;
    step.exitCode = code;
    step.error = error;
    step.finished = at;
  }

  #finish(): void {
    this.#over = true;
    const { pipeline, workflow } = this;
    const server = this.#server;
    workflow.state = this.#failed ? 'failure' : 'success';
    workflow.finished = server.seconds();
    const others = pipeline.workflows.filter((one) => one !== workflow && one.state === 'running');
    server.settle(pipeline);
    // Of five recorded pipelines of two workflows three told of the first one's end after that of the whole.
    const overtaken = others.length > 0 && !finalStates.has(pipeline.status) && pipeline.id % 2 === 0;
    this.#tell('end', undefined, overtaken ? overtakenBy : 0);
    server.closeLogs(workflow);
    this.onEnd();
  }
}
