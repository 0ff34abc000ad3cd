import type { Caller } from '../caller.ts';
import { routes } from './routes.ts';
import { queueWire } from './wire.ts';

/** Labels of what was in the queue, by the inner id of the topmost process: of one server, and they do not change. */
export type QueueTasks = Map<string, Record<string, string>>;

const most = 5_000;

/** Only administrators are told; whoever asks for builds gets them without. */
export async function learnTasks(caller: Caller, tasks: QueueTasks): Promise<void> {
  try {
    const { pending, running } = await caller.json(queueWire, { route: routes.queue, retries: 0 });
    if (tasks.size > most) tasks.clear();
    for (const { id, labels } of [...running, ...pending]) tasks.set(id, labels);
  } catch {
    // Nothing but platforms and labels would be missing.
  }
}
