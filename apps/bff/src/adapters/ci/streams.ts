import { Failure } from '../../domain/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import { shapeFault } from '../upstream/body.ts';
import { openEvents, type SseEvent } from '../upstream/sse.ts';
import { defaultLimits, type UpstreamRequest } from '../upstream/types.ts';
import type { Caller } from './caller.ts';

/** For streams that are pinged every 30 s, with the pings flushed. */
export const silenceMs = 90_000;

export interface StreamOptions {
  signal: AbortSignal;
  /** Watches the stream by this clock: without a byte for `silenceMs` it counts as cut. */
  watch?: Clock;
}

/**
 * An event stream of the server: `'open'`, then its frames in batches as they arrive. Whoever reads it returns at the
 * server's own word for the end; a stream that ends without one was cut, and throws.
 */
export async function* framesOf(
  caller: Caller,
  request: UpstreamRequest,
  { signal, watch }: StreamOptions,
): AsyncGenerator<'open' | SseEvent[]> {
  const { instance, token, upstream } = caller;
  const cut = (raw: string) => cutStream(instance, raw);
  const notEvents = (contentType: string) =>
    new Failure('ci_answer_unreadable', `"${instance}" answered with something else than events.`, {
      instance,
      raw: contentType,
    });
  const silence = watch && {
    ms: silenceMs,
    clock: watch,
    error: () => cut(`no sign of life for ${silenceMs / 1000} s`),
  };
  const options = { signal, notEvents, ...(silence ? { silence } : {}) };
  try {
    yield* openEvents(upstream, { ...request, token }, options);
  } catch (error) {
    throw caller.translate(error);
  }
  throw cut('it ended without a word');
}

export const cutStream = (instance: string, raw: string): Failure =>
  new Failure('ci_unreachable', `The stream from "${instance}" was cut.`, { instance, raw });

/** What a frame carries; null for what is no JSON, or more than anybody could mean. */
export function parsedJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return shapeFault(value, defaultLimits) ? null : value;
  } catch {
    return null;
  }
}
