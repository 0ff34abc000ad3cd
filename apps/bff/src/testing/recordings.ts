import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

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

export interface RecordedStream {
  file: string;
  path: string;
  status: number;
  chunks: string[];
  /** null: still open when the recording stopped. */
  end: string | null;
}

interface Recorded {
  as?: string;
  by?: string;
  note?: string;
  request?: { method: string; path?: string; url?: string; json?: unknown; text?: string };
  response?: { status: number; headers?: Record<string, string>; json?: unknown; text?: string };
}

export interface Recordings {
  json(file: string): unknown;
  /** Every recorded exchange; entries that hold figures only are left out. */
  exchanges(isList?: (file: string) => boolean): Exchange[];
  streams(): RecordedStream[];
}

/** Answers and streams of a real server, by the name of their folder; what is in them: apps/sandbox/recordings. */
export function recordingsOf(server: string): Recordings {
  const folder = fileURLToPath(new URL(`../../../sandbox/recordings/${server}/`, import.meta.url));
  const files = readdirSync(folder).sort();
  const json = (file: string): unknown => JSON.parse(readFileSync(folder + file, 'utf8'));

  return {
    json,
    exchanges: (isList = () => true) =>
      files
        .filter((file) => file.endsWith('.json') && !file.endsWith('.sse.json') && isList(file))
        .flatMap((file) =>
          (json(file) as Recorded[]).flatMap((recorded, index) => exchangeOf(file, recorded, index)),
        ),
    streams: () =>
      files
        .filter((file) => file.endsWith('.sse.json'))
        .map((file) => {
          const { path, status, chunks, end } = json(file) as Omit<RecordedStream, 'file' | 'chunks'> & {
            chunks: [number, string][];
          };
          const texts = chunks.map(([, text]) => text);
          return { file: file.replace('.sse.json', ''), path, status, end, chunks: texts };
        }),
  };
}

function exchangeOf(file: string, recorded: Recorded, index: number): Exchange[] {
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
}

/**
 * The route an exchange belongs to: the one with the most literal segments that fits, `{name...}` taking several;
 * `numbers` are the placeholders that only digits fit. null: none does.
 */
export function routeAmong(
  routes: readonly string[],
  exchange: Exchange,
  numbers: readonly string[],
): { route: string; at: (name: string) => string } | null {
  const bare = `${exchange.method} ${exchange.path.split('?')[0]}`.split('/');
  const literals = (route: string) => route.split('/').filter((part) => !part.startsWith('{')).length;
  for (const route of [...routes].sort((a, b) => literals(b) - literals(a))) {
    const parts = route.split('/');
    const rest = parts.at(-1)?.endsWith('...}') ?? false;
    if (rest ? bare.length < parts.length : parts.length !== bare.length) continue;
    const found = new Map<string, string>();
    const fits = parts.every((part, i) => {
      const name = /^\{(.+?)(?:\.\.\.)?\}$/.exec(part)?.[1];
      if (!name) return part === bare[i];
      const value = part.endsWith('...}') ? bare.slice(i).join('/') : (bare[i] ?? '');
      found.set(name, value);
      return numbers.includes(name) ? /^\d+$/.test(value) : true;
    });
    if (fits) return { route, at: (name) => found.get(name) ?? '' };
  }
  return null;
}
