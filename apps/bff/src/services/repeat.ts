import type { CiBuildEvent } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';

export interface Pace {
  clock: Clock;
  signal: AbortSignal;
  /** Pause between two rounds; doubled after each failure in a row, up to `slowestMs`. */
  ms: number;
  slowestMs: number;
  onError: (error: unknown) => void;
}

/** Runs `task` again and again until the signal aborts; never two at once, never throws. */
export async function repeat(
  { clock, signal, ms, slowestMs, onError }: Pace,
  task: () => Promise<void>,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await task();
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      onError(error);
    }
    await clock.sleep(Math.min(ms * 2 ** failures, Math.max(ms, slowestMs)), signal);
  }
}

/**
 * Keeps an event stream open until the signal aborts. Streams have no history: `opened` is called at each
 * (re)connection, to fetch anew what was missed.
 */
export async function keepListening(
  pace: Pace,
  open: (signal: AbortSignal) => AsyncIterable<CiBuildEvent | { type: 'open' }>,
  on: { opened: () => Promise<void>; heard: (event: CiBuildEvent) => void },
): Promise<void> {
  const { clock, signal, ms, onError } = pace;
  await repeat(pace, async () => {
    let openedAt: number | null = null;
    let cut: unknown = null;
    try {
      for await (const event of open(signal)) {
        if ('type' in event) {
          openedAt = clock.now();
          await on.opened().catch(onError);
        } else on.heard(event);
      }
    } catch (error) {
      cut = error;
    }
    if (signal.aborted) return;
    // One that stood for a while and broke is opened again soon; one that ends at once, again and again, must not spin.
    if (openedAt === null || clock.now() - openedAt < 10 * ms)
      throw cut ?? new Error('the event stream ended at once');
    if (cut !== null) onError(cut);
  });
}
