import type { StepRef } from '@flightdeck/api-client/model';
import type { CiBuildEvent, LiveCalls, TailEvent } from '../../../ports/ci-server.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { SseEvent } from '../../upstream/sse.ts';
import { type Caller, inRepo } from '../caller.ts';
import { plainRecord, recordOf } from '../records.ts';
import { framesOf, parsedJson } from '../streams.ts';
import { routes } from './routes.ts';
import { buildOf } from './translate.ts';
import { eventWire } from './wire.ts';

/** Pings are flushed on event streams; on log streams they are not (2.25.0), and nothing watches over those. */
export function streamCalls(caller: Caller, clock: Clock): Pick<LiveCalls, 'events' | 'tail'> {
  async function* events(path: string | null, signal: AbortSignal) {
    const request =
      path === null ? { route: routes.allEvents } : { route: routes.events, params: inRepo(path) };
    for await (const batch of framesOf(caller, request, { signal, watch: clock })) {
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
  }

  async function* tail(path: string, step: StepRef, signal: AbortSignal): AsyncGenerator<TailEvent> {
    const request = { route: routes.tail, params: { ...inRepo(path), ...step } };
    for await (const batch of framesOf(caller, request, { signal })) {
      if (batch === 'open') {
        yield { type: 'open' };
        continue;
      }
      const ours = batch.filter((frame) => frame.event === '');
      const records = ours.flatMap((frame) => recordOf(frame.data, plainRecord));
      if (records.length > 0) yield { type: 'records', records };
      if (batch.some(isEnd)) {
        yield { type: 'end' };
        return;
      }
    }
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
