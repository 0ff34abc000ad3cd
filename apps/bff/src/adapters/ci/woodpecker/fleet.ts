import type { CiRunner, FleetCalls, QueuedStage } from '../../../ports/ci-server.ts';
import type { Caller } from '../caller.ts';
import { everyPage } from '../pages.ts';
import { instant, platformOf } from '../parts.ts';
import { pageSize } from './repositories.ts';
import { routes } from './routes.ts';
import { type AgentWire, agentListWire, type QueueWire, queueWire, type TaskWire } from './wire.ts';

export function fleetCalls(caller: Caller): FleetCalls {
  const allAgents = () =>
    everyPage({ size: pageSize, most: 20 }, (page) =>
      caller.json(agentListWire, { route: routes.agents, query: { page, perPage: pageSize } }),
    );
  const ask = () => caller.json(queueWire, { route: routes.queue });
  return {
    queue: async () => stagesOf(await ask()),
    fleet: async () => {
      const [queue, agents] = await Promise.all([ask(), allAgents()]);
      return {
        runners: agents.map(runnerOf),
        stages: stagesOf(queue),
        paused: queue.paused,
        idle: queue.stats.worker_count,
      };
    },
  };
}

/** What an agent says it takes, as the server compares it with what a task asks for (3.17.0, 2.8). */
function runnerOf(agent: AgentWire): CiRunner {
  return {
    name: agent.name || `agent ${agent.id}`,
    labels: {
      platform: agent.platform,
      backend: agent.backend,
      hostname: agent.name,
      repo: '*',
      'org-id': agent.org_id < 0 ? '*' : String(agent.org_id),
      ...agent.custom_labels,
    },
    capacity: agent.capacity,
    resting: agent.no_schedule,
    lastContactAt: instant(agent.last_contact),
  };
}

function stagesOf(queue: QueueWire): QueuedStage[] {
  return [
    ...queue.running.map((task) => stageOf(task, true)),
    ...queue.pending.map((task) => stageOf(task, false)),
    ...queue.waiting_on_deps.map((task) => stageOf(task, false)),
  ];
}

function stageOf(task: TaskWire, running: boolean): QueuedStage {
  const platform = platformOf(task.labels.platform ?? '');
  return {
    path: task.labels.repo || null,
    // Since 3.10; before it a task names its pipeline by an inner id.
    number: task.pipeline_number || null,
    stage: task.name,
    stageNumber: task.pid || null,
    labels: Object.fromEntries(Object.entries(task.labels).filter(([name]) => !name.includes('/'))),
    type: task.labels.backend ?? '',
    os: platform?.os ?? '',
    arch: platform?.arch ?? '',
    running,
    runner: task.agent_name || (task.agent_id > 0 ? `agent ${task.agent_id}` : null),
    since: instant(task.created),
  };
}
