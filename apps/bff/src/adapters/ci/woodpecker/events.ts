import type { StepRef } from '@flightdeck/api-client/model';
import { Failure } from '../../../domain/failure.ts';
import type { CiBuildEvent, LiveCalls, TailEvent } from '../../../ports/ci-server.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { SseEvent } from '../../upstream/sse.ts';
import type { Caller } from '../caller.ts';
import { recordOf } from '../records.ts';
import { cutStream, framesOf, parsedJson } from '../streams.ts';
import type { BuildFiles } from './build-files.ts';
import { asRecord } from './record.ts';
import type { RepoIds } from './repo-ids.ts';
import { routes } from './routes.ts';
import type { StepIds } from './step-ids.ts';
import { buildOf } from './translate.ts';
import { eventWire, userWire } from './wire.ts';

/** Both kinds of stream are pinged after 30 s without a word (3.17.0). */
export function streamCalls(
  caller: Caller,
  { clock, ids, steps, files }: { clock: Clock; ids: RepoIds; steps: StepIds; files: BuildFiles },
): Pick<LiveCalls, 'events' | 'tail'> {
  const { instance } = caller;

  async function* events(path: string | null, signal: AbortSignal) {
    // The stream takes a wrong token for nobody's and tells what is public: asked for first, so that it shows.
    await caller.json(userWire, { route: routes.me, signal });
    const repository = path === null ? null : await ids.look(caller, path);
    if (path !== null && !repository) throw new Failure('not_found', 'No such repository.', { instance });
    for await (const batch of framesOf(caller, { route: routes.events }, { signal, watch: clock })) {
      if (batch === 'open') {
        yield { type: 'open' as const };
        continue;
      }
      for (const frame of batch) {
        const event = buildEventOf(frame);
        if (!event || (repository && event.id !== repository.id)) continue;
        const build = await files.complete(caller, event.id, event.build);
        const { path: told, forgeRepoId } = event;
        yield { path: told, forgeRepoId, build } satisfies CiBuildEvent;
      }
    }
  }

  async function* tail(path: string, step: StepRef, signal: AbortSignal): AsyncGenerator<TailEvent> {
    const at = await steps.find(caller, path, step);
    const params = { id: at.repository, number: step.number, step: at.step };
    for await (const batch of framesOf(caller, { route: routes.tail, params }, { signal, watch: clock })) {
      if (batch === 'open') {
        yield { type: 'open' };
        continue;
      }
      const records = batch.flatMap((frame) => (frame.event === '' ? recordOf(frame.data, asRecord) : []));
      // Batches of an agent may overtake each other.
      if (records.length > 0) yield { type: 'records', records: records.sort((a, b) => a.pos - b.pos) };
      const last = batch.find((frame) => frame.event !== '');
      if (!last) continue;
      refuse(last, instance);
      yield { type: 'end' };
      return;
    }
  }

  return { events, tail };
}

/**
 * `eof` is an event of its own since 3.12 and was an error before. It comes when the whole workflow ends. Of a step that
 * does not run (any more) there is no stream: that is an end as well.
 */
function refuse({ event, data }: SseEvent, instance: string): void {
  const words = data.trim();
  if (event === 'eof' || words === 'eof' || /step not running/i.test(words)) return;
  const facts = { instance, raw: words };
  if (/not found|invalid/i.test(words)) {
    throw new Failure('not_found', 'The server knows no such step.', facts);
  }
  throw cutStream(instance, words);
}

/** A repository with the build that moved; null for a frame that says anything else. */
export function buildEventOf(frame: SseEvent): (CiBuildEvent & { id: number }) | null {
  if (frame.event !== '') return null;
  const parsed = eventWire.safeParse(parsedJson(frame.data));
  if (!parsed.success) return null;
  const { repo, pipeline } = parsed.data;
  return { id: repo.id, path: repo.full_name, forgeRepoId: repo.forge_remote_id, build: buildOf(pipeline) };
}
