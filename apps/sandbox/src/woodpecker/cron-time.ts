import { nextRun } from '../ci/cron-time.ts';

const macro = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$|^@every\s+\S+$/;

/** Why a schedule is none, in the server's words: exactly five fields, or a macro. */
export function cronFault(schedule: string): string | undefined {
  const fields = schedule.trim().split(/\s+/);
  if (macro.test(schedule.trim())) return undefined;
  if (fields.length !== 5)
    return `can't parse schedule: expected exactly 5 fields, found ${fields.length}: [${schedule}]`;
  return nextCron(schedule, 0) === undefined
    ? `can't parse schedule: failed to parse: [${schedule}]`
    : undefined;
}

/** The first moment after `after` (Unix seconds). */
export function nextCron(schedule: string, after: number): number | undefined {
  const text = schedule.trim();
  return nextRun(macro.test(text) ? text : `0 ${text}`, after);
}
