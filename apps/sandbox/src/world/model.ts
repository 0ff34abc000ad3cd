/**
 * The types of the sandbox's small world. Times are milliseconds of the virtual clock unless a name says seconds.
 */
export type * from './ci-model.ts';
export type * from './forge-model.ts';
