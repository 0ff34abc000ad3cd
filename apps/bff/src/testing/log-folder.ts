import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { logFormats } from '../adapters/ci/log-formats.ts';
import { createDiskLogFiles } from '../adapters/log-files/disk.ts';
import { DiskLogs } from '../live/engine/disk-logs.ts';
import type { EngineAnswer, EngineRequest } from '../live/engine/protocol.ts';
import { serveEngine } from '../live/engine/serve.ts';
import type { EngineThread } from '../live/engine/thread.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import type { LogFiles } from '../ports/log-files.ts';

/** A "thread" in this one: messages are copied as between threads, and arrive later. */
export function startInThread(files: LogFiles): EngineThread {
  const { port1, port2 } = new MessageChannel();
  const serve = serveEngine({
    files,
    formats: logFormats,
    answer: (answer, transfer) => port2.postMessage(answer, transfer),
  });
  port2.on('message', (request: EngineRequest) => serve(request));
  const end = () => port1.close();
  return {
    post: (request, transfer = []) => port1.postMessage(request, transfer),
    onAnswer: (listener) => port1.on('message', (answer: EngineAnswer) => listener(answer)),
    onGone: (listener) => port1.on('close', listener),
    end,
  };
}

/** A folder for one test, and engines over it: a second one is what a console finds after a restart. */
export class LogFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'flightdeck-logs-'));
  readonly disk = createDiskLogFiles(this.folder);
  readonly #engines: DiskLogs[] = [];

  /** `files`: as the threads see them, where it is not simply the folder. */
  engine({ cap = 1e9, files = this.disk, clock = systemClock }: EngineOptions = {}): DiskLogs {
    const engine = new DiskLogs({
      ...{ files, clock, cap },
      start: () => startInThread(files),
      search: { sliceMs: 1_000, atOnce: 4 },
    });
    this.#engines.push(engine);
    return engine;
  }

  end(): void {
    for (const engine of this.#engines) engine.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

interface EngineOptions {
  cap?: number;
  files?: LogFiles;
  clock?: Clock;
}

/** A disk that is full after so many bytes. */
export const fullAfter = (files: LogFiles, bytes: number): LogFiles => ({
  ...files,
  createNow: (name) => {
    const file = files.createNow(name);
    let left = bytes;
    return {
      closeNow: () => file.closeNow(),
      appendNow(part) {
        left -= part.length;
        if (left < 0) throw new Error('ENOSPC: no space left on device');
        file.appendNow(part);
      },
    };
  },
});
