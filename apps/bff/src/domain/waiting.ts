import {
  type Build,
  isFinished,
  type Person,
  type Stage,
  type WaitReason,
} from '@flightdeck/api-client/model';

/** A runner that was seen to take a stage. */
export interface Sight {
  runner: string;
  type: string;
  os: string;
  arch: string;
  labels: Readonly<Record<string, string>>;
  lastTakenAt: number;
}

/** A stage that waits or runs somewhere on the server, the build in question included. */
export interface OpenStage {
  path: string;
  number: number;
  stage: string;
  running: boolean;
  runner: string | null;
  /** The one who asks may read its repository; else it is counted and not named. */
  visible: boolean;
}

export interface WaitFacts {
  server: string;
  path: string;
  build: Build;
  now: number;
  /** null: nobody could tell us what else is open on the server. */
  open: readonly OpenStage[] | null;
  runners: readonly Sight[];
  /** Most stages that a runner was seen to have at once: no server tells a runner's capacity. */
  mostAtOnce?: ReadonlyMap<string, number>;
  /** Since when stages on this server are watched: the reach of the evidence. */
  watchedSince: number;
  /** Builds of the repository that may run at a time; null = no limit known. */
  concurrentBuilds: number | null;
  /** Builds of this repository are held by its settings. */
  protected: boolean | null;
  approvers: readonly Person[];
  youMayApprove: boolean;
}

/** A runner polls for work; below this nothing is wrong yet. */
const SOON = 30_000;
/** A free runner takes a stage within this, most of the time. */
const MOMENT = 3_000;
/** Runners that could take it, have nothing to do and do not for this long are probably not there. */
const GONE = 120_000;
const LATELY = 30 * 24 * 3_600_000;

/**
 * Why a build or its stages wait, most telling reason first; empty when nothing waits. Facts only: what is not known
 * is `unknown`, never guessed. Of a build that runs, only what really holds a stage up is told.
 */
export function explainWaiting(facts: WaitFacts): WaitReason[] {
  const { build } = facts;
  if (isFinished(build.status)) return [];
  const reasons: WaitReason[] = [];
  const held = build.stages.filter((stage) => stage.status === 'approval');
  if (held.length > 0 || build.status === 'approval') reasons.push(approval(facts, held));
  for (const stage of build.stages) {
    if (stage.status === 'waiting') reasons.push(ofStage(facts, stage));
  }
  if (build.stages.length === 0 && build.status === 'waiting') reasons.push({ kind: 'unknown', stage: null });
  const told =
    build.status === 'running'
      ? reasons.filter((reason) => reason.kind !== 'dependency' && reason.kind !== 'soon')
      : reasons;
  return told.sort((a, b) => weight(a) - weight(b));
}

const order: readonly WaitReason['kind'][] = [
  'approval',
  'concurrency-limit',
  'no-runner',
  'runners-busy',
  'nothing-taken',
  'unknown',
  'soon',
  'dependency',
];
const weight = (reason: WaitReason): number => order.indexOf(reason.kind);

function approval(facts: WaitFacts, held: readonly Stage[]): WaitReason {
  const fork = facts.build.fork !== null;
  return {
    kind: 'approval',
    stages: held.map((stage) => stage.name),
    approvers: [...facts.approvers],
    you: facts.youMayApprove,
    because: facts.protected ? 'protected' : fork ? 'fork' : 'unknown',
  };
}

function ofStage(facts: WaitFacts, stage: Stage): WaitReason {
  const on = unfinishedDependencies(facts.build, stage);
  if (on.length > 0 || stage.waitsForDependencies) return { kind: 'dependency', stage: stage.name, on };
  return limited(facts, stage) ?? byRunners(facts, stage);
}

export function unfinishedDependencies(build: Build, stage: Stage): string[] {
  const unfinished = new Set(build.stages.filter((one) => !isFinished(one.status)).map((one) => one.name));
  return stage.dependsOn.filter((name) => unfinished.has(name));
}

/** Older builds count: servers let the oldest go first. */
function limited(facts: WaitFacts, stage: Stage): WaitReason | null {
  const siblings = (facts.open ?? []).filter(
    (one) => one.path === facts.path && one.number < facts.build.number,
  );
  const ofName = siblings.filter((one) => one.stage === stage.name);
  const limits: [number | null, readonly OpenStage[]][] = [
    [stage.concurrencyLimit, ofName],
    [facts.concurrentBuilds, siblings],
  ];
  for (const [limit, behind] of limits) {
    if (limit === null || limit <= 0) continue;
    const builds = byNumber(behind);
    if (builds.length >= limit)
      return { kind: 'concurrency-limit', stage: stage.name, limit, behind: builds };
  }
  return null;
}

function byNumber(stages: readonly OpenStage[]): { number: number; waiting: boolean }[] {
  const waiting = new Map<number, boolean>();
  for (const one of stages) waiting.set(one.number, (waiting.get(one.number) ?? true) && !one.running);
  return [...waiting]
    .map(([number, still]) => ({ number, waiting: still }))
    .sort((a, b) => a.number - b.number);
}

