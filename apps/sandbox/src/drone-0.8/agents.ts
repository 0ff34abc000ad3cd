import type { Timer } from '../world/clock.ts';
import { D8PipelineRun } from './pipeline-run.ts';
import type { D8Server } from './server.ts';
import type { D8StepProcess } from './step-process.ts';

export interface D8AgentRequest {
  name: string;
  /** As in `linux/amd64`. */
  platform: string;
  /** Pipelines at once. */
  capacity: number;
  /** What it wants to see on a pipeline beside its platform. */
  labels: Record<string, string>;
}

interface Agent extends D8AgentRequest {
  runs: Map<number, D8PipelineRun>;
}

/** The agents and what they take from the queue. */
export class D8Agents {
  agents: Agent[] = [];
  /** Ms between a pipeline being queued and an agent's poll returning with it. */
  latency = 20;
  readonly holds = new Set<string>();
  /** Processes whose agent died, by id of their step's row. */
  readonly lost = new Map<number, D8StepProcess>();
  #scheduled: Timer | undefined;

  constructor(readonly server: D8Server) {
    server.queue.onWork(() => this.#schedule());
  }

  add(request: D8AgentRequest): void {
    this.agents.push({ ...request, runs: new Map() });
    this.#schedule();
  }

  /** The process dies: what it ran stays as it is until another agent begins it again, ten minutes later at the soonest. */
  kill(name: string): boolean {
    const agent = this.agents.find((one) => one.name === name);
    if (!agent) return false;
    this.agents = this.agents.filter((one) => one !== agent);
    for (const run of agent.runs.values()) {
      for (const [id, process] of run.processes) this.lost.set(id, process);
      run.abandon();
    }
    return true;
  }

  processOf(stepId: number): D8StepProcess | undefined {
    for (const agent of this.agents)
      for (const run of agent.runs.values()) {
        const found = run.processes.get(stepId);
        if (found) return found;
      }
    return undefined;
  }

  /** Polls that wait for work. */
  idle(): number {
    return this.agents.reduce((sum, agent) => sum + agent.capacity - agent.runs.size, 0);
  }

  #schedule(): void {
    this.#scheduled ??= this.server.world.clock.after(this.latency, () => {
      this.#scheduled = undefined;
      this.#assign();
    });
  }

  #assign(): void {
    if (!this.server.up) return;
    for (const agent of this.agents) while (agent.runs.size < agent.capacity && this.#give(agent));
  }

  #give(agent: Agent): boolean {
    const { server, holds } = this;
    const wanted = Object.entries({ ...agent.labels, platform: agent.platform });
    let run: D8PipelineRun | undefined;
    const task = server.queue.poll(
      (labels) => wanted.every(([name, value]) => labels[name] === value),
      () => run?.cancel(),
    );
    if (!task) return false;
    run = new D8PipelineRun({ server, machine: agent.name, holds }, task, () => {
      agent.runs.delete(task.pipeline.id);
      this.#schedule();
    });
    agent.runs.set(task.pipeline.id, run);
    return true;
  }
}
