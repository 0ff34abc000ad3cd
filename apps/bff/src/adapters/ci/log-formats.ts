import type { LogDecoder } from '../../ports/ci-server.ts';
import { plainLog } from './records.ts';
import { entryLog } from './woodpecker/record.ts';

/** Formats of stored logs, by the names servers give (`CiServer.logFormat`); asked in the thread that reads logs. */
export const logFormats: Readonly<Record<string, () => LogDecoder>> = {
  plain: plainLog,
  woodpecker: entryLog,
};
