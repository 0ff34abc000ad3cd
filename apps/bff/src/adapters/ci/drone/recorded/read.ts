import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Answers and streams of a real Drone 2.25.0; what is in them: apps/sandbox/recordings. */
const folder = fileURLToPath(new URL('../../../../../../sandbox/recordings/drone-2.25.0/', import.meta.url));

export interface Exchange {
  file: string;
  index: number;
  as: string;
  method: string;
  /** Path with query. */
  path: string;
  body: unknown;
  status: number;
  headers: Record<string, string>;
  /** Body as it went over the wire. */
  text: string;
  note: string;
}

interface Recorded {
  as?: string;
  by?: string;
  note?: string;
  request?: { method: string; path?: string; url?: string; json?: unknown; text?: string };
  response?: { status: number; headers?: Record<string, string>; json?: unknown; text?: string };
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(folder + file, 'utf8'));
const files = readdirSync(folder).sort();

/** Every recorded exchange; entries that hold figures only are left out. */
export function exchanges(): Exchange[] {
  return files
    .filter((file) => file.endsWith('.json') && !file.endsWith('.sse.json') && !file.startsWith('08-'))
    .flatMap((file) =>
      (readJson(file) as Recorded[]).flatMap((recorded, index): Exchange[] => {
        const { request, response } = recorded;
        if (!request || !response) return [];
        const url = request.url ? new URL(request.url) : null;
        return [
          {
            file: file.replace('.json', ''),
            index,
            as: recorded.as ?? recorded.by ?? '',
            method: request.method,
            path: url ? `${url.host}${url.pathname}${url.search}` : (request.path ?? ''),
            body: request.json ?? request.text,
            status: response.status,
            headers: response.headers ?? {},
            text: 'json' in response ? JSON.stringify(response.json) : (response.text ?? ''),
            note: recorded.note ?? '',
          },
        ];
      }),
    );
}

export interface RecordedStream {
  file: string;
  path: string;
  status: number;
  chunks: string[];
  /** null: still open when the recording stopped. */
  end: string | null;
}

export function streams(): RecordedStream[] {
  return files
    .filter((file) => file.endsWith('.sse.json'))
    .map((file) => {
      const { path, status, chunks, end } = readJson(file) as Omit<RecordedStream, 'file' | 'chunks'> & {
        chunks: [number, string][];
      };
      return {
        file: file.replace('.sse.json', ''),
        path,
        status,
        end,
        chunks: chunks.map(([, text]) => text),
      };
    });
}

/** The two excerpts of long stored logs. */
export function excerpt(file: string): Record<string, { pos: number; out: string; time: number }[]> {
  return readJson(`${file}.json`) as Record<string, { pos: number; out: string; time: number }[]>;
}
