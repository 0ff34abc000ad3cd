import { isFinished, type Stage } from '@flightdeck/api-client/model';

export interface Bar {
  stage: Stage;
  /** Parts of the whole width, 0 to 1. `waitFrom` to `from` is the time it waited for a runner. */
  waitFrom: number;
  from: number;
  to: number;
  begun: boolean;
}

export interface TimeLine {
  bars: Bar[];
  /** Marks of the axis in milliseconds from the begin, evenly spaced. */
  ticks: number[];
  /** Milliseconds of the whole width. */
  span: number;
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400].map(
  (s) => s * 1_000,
);
const MOST_TICKS = 7;

/** Right of the last bar there is room for its duration. */
const ROOM = 1.14;

/**
 * Where each stage's bar lies between the first moment anything could run and its end, or now while it is open. A stage
 * that has not begun waits until now; one that waits for others has no bar before they have ended.
 */
export function layTimeLine(stages: readonly Stage[], createdAt: number, now: number): TimeLine {
  const begin = Math.min(createdAt, ...stages.map((s) => s.startedAt ?? createdAt));
  const open = (stage: Stage) => !isFinished(stage.status);
  const end = Math.max(begin + 1_000, ...stages.map((s) => s.finishedAt ?? (open(s) ? now : begin)));
  const span = (end - begin) * ROOM;
  const at = (time: number) => Math.min(1, Math.max(0, (time - begin) / span));
  const endOf = new Map<string, number>();
  for (const s of stages) {
    // Stages of a matrix share a name: the last of them counts.
    endOf.set(s.name, Math.max(endOf.get(s.name) ?? begin, s.finishedAt ?? (open(s) ? end : begin)));
  }
  const bars = stages.map((stage): Bar => {
    const ready = Math.max(begin, ...stage.dependsOn.map((name) => endOf.get(name) ?? begin));
    const from = Math.max(ready, stage.startedAt ?? (open(stage) ? end : ready));
    return {
      stage,
      waitFrom: at(ready),
      from: at(from),
      to: at(stage.startedAt === null ? from : (stage.finishedAt ?? end)),
      begun: stage.startedAt !== null,
    };
  });
  const step = steps.find((s) => span / s <= MOST_TICKS) ?? span;
  const ticks = Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => index * step);
  return { bars, ticks, span };
}
