import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { createDiskLogFiles } from './adapters/log-files/disk.ts';
import type { Config } from './config.ts';
import { createLogStore, type LogStore } from './live/create-log-store.ts';
import { DiskLogs } from './live/engine/disk-logs.ts';
import type { EngineThread } from './live/engine/thread.ts';
import { createPatternRunner } from './live/pattern-runner.ts';
import type { Clock } from './ports/clock.ts';

/** Where logs are kept: in files when a size is allowed for them, else in memory. */
export function composeLogs(config: Config, clock: Clock): LogStore {
  const { search, logs } = config.limits;
  const folder = `${config.dataDir}/logs`;
  const { memoryBytes } = logs;
  const patterns = createPatternRunner({ clock, ...search });
  if (logs.diskBytes === 0) return createLogStore({ now: clock.now, patterns, memoryBytes });
  const disk = new DiskLogs({
    ...{ files: createDiskLogFiles(folder), clock, cap: logs.diskBytes, search },
    start: () => startLogWorker(folder),
  });
  return createLogStore({ now: clock.now, patterns, memoryBytes, disk, running: { place: disk } });
}

/** What a thread may use, MB: it reads any log in less, and one that would not must not take the console with it. */
const resourceLimits = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 6 };

/** From source as TypeScript (needs tsx, as everything from source does), else the built file beside this one. */
export function startLogWorker(folder: string): EngineThread {
  const here = import.meta.url;
  const options = { workerData: { folder }, resourceLimits };
  const worker = here.endsWith('.ts')
    ? new Worker(fromSource(new URL('./log-worker.ts', here)), { ...options, eval: true })
    : new Worker(new URL('./log-worker.js', here), options);
  // Its end is told by `exit`; without a listener an error of it would end the console.
  worker.on('error', () => {});
  return {
    post: (request, transfer = []) => worker.postMessage(request, transfer),
    onAnswer: (listener) => worker.on('message', listener),
    onGone: (listener) => worker.on('exit', listener),
    end: () => void worker.terminate(),
  };
}

/** tsx's own loader does not reach the first file of a worker (4.23, Node 20). */
function fromSource(file: URL): string {
  const { href } = new URL(
    'dist/esm/api/index.mjs',
    pathToFileURL(createRequire(file).resolve('tsx/package.json')),
  );
  return `import(${JSON.stringify(href)}).then(({ tsImport }) => tsImport(${JSON.stringify(file.href)}, ${JSON.stringify(file.href)}))`;
}
