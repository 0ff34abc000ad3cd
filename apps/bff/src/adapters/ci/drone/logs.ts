import type { LiveCalls } from '../../../ports/ci-server.ts';
import { type Caller, inRepo } from '../caller.ts';
import { plainRecord, storedRecords } from '../records.ts';
import { routes } from './routes.ts';

/** 404 also while the step runs, when it never ran, and after the log was deleted. */
export function logCalls(caller: Caller): Pick<LiveCalls, 'storedLog'> {
  return {
    storedLog: (path, step, signal) => {
      const request = { route: routes.storedLog, params: { ...inRepo(path), ...step } };
      return storedRecords(caller, request, plainRecord, signal);
    },
  };
}
