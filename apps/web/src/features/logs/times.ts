import type { LogView } from '@flightdeck/api-client/model';
import { clockText } from '../../lib/format.ts';

/** What stands beside a line: nothing, the time since the step began, or the time of day. */
export type Times = LogView['times'];

export const nextTimes = (times: Times): Times =>
  times === 'off' ? 'relative' : times === 'relative' ? 'absolute' : 'off';

/** `at`: seconds since the step began. The servers keep whole seconds, so no more is shown. */
export function lineTime(at: number, times: Times, startedAt: number | null): string {
  if (times === 'off') return '';
  if (times === 'relative' || startedAt === null) return clockText(at * 1_000);
  const time = new Date(startedAt + at * 1_000);
  return [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
