import type { Random } from '../world/random.ts';
import type { World } from '../world/world.ts';
import type { Timeline } from './timeline.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** What people did to one repository of a CI server in a past made by chance. */
export interface Pushes {
  /** One that no other repository has, on any server: what happens to one must not hang on when others are busy. */
  name: string;
  authors: readonly string[];
  messages: readonly string[];
  perDay: number;
}

/** One of the pushes, with the repository's own chance for what comes of it. */
export interface Change {
  author: string;
  message: string;
  /** How many came before it. */
  count: number;
  random: Random;
}

/** Pushes to one repository at times made by chance, the same each time, up to some hours before the end. */
export function planPushes(
  world: World,
  line: Timeline,
  end: number,
  { name, authors, messages, perDay }: Pushes,
  run: (change: Change) => void,
): void {
  const random = world.random.of(name);
  let at = world.clock.now() + random.int(1, 20) * hour;
  for (let count = 0; at < end - 6 * hour; count += 1) {
    const message = messages[count % messages.length] ?? 'Work';
    line.at(at, () => run({ author: random.pick([...authors]), message, count, random }));
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
