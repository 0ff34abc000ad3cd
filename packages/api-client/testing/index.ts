export * from './hostile-log.ts';
export * from './naive-terminal.ts';
