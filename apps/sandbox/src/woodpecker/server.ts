import type { World } from '../world/world.ts';
import { reportStatuses } from './commit-status.ts';
import type { PlannedWorkflow } from './compile.ts';
import { copyOf, type PipelineRow, WpEvents } from './events.ts';
import { WpLiveLog } from './live-log.ts';
import {
  finalStates,
  type LogEntry,
  type WpPipeline,
  type WpRepo,
  type WpStatus,
  type WpWorkflow,
} from './model.ts';
import { WpState } from './state.ts';

export interface WpSettings {
  /** `WOODPECKER_HOST`: its address as browsers use it, without a slash at the end. */
  host: () => string;
  /** Short, as in `3.17`. */
  version: string;
}

/** Worst first: what a pipeline is when its workflows are these. */
const priority: readonly WpStatus[] = [
  'declined',
  'blocked',
  'created',
  'error',
  'killed',
  'canceled',
  'running',
  'pending',
  'failure',
  'success',
  'skipped',
];

/** A Woodpecker server's process: what it does with its rows, its streams in memory, and whether it is up. */
export class WpServer {
  readonly state = new WpState();
  readonly events = new WpEvents();
  /** By step id. */
  readonly liveLogs = new Map<number, WpLiveLog>();
  /** What agents will do, by workflow id; not part of any row. */
  readonly plans = new Map<number, PlannedWorkflow>();
  /** In memory only: a restart forgets it. */
  queuePaused = false;
  up = true;
  /** A past that nobody watches: no output is kept, stored logs are made when asked for. */
  quiet = false;
  readonly #workers = new Set<() => void>();
  readonly #cancels = new Set<(workflow: WpWorkflow, row: PipelineRow) => void>();

  constructor(
    readonly world: World,
    readonly settings: WpSettings,
    /** Whether the forge would fail a call of the server (`GET /api/v1/…`) just now. */
    readonly forgeFails: (call: string) => boolean,
  ) {}

  /** The version that rows carry and headers name. */
  get release(): string {
    return this.isOld ? '2.8.3' : '3.17.0';
  }

  get isOld(): boolean {
    return this.settings.version === '2.8';
  }

  /** What a cancel makes of a pipeline of which nothing had begun; before 3.14 it was no other than the rest. */
  get unstarted(): WpStatus {
    return this.isOld ? 'killed' : 'canceled';
  }

  /** … and of a step that had not. */
  get unstartedStep(): WpStatus {
    return this.isOld ? 'skipped' : 'canceled';
  }

  seconds(): number {
    return this.world.clock.seconds();
  }

  /** Told whenever a workflow may have become ready to run. */
  onWork(worker: () => void): void {
    this.#workers.add(worker);
  }

  /** Told when a workflow that an agent has was cancelled, with the pipeline's row as agents still know it. */
  onCancel(watcher: (workflow: WpWorkflow, row: PipelineRow) => void): void {
    this.#cancels.add(watcher);
  }

