export * from './build.ts';
export * from './common.ts';
export * from './credential.ts';
export * from './deployment.ts';
export * from './insight.ts';
export * from './log.ts';
export * from './repository.ts';
export * from './viewer.ts';
