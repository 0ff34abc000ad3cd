import type { FleetCalls, QueuedStage } from '../../../ports/ci-server.ts';
import { type Caller, inRepo } from '../caller.ts';
import { routes } from './routes.ts';
import { buildOf, demandsOf } from './translate.ts';
import { buildWire, feedWire, queueWire, type TaskWire } from './wire.ts';

/** What the queue calls by the inner id of its topmost process alone. */
interface Place {
  path: string;
  number: number;
  stage: { number: number; name: string; runner: string | null; startedAt: number | null };
  createdAt: number;
}

const mostLooks = 25;
const mostPlaces = 5_000;

/** Of one server: which process belongs to which build does not change. */
export type Places = Map<string, Place>;

export function fleetCalls(caller: Caller, places: Places): FleetCalls {
  /** Asks for open builds, as long as some task's process is of none that is known. */
  async function learn(tasks: readonly TaskWire[]): Promise<void> {
    if (tasks.every((task) => places.has(task.id))) return;
    if (places.size > mostPlaces) places.clear();
    const known = new Set([...places.values()].map((place) => `${place.path}#${place.number}`));
    const open = await caller.json(feedWire, { route: routes.incomplete });
    const news = open.filter(({ full_name, number }) => number > 0 && !known.has(`${full_name}#${number}`));
    // Oldest first, as the queue is.
    const looks = news.slice(0, mostLooks).map(async ({ full_name: path, number }) => {
      const params = { ...inRepo(path), number };
      const wire = await caller.json(buildWire, { route: routes.build, params, retries: 0 });
      const build = buildOf(wire);
      for (const stage of build.stages) {
        const top = wire.procs.find((proc) => proc.pid === stage.number && proc.ppid === 0);
        if (top) places.set(String(top.id), { path, number, stage, createdAt: build.createdAt });
      }
    });
    await Promise.allSettled(looks);
  }

  return {
    queue: async () => {
      const { pending, running } = await caller.json(queueWire, { route: routes.queue });
      // A task without a name for its build is still worth knowing.
      await learn([...running, ...pending]).catch(() => {});
      return [
        ...running.map((task) => stageOf(task, places.get(task.id), true)),
        ...pending.map((task) => stageOf(task, places.get(task.id), false)),
      ];
    },

    // Agents show only in what they have taken.
    fleet: async () => null,
  };
}

function stageOf({ labels }: TaskWire, place: Place | undefined, running: boolean): QueuedStage {
  const { platform, labels: others } = demandsOf(labels);
  return {
    // The label is there on builds that the forge asked for, not on restarts and promotions (0.8.10).
    path: place?.path ?? labels.repo ?? null,
    number: place?.number ?? null,
    stage: place?.stage.name ?? '',
    stageNumber: place?.stage.number ?? null,
    labels: others,
    type: 'docker',
    os: platform?.os ?? '',
    arch: platform?.arch ?? '',
    running,
    runner: place?.stage.runner ?? null,
    since: place?.stage.startedAt ?? place?.createdAt ?? null,
  };
}
