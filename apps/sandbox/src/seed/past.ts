import type { World } from '../world/world.ts';
import type { Timeline } from './timeline.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** What a person did on a CI server in a past made by chance. */
export interface Pushes {
  authors: readonly string[];
  messages: readonly string[];
  perDay: number;
}

/** Pushes to one repository at times made by chance, the same each time, up to some hours before the end. */
export function planPushes(
  world: World,
  line: Timeline,
  end: number,
  { authors, messages, perDay }: Pushes,
  run: (author: string, message: string, count: number) => void,
): void {
  const { random, clock } = world;
  let at = clock.now() + random.int(1, 20) * hour;
  for (let count = 0; at < end - 6 * hour; count += 1) {
    const message = messages[count % messages.length] ?? 'Work';
    line.at(at, () => run(random.pick([...authors]), message, count));
    at += Math.floor((day / perDay) * (0.3 + 1.4 * random.next()));
  }
}

/** What a server refuses in the past is refused: nothing comes of it. */
export function attempt(run: () => unknown): void {
  try {
    run();
  } catch {
    // As for the person who tried.
  }
}
