import { createParser } from 'eventsource-parser';
import type { Clock } from '../../ports/clock.ts';
import type { Upstream, UpstreamRequest } from './types.ts';

export interface SseEvent {
  /** '' where the server names none (the default event). */
  event: string;
  data: string;
}

export interface SseOptions {
  signal: AbortSignal;
  /**
   * Not one byte (pings count) for so long: the stream throws `silent()`. For servers that flush their pings.
   */
  silence?: { ms: number; clock: Clock; error: () => Error };
  /** A frame may grow to so many bytes; default 16 MiB. */
  maxFrameBytes?: number;
}

/**
 * Bytes → events, in batches as they arrive (a batch holds what one piece of the body completed).
 * Only frames that are complete come out: what stands unfinished when the body ends is dropped.
 * Comments (pings) give nothing. Throws what the body throws.
 */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  options: SseOptions,
): AsyncGenerator<SseEvent[]> {
  let batch: SseEvent[] = [];
  let held = 0;
  const limit = options.maxFrameBytes ?? 16 * 1024 * 1024;
  const parser = createParser({
    onEvent: ({ event, data }) => {
      batch.push({ event: event ?? '', data });
      held = 0;
    },
    onComment: () => {
      held = 0;
    },
  });
  const decoder = new TextDecoder();
  const source = body[Symbol.asyncIterator]();
  const next = options.silence ? withWatchdog(source, options.silence, options.signal) : () => source.next();
  try {
    for (;;) {
      options.signal.throwIfAborted();
      const part = await next();
      if (part.done) return;
      held += part.value.byteLength;
      parser.feed(decoder.decode(part.value, { stream: true }));
      if (held > limit) throw new Error(`a frame of more than ${limit} bytes`);
      if (batch.length) {
        const ready = batch;
        batch = [];
        yield ready;
      }
    }
  } finally {
    // Not awaited: after a watchdog's bite the body may still be reading.
    void Promise.resolve(source.return?.()).catch(() => {});
  }
}

function withWatchdog<T>(
  source: AsyncIterator<T>,
  silence: NonNullable<SseOptions['silence']>,
  signal: AbortSignal,
): () => Promise<IteratorResult<T>> {
  return async () => {
    const quiet = new AbortController();
    const stop = () => quiet.abort();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const bite = silence.clock.sleep(silence.ms, quiet.signal).then(() => {
        // Woken by the piece that arrived, or by the caller, who ends the body too.
        if (quiet.signal.aborted) return new Promise<never>(() => {});
        throw silence.error();
      });
      return await Promise.race([source.next(), bite]);
    } finally {
      signal.removeEventListener('abort', stop);
      quiet.abort();
    }
  };
}

/**
 * Opens an event stream and reads it: first `'open'`, then batches. The connection is closed when the reader stops,
 * the signal aborts or the watchdog bites. An answer that is no event stream throws `notEvents()`.
 */
export async function* openEvents(
  upstream: Upstream,
  request: UpstreamRequest,
  options: SseOptions & { notEvents: (contentType: string) => Error },
): AsyncGenerator<'open' | SseEvent[]> {
  options.signal.throwIfAborted();
  const own = new AbortController();
  const pass = () => own.abort(options.signal.reason);
  options.signal.addEventListener('abort', pass, { once: true });
  try {
    const { body, contentType } = await upstream.stream({
      ...request,
      accept: 'text/event-stream',
      signal: own.signal,
    });
    if (!contentType.includes('text/event-stream')) throw options.notEvents(contentType);
    yield 'open';
    yield* readEvents(body, { ...options, signal: own.signal });
  } finally {
    options.signal.removeEventListener('abort', pass);
    // Ends the body even while a read of it is pending, which a generator's return() cannot.
    own.abort(new Error('the reader stopped'));
  }
}
