import type { LogSummary } from '@flightdeck/api-client/model';

/** A stored log whose end has not come from the CI server yet: lines are still added to it. */
export const isBeingRead = (summary: LogSummary | null): boolean =>
  summary?.indexed === false && (summary.state === 'complete' || summary.state === 'truncated');
