import {
  type Build,
  type BuildHead,
  isFinished,
  type Stage,
  type Status,
} from '@flightdeck/api-client/model';

/**
 * Snapshots of one build arrive from several mouths (event streams, polls, answers to our own calls) and in no
 * order: on the recorded server (2.25.0) an event with a lower build version carried newer stages, and both the
 * build's version and its time of change stand still for most of its life. The parts' own versions never went back,
 * so each stage and step is taken from the snapshot where its version is highest.
 *
 * Servers without counters (recorded on one: it sends events in no order, and the last one may say `running` again) get
 * versions from their adapter that rise with how far a part is.
 *
 * Guarantees: a build, stage or step that has ended never becomes unended; a part once known never disappears;
 * merging the same snapshots in any order gives the same result, as long as equal versions mean equal contents.
 */
export function mergeBuild(known: Build, news: Build): Build {
  if (isAnother(known, news)) return settle(later(known, news));
  const stages = mergeParts(known.stages, news.stages, mergeStage);
  return settle({ ...mergeHead(known, news), stages });
}

/** A list's entry knows no stages: it moves the head on, and the stages stay as they are. */
export function applyHead(known: Build, news: BuildHead): Build {
  if (isAnother(known, news)) {
    return later<BuildHead>(known, news) === known ? known : settle({ ...news, stages: [] });
  }
  return settle({ ...mergeHead(known, news), stages: known.stages });
}

/** Newer of two heads of the same build. */
export function mergeHead(a: BuildHead, b: BuildHead): BuildHead {
  if (isAnother(a, b)) return headOf(later(a, b));
  const newer = newerHead(a, b);
  const older = newer === a ? b : a;
  return {
    ...headOf(newer),
    version: Math.max(a.version, b.version),
    startedAt: newer.startedAt ?? older.startedAt,
    finishedAt: newer.finishedAt ?? (isFinished(newer.status) ? older.finishedAt : null),
  };
}

/** Numbers of builds that nothing matched are given out again by some servers: another moment of creation, another build. */
const isAnother = (a: BuildHead, b: BuildHead): boolean => a.createdAt !== b.createdAt;
const later = <T extends BuildHead>(a: T, b: T): T => (b.createdAt > a.createdAt ? b : a);

function newerHead(a: BuildHead, b: BuildHead): BuildHead {
  const byRank = rank(b.status) - rank(a.status);
  if (isFinished(a.status) || isFinished(b.status)) {
    if (isFinished(a.status) !== isFinished(b.status)) return isFinished(a.status) ? a : b;
    return b.version >= a.version ? b : a;
  }
  if (byRank !== 0) return byRank > 0 ? b : a;
  return b.version >= a.version ? b : a;
}

/** The head's status as its parts tell it: held while any stage is held, running while one runs. */
function settle(build: Build): Build {
  if (isFinished(build.status)) return build;
  const held = build.stages.some((stage) => stage.status === 'approval');
  if (held) return build.status === 'approval' ? build : { ...build, status: 'approval' };
  // The last held stage was released elsewhere: what the head said before is no longer so.
  if (build.status === 'approval' && build.stages.length > 0) {
    return { ...build, status: build.stages.some(hasBegun) ? 'running' : 'waiting' };
  }
  return build;
}

const hasBegun = (stage: Stage): boolean => stage.status === 'running' || stage.startedAt !== null;

function mergeStage(a: Stage, b: Stage): Stage {
  const newer = newerPart(a, b);
  return { ...newer, steps: mergeParts(a.steps, b.steps, newerPart) };
}

interface Part {
  number: number;
  status: Status;
  version: number;
}

/** Highest version; of equals the one further on; of those the one that came later. */
function newerPart<T extends Part>(a: T, b: T): T {
  const ended = Number(isFinished(b.status)) - Number(isFinished(a.status));
  if (b.version !== a.version) {
    const higher = b.version > a.version ? b : a;
    const lower = higher === b ? a : b;
    // Never back from an end: a server that counts anew must not revive a step.
    return isFinished(lower.status) && !isFinished(higher.status) ? lower : higher;
  }
  if (ended !== 0) return ended > 0 ? b : a;
  return rank(b.status) >= rank(a.status) ? b : a;
}

function mergeParts<T extends Part>(known: readonly T[], news: readonly T[], merge: (a: T, b: T) => T): T[] {
  const byNumber = new Map(known.map((part) => [part.number, part]));
  for (const part of news) {
    const before = byNumber.get(part.number);
    byNumber.set(part.number, before === undefined ? part : merge(before, part));
  }
  return [...byNumber.values()].sort((a, b) => a.number - b.number);
}

function rank(status: Status): number {
  if (isFinished(status)) return 3;
  if (status === 'running') return 2;
  return status === 'unknown' ? 0 : 1;
}

/** Whether a viewer would see a difference. */
export function differs(a: Build, b: Build): boolean {
  return !isSame(a, b);
}

/** Of plain data, in whatever order its keys stand; a key that is undefined counts as absent. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((one, at) => isSame(one, b[at]));
  }
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  for (const key in left) if (!isSame(left[key], right[key])) return false;
  for (const key in right) if (right[key] !== undefined && left[key] === undefined) return false;
  return true;
}

export function headOf(build: BuildHead | Build): BuildHead {
  if (!('stages' in build)) return build;
  const { stages: _, ...head } = build;
  return head;
}
