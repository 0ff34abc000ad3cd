import type { LogHit, LogQuery } from '@flightdeck/api-client/model';
import { LOG_CHUNK_LINES } from '@flightdeck/api-client/model';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { LogFeed } from '../feed.ts';
import { type Found, hitsBefore, placeOf } from './found.ts';

export interface CurrentHit {
  /** Among all, from 0. */
  at: number;
  /** Index from 0. */
  line: number;
}

export interface Hits {
  current: CurrentHit | null;
  /** To the next or previous hit; the first time from the line that `from` names. */
  step: (by: 1 | -1) => void;
}

const KEEP_CHUNKS = 32;

/** Steps through the hits of a search, however many there are: those of one chunk at a time are asked for. */
export function useHits(
  feed: LogFeed,
  term: LogQuery,
  found: Found | null,
  from: () => number,
  show: (line: number) => void,
): Hits {
  const [current, setCurrent] = useState<CurrentHit | null>(null);
  const { q, matchCase, word, regex } = term;
  const generation = found?.generation ?? 0;
  const turn = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another term or text begins before its first hit.
  useEffect(() => {
    turn.current += 1;
    setCurrent(null);
  }, [q, matchCase, word, regex, generation]);

  const hitsOf = useChunkHits(feed, term, found);
  const step = useCallback(
    (by: 1 | -1) => {
      if (!found || found.total === 0) return;
      turn.current += 1;
      const mine = turn.current;
      const linesOf = async (chunk: number) => (await hitsOf(chunk)).map((hit) => hit.index);
      const go = async () => {
        const begin = current ? current.at + by : await hitsBefore(found, from(), linesOf);
        const at = (begin + (current || by === 1 ? 0 : -1) + found.total) % found.total;
        const place = placeOf(found, at);
        if (!place) return;
        const line = 'line' in place ? place.line : (await linesOf(place.chunk))[place.within];
        if (line === undefined || mine !== turn.current) return;
        setCurrent({ at, line });
        show(line);
      };
      // A refusal leaves things as they are: the next press asks again.
      go().catch(() => {});
    },
    [found, current, from, show, hitsOf],
  );
  return { current, step };
}

/** The hits of a chunk of lines, each asked for once. */
export function useChunkHits(
  feed: LogFeed,
  term: LogQuery,
  found: Found | null,
): (chunk: number) => Promise<readonly LogHit[]> {
  const { q, matchCase, word, regex } = term;
  const generation = found?.generation ?? 0;
  // More hits: lines have come, or were not searched yet.
  const total = found?.total ?? 0;
  const held = useRef<{ key: string; chunks: Map<number, Promise<readonly LogHit[]>> }>({
    key: '',
    chunks: new Map(),
  });
  return useCallback(
    (chunk: number) => {
      const key = JSON.stringify([q, matchCase, word, regex, generation, total]);
      if (held.current.key !== key) held.current = { key, chunks: new Map() };
      const { chunks } = held.current;
      const known = chunks.get(chunk);
      if (known) return known;
      const first = chunk * LOG_CHUNK_LINES;
      const asked = feed
        .matches({ q, matchCase, word, regex }, generation, first, first + LOG_CHUNK_LINES)
        .then(({ hits }) => hits);
      chunks.set(chunk, asked);
      asked.catch(() => chunks.delete(chunk));
      for (const oldest of chunks.keys()) {
        if (chunks.size <= KEEP_CHUNKS) break;
        chunks.delete(oldest);
      }
      return asked;
    },
    [feed, q, matchCase, word, regex, generation, total],
  );
}
