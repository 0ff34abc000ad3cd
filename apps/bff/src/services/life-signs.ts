import type { Build, StepRef } from '@flightdeck/api-client/model';
import { findSilence, type QuietPlace } from '../domain/silence.ts';
import type { Clock } from '../ports/clock.ts';
import { type Connections, connectionOf, type RepoPlace } from './connections.ts';
import { createLimiter } from './limiter.ts';

/** When the log of a step last got a record, as the log hub knows it; null where nobody reads that log. */
export type LastRecordAt = (server: string, path: string, step: StepRef) => number | null;

export interface LifeSigns {
  /**
   * Silence of a running build, as far as is known now. A step that seems quiet is looked at in the background first
   * (`onLooked` is called then): until that is done nothing is claimed.
   */
  silenceOf(place: RepoPlace, build: Build): QuietPlace | null;
  /** An event named this step: it lives. */
  seen(place: RepoPlace, number: number, at: number): void;
}

/** How long a live log is listened to; its history comes at once, so little more is needed once that has begun. */
const LOOK = 1_500;
const AFTER_RECORDS = 250;
const FORGET = 2 * 3_600_000;

/**
 * A step that nobody reads may print all the time. Before it is called silent its live log is opened for a moment:
 * its history comes first and carries seconds since the step began (2.25.0), so the last one tells when it last spoke.
 */
export function createLifeSigns(deps: {
  connections: Connections;
  clock: Clock;
  /** Running without a sign for longer than this is said. */
  silentAfterMs: number;
  lastRecordAt?: LastRecordAt;
  onLooked?: (place: RepoPlace, number: number) => void;
}): LifeSigns {
  const { clock, silentAfterMs } = deps;
  const looks = new Map<string, { at: number; done: boolean; sign: number | null }>();
  const events = new Map<string, number>();
  const limit = createLimiter(4);
  const keyOf = (place: RepoPlace, number: number) => `${place.server}\n${place.path}\n${number}`;

  /** The last record seen by a look; undefined while the first look is under way. */
  function look(place: RepoPlace, step: StepRef, startedAt: number): number | null | undefined {
    const key = `${keyOf(place, step.number)}\n${step.stage}\n${step.step}`;
    const before = looks.get(key);
    if (!before || (before.done && clock.now() - before.at >= silentAfterMs / 2)) {
      const entry = { at: clock.now(), done: false, sign: before?.sign ?? null };
      looks.set(key, entry);
      for (const [old, { at }] of looks) if (clock.now() - at > FORGET) looks.delete(old);
      void limit(() => lastRecord(place, step, startedAt)).then((sign) => {
        Object.assign(entry, { done: true, sign: Math.max(sign ?? 0, entry.sign ?? 0) || null });
        deps.onLooked?.(place, step.number);
      });
      return before?.done ? before.sign : undefined;
    }
    return before.done ? before.sign : undefined;
  }

  async function lastRecord(place: RepoPlace, step: StepRef, startedAt: number): Promise<number | null> {
    const { service } = connectionOf(deps.connections, place.server);
    const enough = new AbortController();
    void clock.sleep(LOOK, enough.signal).then(() => enough.abort());
    let last: number | null = null;
    try {
      for await (const event of service.tail(place.path, step, enough.signal)) {
        if (event.type === 'end') break;
        if (event.type !== 'records') continue;
        for (const record of event.records) last = Math.max(last ?? 0, startedAt + record.time * 1000);
        void clock.sleep(AFTER_RECORDS, enough.signal).then(() => enough.abort());
      }
    } catch {
      // Aborted by ourselves or cut: what was heard until then counts.
    } finally {
      enough.abort();
    }
    return last;
  }

  function silenceOf(place: RepoPlace, build: Build): QuietPlace | null {
    const heard = events.get(keyOf(place, build.number)) ?? null;
    const hub = (stage: number, step: number) => {
      const record = deps.lastRecordAt?.(place.server, place.path, { number: build.number, stage, step });
      return Math.max(record ?? 0, heard ?? 0) || null;
    };
    const quiet = findSilence(build, clock.now(), silentAfterMs, hub);
    if (quiet?.stepNumber == null) return quiet;
    const { stageNumber, stepNumber } = quiet;
    const startedAt = build.stages
      .find((stage) => stage.number === stageNumber)
      ?.steps.find((step) => step.number === stepNumber)?.startedAt;
    if (startedAt == null) return quiet;
    const record = look(place, { number: build.number, stage: stageNumber, step: stepNumber }, startedAt);
    if (record === undefined) return null;
    if (record === null) return quiet;
    return findSilence(build, clock.now(), silentAfterMs, (stage, step) =>
      Math.max(hub(stage, step) ?? 0, stage === stageNumber && step === stepNumber ? record : 0),
    );
  }

  return {
    silenceOf,
    seen(place, number, at) {
      events.set(keyOf(place, number), at);
      if (events.size > 5_000) events.delete(events.keys().next().value ?? '');
    },
  };
}
