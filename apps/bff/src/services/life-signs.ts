import type { Build, StepRef } from '@flightdeck/api-client/model';
import { findSilence, type QuietPlace } from '../domain/silence.ts';
import type { Clock } from '../ports/clock.ts';
import { type Connections, connectionOf, type RepoPlace } from './connections.ts';
import { createLimiter } from './limiter.ts';

/** When the log of a step last got a record, as the log hub knows it; null where nobody reads that log. */
export type LastRecordAt = (server: string, path: string, step: StepRef) => number | null;

export interface LifeSigns {
  /** Silence of a running build, after looking for signs of life in the quiet step's live log. */
  silenceOf(place: RepoPlace, build: Build): Promise<QuietPlace | null>;
  /** An event named this step: it lives. */
  seen(place: RepoPlace, number: number, at: number): void;
}

/** The history of a live log comes at once, so this is enough to see its last record. */
const LOOK = 1_500;
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
}): LifeSigns {
  const { clock, silentAfterMs } = deps;
  const looks = new Map<string, { at: number; sign: Promise<number | null> }>();
  const events = new Map<string, number>();
  const limit = createLimiter(4);
  const keyOf = (place: RepoPlace, number: number) => `${place.server}\n${place.path}\n${number}`;

  function look(place: RepoPlace, step: StepRef, startedAt: number): Promise<number | null> {
    const key = `${keyOf(place, step.number)}\n${step.stage}\n${step.step}`;
    const before = looks.get(key);
    if (before && clock.now() - before.at < silentAfterMs / 2) return before.sign;
    const sign = limit(() => lastRecord(place, step, startedAt));
    looks.set(key, { at: clock.now(), sign });
    for (const [old, { at }] of looks) if (clock.now() - at > FORGET) looks.delete(old);
    return sign;
  }

  async function lastRecord(place: RepoPlace, step: StepRef, startedAt: number): Promise<number | null> {
    const { service } = connectionOf(deps.connections, place.server);
    const enough = new AbortController();
    void clock.sleep(LOOK, enough.signal).then(() => enough.abort());
    let last: number | null = null;
    try {
      for await (const event of service.tail(place.path, step, enough.signal)) {
        if (event.type === 'end') break;
        if (event.type === 'records') {
          for (const record of event.records) last = startedAt + record.time * 1000;
        }
      }
    } catch {
      // Aborted by ourselves or cut: what was heard until then counts.
    } finally {
      enough.abort();
    }
    return last;
  }

  async function silenceOf(place: RepoPlace, build: Build): Promise<QuietPlace | null> {
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
    const ref = { number: build.number, stage: stageNumber, step: stepNumber };
    const record = await look(place, ref, startedAt);
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
