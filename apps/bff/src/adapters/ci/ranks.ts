import type { Status } from '@flightdeck/api-client/model';

/**
 * For servers without counters whose events overtake each other (Woodpecker 3.17.0: three of five recorded builds end
 * with a message that says `running` again; Drone 0.8 hands each event to a thread of its own). A part's version says
 * how far it is; the higher one wins when snapshots are merged. An end that was told outranks one that is only concluded
 * from the build's.
 */
export function rankOf(status: Status, told = true): number {
  if (status === 'unknown') return 0;
  if (status === 'approval') return 1;
  if (status === 'waiting') return 2;
  return status === 'running' || !told ? 3 : 4;
}
