import { parentPort, workerData } from 'node:worker_threads';
import { logFormats } from './adapters/ci/log-formats.ts';
import { createDiskLogFiles } from './adapters/log-files/disk.ts';
import type { EngineRequest } from './live/engine/protocol.ts';
import { serveEngine } from './live/engine/serve.ts';

/** The thread that reads and searches logs: its composition. `workerData.folder`: where their files are. */
const port = parentPort;
if (!port) throw new Error('This file is a worker’s.');
const { folder } = workerData as { folder: string };
const serve = serveEngine({
  files: createDiskLogFiles(folder),
  formats: logFormats,
  answer: (answer, transfer) => port.postMessage(answer, transfer),
});
port.on('message', (request: EngineRequest) => serve(request));
