/** Where lines come from: so many a second, each with the moment when it was due. */
import { sharedNow } from './processes.mjs';

/** Digits of the due time in a line; viewers look for them. */
export const DUE_DIGITS = 16;

/**
 * Calls `sink(text)` for each line until stopped. A line that is late (this process was kept waiting) is given at once
 * and keeps the moment when it was due, so lateness counts as latency. Answers the way to stop, which tells how many
 * lines there were.
 */
export function flow(perSecond, sink) {
  const every = 1e9 / perSecond;
  const began = sharedNow();
  let count = 0;
  let timer = null;
  const turn = () => {
    for (const now = sharedNow(); began + count * every <= now; count += 1)
      sink(lineText(Math.round(began + count * every), count));
    timer = setTimeout(turn, 1);
  };
  turn();
  return () => {
    clearTimeout(timer);
    return count;
  };
}

/** About 100 bytes, coloured as a build tool's lines are. */
const lineText = (due, count) =>
  `${String(due).slice(-DUE_DIGITS).padStart(DUE_DIGITS, '0')} \u001b[32m   Compiling\u001b[0m part-${count} v0.1.${count % 97} (registry) \u001b[2m+ 42 features, cached\u001b[0m\n`;
