import { Failure } from '../../../domain/failure.ts';
import type { CiBuildEvent, CiClient, TailEvent } from '../../../ports/ci-server.ts';
import type { Clock } from '../../../ports/clock.ts';
import { shapeFault } from '../../upstream/body.ts';
import { openEvents, type SseEvent } from '../../upstream/sse.ts';
import { defaultLimits } from '../../upstream/types.ts';
import { type Caller, inRepo, translate } from './caller.ts';
import { recordOf } from './record.ts';
import { routes } from './routes.ts';
import { buildOf } from './translate.ts';
import { eventWire } from './wire.ts';

type Streams = Pick<CiClient, 'events' | 'tail'>;

/** Pings come every 30 s and are flushed on event streams; on log streams they are not (2.25.0). */
const silenceMs = 90_000;

export function streamCalls(caller: Caller, clock: Clock): Streams {
  const cut = (raw: string) =>
    new Failure('ci_unreachable', `The stream from "${caller.instance}" was cut.`, {
      instance: caller.instance,
      raw,
    });
  const notEvents = (contentType: string) =>
    new Failure('ci_answer_unreadable', `"${caller.instance}" answered with something else than events.`, {
      instance: caller.instance,
      raw: contentType,
    });
  const { token } = caller;

  async function* events(path: string | null, signal: AbortSignal) {
    const request =
      path === null ? { route: routes.allEvents } : { route: routes.events, params: inRepo(path) };
    const silence = { ms: silenceMs, clock, error: () => cut(`no sign of life for ${silenceMs / 1000} s`) };
    try {
      for await (const batch of openEvents(
        caller.upstream,
        { ...request, token },
        { signal, silence, notEvents },
      )) {
        if (batch === 'open') {
          yield { type: 'open' as const };
          continue;
        }
        for (const frame of batch) {
          if (isEnd(frame)) return;
          const event = buildEventOf(frame);
          if (event) yield event;
        }
      }
    } catch (error) {
      throw translate(error);
    }
    throw cut('it ended without a word');
  }

  async function* tail(
    path: string,
    step: { number: number; stage: number; step: number },
    signal: AbortSignal,
  ): AsyncGenerator<TailEvent> {
    const params = { ...inRepo(path), ...step };
    const request = { route: routes.tail, params, token };
    try {
      for await (const batch of openEvents(caller.upstream, request, { signal, notEvents })) {
        if (batch === 'open') {
          yield { type: 'open' };
          continue;
        }
        const records = batch.filter((frame) => frame.event === '').flatMap((frame) => recordOf(frame.data));
        if (records.length > 0) yield { type: 'records', records };
        if (batch.some(isEnd)) {
          yield { type: 'end' };
          return;
        }
      }
    } catch (error) {
      throw translate(error);
    }
    throw cut('it ended without a word');
  }

  return { events, tail };
}

const isEnd = (frame: SseEvent): boolean => frame.event === 'error' && frame.data.trim() === 'eof';

/** A repository with the build that moved; null for a frame that says anything else. */
export function buildEventOf(frame: SseEvent): CiBuildEvent | null {
  if (frame.event !== '') return null;
  const parsed = eventWire.safeParse(parsedJson(frame.data));
  if (!parsed.success) return null;
  const { slug, uid, build } = parsed.data;
  return { path: slug, forgeRepoId: uid, build: buildOf(build, slug) };
}

function parsedJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return shapeFault(value, defaultLimits) ? null : value;
  } catch {
    return null;
  }
}
