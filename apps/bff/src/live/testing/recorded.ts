import { readFileSync } from 'node:fs';
import type { LogRecord } from '../../ports/ci-server.ts';

const folder = new URL('../../../../sandbox/recordings/drone-2.25.0/', import.meta.url);

export function recorded(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
}

interface RecordedStream {
  chunks: [at: number, text: string][];
  end: string | null;
}

/** Records of a recorded live log with the moment each arrived, and whether the server said it was over. */
export function recordedTail(name: string): { records: (LogRecord & { arrived: number })[]; eof: boolean } {
  const { chunks } = recorded(`${name}.sse`) as RecordedStream;
  const records: (LogRecord & { arrived: number })[] = [];
  let rest = '';
  let eof = false;
  for (const [arrived, text] of chunks) {
    const frames = `${rest}${text}`.split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      const data = frame.trim().match(/^data: (.*)$/m)?.[1];
      if (data === 'eof') eof = true;
      else if (data) records.push({ ...(JSON.parse(data) as LogRecord), arrived });
    }
  }
  return { records, eof };
}

interface RecordedExchange {
  request: { method: string; path: string };
  response: { status: number; json?: unknown };
}

/** Stored logs among recorded exchanges, by path; of several answers the last. Texts that were cut are left out. */
export function recordedLogs(name: string): Map<string, LogRecord[]> {
  const logs = new Map<string, LogRecord[]>();
  for (const exchange of recorded(name) as Partial<RecordedExchange>[]) {
    const { request, response } = exchange;
    if (!request || !response || !/\/logs\/\d+\/\d+$/.test(request.path) || response.status !== 200) continue;
    if (Array.isArray(response.json)) logs.set(request.path, response.json as LogRecord[]);
  }
  return logs;
}
