import type { Timer } from '../world/clock.ts';
import { LogShipper } from './log-shipper.ts';
import { finalStates, type WpAgentRow, type WpPipeline, type WpWorkflow } from './model.ts';
import type { Race } from './races.ts';
import { isReady, type WpServer } from './server.ts';
import type { StepProcess } from './step-process.ts';
import { WorkflowRun } from './workflow-run.ts';

export interface AgentRequest {
  name: string;
  backend: string;
  platform: string;
  /** Workflows at once. */
  capacity: number;
  labels: Record<string, string>;
}

interface Agent extends AgentRequest {
  row: WpAgentRow;
  shipper: LogShipper;
  runs: Map<number, WorkflowRun>;
}

/** Ms after which the work of an agent that fell silent is the queue's again. */
const lease = 60_000;

/** The agents and what they take from the queue. */
export class AgentPool {
  agents: Agent[] = [];
  /** Ms between a workflow being queued and an agent's poll returning with it. */
  latency = 30;
  /** Steps that wait at their end, as `<pipeline id>/<step pid>`. */
  readonly holds = new Set<string>();
  /** Races of a recorded day, played again. */
  readonly races = new Map<string, Race>();
  /** Work whose agent died, with the moment (Unix ms) it did. */
  readonly lost: {
    pipeline: WpPipeline;
    workflow: WpWorkflow;
    agent: WpAgentRow;
    at: number;
    process: StepProcess | undefined;
    /** The queue has forgotten it; the rows have not. */
    gone: boolean;
  }[] = [];
  #scheduled: Timer | undefined;

  constructor(readonly server: WpServer) {
    server.onWork(() => this.#schedule());
    server.onCancel((workflow, row) => this.#runOf(workflow.id)?.cancel(row));
  }

  /** Starts an agent; one of a name that was there before takes its row again. */
  add(request: AgentRequest): void {
    const { state } = this.server;
    const now = this.server.seconds();
    let row = state.agents.find((one) => one.name === request.name);
    if (row) {
      row.since = now;
      row.gone = undefined;
    } else {
      row = {
        id: state.nextId('agent'),
        name: request.name,
        created: now,
        token: `made-up-token-of-${request.name}`.padEnd(40, '0'),
        since: now,
        gone: undefined,
        lastWork: 0,
        platform: request.platform,
        backend: request.backend,
        capacity: request.capacity,
        noSchedule: false,
        customLabels: Object.keys(request.labels).length > 0 ? request.labels : null,
      };
      state.agents.push(row);
    }
    this.agents.push({ ...request, row, shipper: new LogShipper(this.server), runs: new Map() });
    this.#takeBack();
    this.#schedule();
  }

  /** The process dies: its workflows stay as they are, its streams stay open and silent. */
  kill(name: string): boolean {
    const agent = this.agents.find((one) => one.name === name);
    if (!agent) return false;
    this.agents = this.agents.filter((one) => one !== agent);
    const at = this.server.world.clock.now();
    agent.row.gone = lastContact(agent.row, this.server.seconds());
    agent.shipper.abandon();
    for (const { pipeline, workflow, process, abandon } of [...agent.runs.values()].map((run) => ({
      pipeline: run.pipeline,
      workflow: run.workflow,
      process: run.current,
      abandon: () => run.abandon(),
    }))) {
      abandon();
      this.lost.push({ pipeline, workflow, agent: agent.row, at, process, gone: false });
    }
    if (this.lost.length > 0) this.server.world.clock.after(lease, () => this.#takeBack());
    return true;
  }

  /** The process behind a running step; what is left of it when its agent died. */
  processOf(stepId: number): StepProcess | undefined {
    for (const agent of this.agents)
      for (const run of agent.runs.values()) if (run.current?.step.id === stepId) return run.current;
    return undefined;
  }

  lostProcess(stepId: number): StepProcess | undefined {
    return this.lost.find((one) => one.process?.step.id === stepId)?.process;
  }

  /** Polls that wait for work. */
  idle(): number {
    return this.agents.reduce((sum, agent) => sum + agent.capacity - agent.runs.size, 0);
  }

  #runOf(workflowId: number): WorkflowRun | undefined {
    for (const agent of this.agents) {
      const run = agent.runs.get(workflowId);
      if (run) return run;
    }
    return undefined;
  }

  /**
   * When the agent is back after its lease ended, what depended on its lost work is skipped, its steps killed; the work
   * itself goes on reading `running` (seen on 3.17, also after a restart of the server).
   */
  #takeBack(): void {
    const now = this.server.world.clock.now();
    for (const lost of this.lost) {
      const { pipeline, workflow, agent, at } = lost;
      if (now - at < lease || !this.agents.some((one) => one.row === agent)) continue;
      lost.gone = true;
      if (finalStates.has(pipeline.status)) continue;
      for (const waiting of pipeline.workflows) {
        if (waiting.state !== 'pending' || !waiting.dependsOn.includes(workflow.id)) continue;
        waiting.state = 'skipped';
        waiting.agentId = agent.id;
        for (const step of waiting.steps) step.state = 'killed';
      }
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = this.server.world.clock.after(this.latency, () => {
      this.#scheduled = undefined;
      this.#assign();
    });
  }

  #assign(): void {
    const { server } = this;
    if (server.queuePaused || !server.up) return;
    for (const pipeline of server.state.openPipelines()) {
      for (const workflow of pipeline.workflows) {
        if (!isReady(pipeline, workflow)) continue;
        const agent = this.agents.find(
          (one) => !one.row.noSchedule && one.runs.size < one.capacity && takes(one, workflow.labels),
        );
        if (agent) this.#give(agent, pipeline, workflow);
      }
    }
  }

  #give(agent: Agent, pipeline: WpPipeline, workflow: WpWorkflow): void {
    const now = this.server.seconds();
    // Written once a minute at most.
    if (now - agent.row.lastWork >= 60) agent.row.lastWork = now;
    workflow.agentId = agent.row.id;
    const { server, holds, races } = this;
    const run = new WorkflowRun({ server, pipeline, workflow, shipper: agent.shipper, holds, races }, () => {
      agent.runs.delete(workflow.id);
      this.#schedule();
    });
    agent.runs.set(workflow.id, run);
  }
}

/** Ten seconds apart, counted from when the process began. */
export function lastContact(row: WpAgentRow, now: number): number {
  return row.gone ?? row.since + Math.floor((now - row.since) / 10) * 10;
}

/** Every label a workflow asks for has to be offered; an agent takes any repository. */
function takes(agent: Agent, labels: Record<string, string>): boolean {
  const offered: Record<string, string> = {
    platform: agent.platform,
    backend: agent.backend,
    hostname: agent.name,
    repo: '*',
    'org-id': '*',
    ...agent.labels,
  };
  return Object.entries(labels).every(
    ([name, wanted]) =>
      name.startsWith('woodpecker-ci.org/') || offered[name] === wanted || offered[name] === '*',
  );
}
