/** Waiting time before try number `attempt` (from 0): doubled each time up to `max`, then 50–100 % of it. */
export function backoff(attempt: number, first: number, max: number, random: () => number): number {
  const full = Math.min(max, first * 2 ** Math.min(attempt, 30));
  return full * (0.5 + random() / 2);
}
