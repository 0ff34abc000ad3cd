import { systemClock } from '../../ports/clock.ts';
import { createLogStore, type LogStore } from '../create-log-store.ts';
import type { ServerFacts } from '../log-hub.ts';
import { LogText } from '../log-text.ts';
import { createPatternRunner } from '../pattern-runner.ts';

export const patterns = createPatternRunner({ clock: systemClock, sliceMs: 1_000, atOnce: 8 });

/** Logs in memory only. */
export const memoryStore = (now: () => number = Date.now): LogStore => createLogStore({ now, patterns });

export const textOf = (generation: number): LogText => new LogText(generation, patterns);

/** What is known of the CI server of a scripted step. */
export const scriptedServer: ServerFacts = {
  ...{ limitBytes: null, limitKeeps: 'last', format: 'plain' },
  ...{ liveHistory: null, storesEarly: false },
};
