import { isFinished, type StepRef } from '@flightdeck/api-client/model';
import { Failure } from '../../../domain/failure.ts';
import type { CiBuildEvent, LiveCalls, LogRecord, TailEvent } from '../../../ports/ci-server.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { SseEvent } from '../../upstream/sse.ts';
import { type Caller, inRepo } from '../caller.ts';
import { plainLog, plainRecord, recordOf, storedBytes, storedCalls } from '../records.ts';
import { cutStream, framesOf, parsedJson } from '../streams.ts';
import { Ordered } from './ordered.ts';
import { routes } from './routes.ts';
import { buildOf, type Tasks } from './translate.ts';
import type { Identify, IsOwn } from './translate-repository.ts';
import { buildWire, eventWire, repositoryWire, userWire } from './wire.ts';

/** Both kinds of stream are pinged, and flushed, after 30 s without a word (source). */
export function liveCalls(
  caller: Caller,
  clock: Clock,
  identify: Identify,
  isOwn: IsOwn,
  tasks: Tasks,
): LiveCalls {
  const { instance } = caller;

  /** One stream for everything the token may hear; it has no word for its end. */
  async function* events(path: string | null, signal: AbortSignal) {
    // It takes a wrong token for nobody's and tells what is public: asked for first, so that it shows.
    await caller.json(userWire, { route: routes.me, signal });
    if (path !== null) {
      await caller.json(repositoryWire, { route: routes.repository, params: inRepo(path), signal });
    }
    for await (const batch of framesOf(caller, { route: routes.events }, { signal, watch: clock })) {
      if (batch === 'open') {
        yield { type: 'open' as const };
        continue;
      }
      for (const frame of batch) {
        const event = buildEventOf(frame, identify, tasks);
        const isWanted = event && (path === null || event.path === path);
        if (isWanted && isOwn(event.path, event.build)) yield event;
      }
    }
  }

  const unknownStep = () => new Failure('not_found', 'The server knows no such step.', { instance });

  async function buildAt(path: string, number: number, signal: AbortSignal) {
    const params = { ...inRepo(path), number };
    const build = buildOf(await caller.json(buildWire, { route: routes.build, params, signal }));
    if (!isOwn(path, build)) throw unknownStep();
    return build;
  }

  /** Where a step stands; its log is named by its pipeline and its own name there. */
  async function find(path: string, step: StepRef, signal: AbortSignal) {
    const build = await buildAt(path, step.number, signal);
    const stage = build.stages.find((one) => one.number === step.stage);
    const found = stage?.steps.find((one) => one.number === step.step);
    if (!found) throw unknownStep();
    return { ...found, runs: stage?.status === 'running' && !isFinished(found.status) };
  }

  async function* tail(path: string, step: StepRef, signal: AbortSignal): AsyncGenerator<TailEvent> {
    const { name, runs } = await find(path, step, signal);
    if (!runs) {
      // There is no stream of what does not run, and that of its pipeline would say nothing of it.
      yield { type: 'open' };
      yield { type: 'end' };
      return;
    }
    const params = { ...inRepo(path), number: step.number, stage: step.stage };
    const ordered = new Ordered();
    for await (const batch of framesOf(caller, { route: routes.tail, params }, { signal, watch: clock })) {
      if (batch === 'open') {
        yield { type: 'open' };
        continue;
      }
      const records = ordered.take(batch.flatMap((frame) => recordsOf(frame, name)));
      if (records.length > 0) yield { type: 'records', records };
      const last = batch.find((frame) => frame.event !== '');
      if (!last) continue;
      refuse(last, instance);
      const left = ordered.rest();
      if (left.length > 0) yield { type: 'records', records: left };
      yield { type: 'end' };
      return;
    }
  }

  /** 404 until the agent has brought it, which is after the step's end. */
  const bytes: LiveCalls['storedBytes'] = async function* (path, { number, step }, signal) {
    // The address of a log does not tell how old its build is.
    if (!isOwn(path, { createdAt: 0 })) await buildAt(path, number, signal);
    const request = { route: routes.storedLog, params: { ...inRepo(path), number, step } };
    yield* storedBytes(caller, request, signal);
  };

  return {
    events,
    tail,
    ...storedCalls(instance, bytes, plainLog),
  };
}

/** A pipeline's stream is of all its steps. Other types than 0 are no output (source). */
function recordsOf(frame: SseEvent, name: string): LogRecord[] {
  if (frame.event !== '') return [];
  const value = parsedJson(frame.data);
  if (typeof value !== 'object' || value === null) return [];
  const { proc, type = 0 } = value as Record<string, unknown>;
  return proc === name && (type === 0 || type === 1) ? recordOf(frame.data, plainRecord) : [];
}

/** Its words for an end, and for having none to give; the connection ends after either. */
function refuse({ data }: SseEvent, instance: string): void {
  const words = data.trim();
  // Not running (any more): an end, which may have come between two questions.
  if (words === 'eof' || words === 'stream not found') return;
  if (/not found/.test(words)) {
    throw new Failure('not_found', 'The server knows no such step.', { instance, raw: words });
  }
  throw cutStream(instance, words);
}

/** A repository with the build that moved; null for a frame that says anything else. */
export function buildEventOf(frame: SseEvent, identify: Identify, tasks: Tasks): CiBuildEvent | null {
  if (frame.event !== '') return null;
  const parsed = eventWire.safeParse(parsedJson(frame.data));
  if (!parsed.success) return null;
  const { repo, build } = parsed.data;
  return { path: repo.full_name, forgeRepoId: identify(repo.full_name), build: buildOf(build, tasks) };
}
