import { isFinished, type Status } from '@flightdeck/api-client/model';

/** Words that every server of this family has, for builds as for their parts. */
export const familyStatuses: Readonly<Record<string, Status>> = {
  pending: 'waiting',
  blocked: 'approval',
  running: 'running',
  success: 'success',
  failure: 'failure',
  error: 'error',
  killed: 'cancelled',
  declined: 'declined',
  skipped: 'skipped',
};

/** 0 also stands with what was cut off, skipped, or failed by a part that has the code. */
export function exitOf(status: Status, code: number): number | null {
  if (!isFinished(status) || status === 'skipped') return null;
  return code === 0 && status !== 'success' ? null : code;
}