function byRunners(facts: WaitFacts, stage: Stage): WaitReason {
  const since = stage.createdAt ?? facts.build.createdAt;
  const waited = facts.now - since;
  // Accepted by a runner that has not begun yet.
  if (stage.runner !== null) return { kind: 'soon', stage: stage.name };
  const lately = facts.runners.filter((one) => facts.now - one.lastTakenAt <= LATELY);
  const fit = lately.filter((one) => couldTake(one, stage));
  const none = (sinceWhen: number): WaitReason => ({
    kind: 'no-runner',
    stage: stage.name,
    type: stage.type,
    platform: stage.platform,
    labels: stage.labels,
    seen: [...new Set(lately.filter((one) => !couldTake(one, stage)).map(nameOf))].sort(),
    since: sinceWhen,
  });
  if (fit.length === 0) {
    if (waited < SOON) return { kind: 'soon', stage: stage.name };
    // Nobody was ever seen at work: that says nothing about this platform.
    if (lately.length === 0) return { kind: 'nothing-taken', stage: stage.name, since };
    return none(Math.min(facts.watchedSince, ...lately.map((one) => one.lastTakenAt)));
  }
  const names = new Set(fit.map((one) => one.runner));
  const at = (facts.open ?? []).filter(
    (one) => one.running && one.runner !== null && names.has(one.runner) && !isSelf(facts, one, stage),
  );
  const isBusy = (name: string) =>
    at.filter((one) => one.runner === name).length >= Math.max(1, facts.mostAtOnce?.get(name) ?? 1);
  if (waited >= MOMENT && [...names].every(isBusy)) {
    const behind = at.filter((one) => one.visible);
    return {
      kind: 'runners-busy',
      stage: stage.name,
      runners: [...names].sort(),
      behind: unique(behind).map(({ path, number }) => ({ server: facts.server, path, number })),
      hidden: unique(at.filter((one) => !one.visible)).length,
    };
  }
  if (waited < SOON) return { kind: 'soon', stage: stage.name };
  const lastTaken = Math.max(0, ...lately.map((one) => one.lastTakenAt));
  if (facts.open !== null && lastTaken <= since && !facts.open.some((one) => one.running)) {
    return { kind: 'nothing-taken', stage: stage.name, since };
  }
  const lastOfFit = Math.max(...fit.map((one) => one.lastTakenAt));
  if (facts.open !== null && waited >= GONE && lastOfFit <= since) return none(lastOfFit);
  return { kind: 'unknown', stage: stage.name };
}

const isSelf = (facts: WaitFacts, one: OpenStage, stage: Stage): boolean =>
  one.path === facts.path && one.number === facts.build.number && one.stage === stage.name;

function unique(stages: readonly OpenStage[]): OpenStage[] {
  return [...new Map(stages.map((one) => [`${one.path}#${one.number}`, one])).values()];
}

/** Whether the evidence knows no runner for this stage: worth a look into the past. */
export const lacksRunner = (runners: readonly Sight[], stage: Stage): boolean =>
  stage.status === 'waiting' && stage.runner === null && !runners.some((one) => couldTake(one, stage));

/** Type, platform and labels must be equal; labels as a set, both ways. Unknown counts as equal. */
export function couldTake(sight: Sight, stage: Pick<Stage, 'type' | 'platform' | 'labels'>): boolean {
  const same = (a: string, b: string) => a === '' || b === '' || a === b;
  return (
    same(sight.type, stage.type) &&
    same(sight.os, stage.platform?.os ?? '') &&
    same(sight.arch, stage.platform?.arch ?? '') &&
    labelsKey(sight.labels) === labelsKey(stage.labels)
  );
}

/** Labels in one spelling, whatever their order. */
export function labelsKey(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function nameOf(sight: Sight): string {
  const platform = [sight.os, sight.arch].filter((part) => part !== '').join('/');
  const labels = Object.entries(sight.labels).map(([name, value]) => `${name}=${value}`);
  return [sight.type, platform, ...labels.sort()].filter((part) => part !== '').join(' ');
}

/** Sightings as the store keeps them: labels in the spelling of `labelsKey`. */
export function sightsOf(stored: readonly (Omit<Sight, 'labels'> & { labels: string })[]): Sight[] {
  return stored.map((sight) => ({ ...sight, labels: readLabels(sight.labels) }));
}

function readLabels(text: string): Record<string, string> {
  try {
    const entries: unknown = JSON.parse(text);
    if (!Array.isArray(entries)) return {};
    const isPair = (one: unknown): one is [string, string] =>
      Array.isArray(one) && one.length === 2 && one.every((part) => typeof part === 'string');
    return Object.fromEntries(entries.filter(isPair));
  } catch {
    return {};
  }
}
