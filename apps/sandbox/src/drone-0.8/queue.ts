import type { Clock } from '../world/clock.ts';
import type { D8Build, D8Proc } from './model.ts';

export interface D8Task {
  build: D8Build;
  pipeline: D8Proc;
  labels: Record<string, string>;
}

interface Running {
  task: D8Task;
  /** Unix ms; the agent moves it on each minute while it lives. */
  deadline: number;
  cancel: () => void;
}

/** Ms that work may go without a sign of its agent before another may have it. */
const lease = 10 * 60_000;

/** First in, first out, by label. A task whose agent fell silent goes to the front, and runs again from its start. */
export class D8Queue {
  pending: D8Task[] = [];
  paused = false;
  readonly #running = new Map<number, Running>();
  readonly #workers = new Set<() => void>();

  constructor(readonly clock: Clock) {}

  get running(): D8Task[] {
    return [...this.#running.values()].map(({ task }) => task);
  }

  /** Told whenever there may be work. */
  onWork(worker: () => void): void {
    this.#workers.add(worker);
  }

  wake(): void {
    for (const worker of this.#workers) worker();
  }

  push(task: D8Task): void {
    this.pending.push(task);
    this.wake();
  }

  /** The oldest task that an agent takes; `cancel` is told should somebody end it. */
  poll(takes: (labels: Record<string, string>) => boolean, cancel: () => void): D8Task | undefined {
    this.#expire();
    const task = this.paused ? undefined : this.pending.find((one) => takes(one.labels));
    if (!task) return undefined;
    this.pending = this.pending.filter((one) => one !== task);
    this.#running.set(task.pipeline.id, { task, deadline: this.clock.now() + lease, cancel });
    return task;
  }

  /** From a living agent, so that nobody else gets its work. */
  extend(pipelineId: number): void {
    const running = this.#running.get(pipelineId);
    if (running) running.deadline = this.clock.now() + lease;
  }

  done(pipelineId: number): void {
    this.#running.delete(pipelineId);
  }

  /** The agent hears of it, unless the queue does not know that it has the work. */
  cancel(pipelineId: number): void {
    const running = this.#running.get(pipelineId);
    this.#running.delete(pipelineId);
    running?.cancel();
  }

  forgetRunning(): void {
    this.#running.clear();
  }

  #expire(): void {
    for (const [id, { task, deadline }] of this.#running) {
      if (this.clock.now() <= deadline) continue;
      this.#running.delete(id);
      this.pending.unshift(task);
    }
  }
}
