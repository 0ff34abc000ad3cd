import type { LiveCalls } from '../../../ports/ci-server.ts';
import { type Caller, inRepo } from '../caller.ts';
import { plainLog, storedBytes, storedCalls } from '../records.ts';
import { routes } from './routes.ts';

/** 404 also while the step runs, when it never ran, and after the log was deleted. */
export function logCalls(caller: Caller): Pick<LiveCalls, 'storedLog' | 'storedBytes' | 'storedSoFar'> {
  const bytes: LiveCalls['storedBytes'] = (path, step, signal) =>
    storedBytes(caller, { route: routes.storedLog, params: { ...inRepo(path), ...step } }, signal);
  return storedCalls(caller.instance, bytes, plainLog);
}