  wake(): void {
    for (const worker of this.#workers) worker();
  }

  tellCancelled(workflow: WpWorkflow, row: PipelineRow): void {
    for (const watcher of this.#cancels) watcher(workflow, row);
  }

  repoOf(pipeline: WpPipeline): WpRepo {
    const repo = this.state.repo(pipeline.repoId);
    if (!repo) throw new Error(`pipeline ${pipeline.id} belongs to no repository`);
    return repo;
  }

  /**
   * Tells of a pipeline as it is now. `row` is its own row where the report had read it before; `late` are ms by which
   * the delivery is overtaken by others: each one is a goroutine of its own upstream.
   */
  publish(pipeline: WpPipeline, { row, late = 0 }: { row?: PipelineRow; late?: number } = {}): void {
    if (!this.up || !this.events.isHeard) return;
    const notice = { repo: this.repoOf(pipeline), pipeline: copyOf(pipeline, row) };
    if (late === 0 || this.quiet) this.events.publish(notice);
    else this.world.clock.after(late, () => this.up && this.events.publish(notice));
  }

  setStatus(pipeline: WpPipeline, status: WpStatus): void {
    pipeline.status = status;
    pipeline.updated = this.seconds();
  }

  /** The first workflow of a pipeline begins. */
  begin(pipeline: WpPipeline): void {
    if (pipeline.status !== 'pending') return;
    this.setStatus(pipeline, 'running');
    pipeline.started = pipeline.updated;
  }

  /**
   * After a workflow has ended: those that waited for it may run or are skipped, and with the last one the pipeline ends
   * (unless it was cancelled before).
   */
  settle(pipeline: WpPipeline): void {
    let skipped = false;
    for (let changed = true; changed; ) {
      changed = false;
      for (const workflow of pipeline.workflows) {
        if (workflow.state !== 'pending' || workflow.dependsOn.length === 0) continue;
        const needed = pipeline.workflows.filter((one) => workflow.dependsOn.includes(one.id));
        if (!needed.every((one) => finalStates.has(one.state))) continue;
        const failed = needed.some((one) => one.state !== 'success' && one.state !== 'skipped');
        const wanted = failed ? workflow.runsOn.includes('failure') : runsOnSuccess(workflow);
        if (wanted) continue;
        workflow.state = 'skipped';
        // An agent that asks for work is what skips it (seen on 3.17).
        workflow.agentId = needed.find((one) => one.agentId > 0)?.agentId ?? 0;
        for (const step of workflow.steps) step.state = this.isOld ? 'skipped' : 'killed';
        changed = true;
        skipped = true;
      }
    }
    const open = pipeline.workflows.some((one) => !finalStates.has(one.state));
    if (!open && !finalStates.has(pipeline.status)) {
      this.setStatus(pipeline, this.merged(pipeline));
      // The last to end was a skipped workflow: the pipeline takes over that it ended at no time (seen on 3.17).
      pipeline.finished = skipped ? 0 : pipeline.updated;
    }
    reportStatuses(this, pipeline);
    this.wake();
  }

  /** What its workflows say now counts, whatever was said of its end before. */
  endAnew(pipeline: WpPipeline): void {
    if (pipeline.workflows.some((one) => !finalStates.has(one.state))) return;
    this.setStatus(pipeline, this.merged(pipeline));
    pipeline.finished = pipeline.updated;
  }

  merged(pipeline: WpPipeline): WpStatus {
    return priority.find((status) => pipeline.workflows.some((one) => one.state === status)) ?? 'success';
  }

  /** Lines of an agent: stored, and sent to whoever watches a stream that is in memory. */
  receive(stepId: number, lines: readonly LogEntry[]): void {
    if (this.#refuses(stepId)) return;
    this.state.appendLog(stepId, lines);
    const live = this.liveLogs.get(stepId);
    if (live?.fed) live.write(lines);
  }

  /** As if an agent had sent so many lines of the generated log at once, of which nobody holds any. */
  receiveGenerated(stepId: number, from: number, lines: number): void {
    if (this.#refuses(stepId)) return;
    this.state.appendGenerated(stepId, from, lines);
    const live = this.liveLogs.get(stepId);
    if (live?.fed) live.writeGenerated(from, lines);
  }

  /** Since 3.14 (seen on 3.17): lines are taken until five minutes after a pipeline's `finished`. */
  #refuses(stepId: number): boolean {
    if (this.settings.version === '2.8') return false;
    const pipeline = this.state.pipelineOfStep(stepId);
    if (!pipeline || !finalStates.has(pipeline.status)) return false;
    return pipeline.finished + 300 < this.seconds();
  }

  openLog(stepId: number): WpLiveLog {
    const log = this.liveLogs.get(stepId) ?? new WpLiveLog();
    this.liveLogs.set(stepId, log);
    return log;
  }

  /** At the end of a workflow; streams of steps that never ran are left without one. */
  closeLogs(workflow: WpWorkflow): void {
    for (const step of workflow.steps) {
      if (step.started === 0) continue;
      this.liveLogs.get(step.id)?.end();
      this.liveLogs.delete(step.id);
    }
  }

  /** The process ends and loses what it held in memory; its ports are the face's affair. */
  goDown(): void {
    this.up = false;
    this.liveLogs.clear();
    this.queuePaused = false;
  }

  comeUp(): void {
    this.up = true;
    this.wake();
  }
}

const runsOnSuccess = (workflow: WpWorkflow): boolean =>
  workflow.runsOn.length === 0 || workflow.runsOn.includes('success');

/** Whether nothing keeps a workflow from being given to an agent but the want of one. */
export function isReady(pipeline: WpPipeline, workflow: WpWorkflow): boolean {
  if (workflow.state !== 'pending' || workflow.agentId !== 0) return false;
  if (pipeline.status !== 'pending' && pipeline.status !== 'running') return false;
  const needed = pipeline.workflows.filter((one) => workflow.dependsOn.includes(one.id));
  return needed.every((one) => finalStates.has(one.state));
}
