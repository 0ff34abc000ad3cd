export * from './live-messages.ts';
export * from './plain-routes.ts';
export * from './policy.ts';
export * from './problem.ts';
export * from './routes.ts';
export * from './shapes.ts';
export * from './sign-in.ts';
