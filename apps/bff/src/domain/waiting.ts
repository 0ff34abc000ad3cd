import type { StageWait } from '@flightdeck/api-client/contract';
import {
  type Build,
  isFinished,
  type Person,
  type Stage,
  stageLabel,
  type WaitReason,
} from '@flightdeck/api-client/model';
import { explainByFleet, type Fleet } from './fleet.ts';
import { couldTake, nameOf, type Sight } from './sightings.ts';

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
  /** …but only those of pull requests from forks. */
  forksOnly?: boolean;
  /** What the server itself says of its runners and its queue; null where it does not tell us. */
  fleet?: Fleet | null;
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
 * Why each stage waits that waits, in the order of the stages. Facts only: what is not known is `unknown`, never
 * guessed. Held stages share one reason: they are approved together.
 */
export function explainStages(facts: WaitFacts): StageWait[] {
  const { build } = facts;
  if (isFinished(build.status)) return [];
  const held = build.stages.filter((stage) => stage.status === 'approval');
  return build.stages.flatMap((stage) => {
    if (stage.status === 'approval') return [{ stage: stage.number, reason: approval(facts, held) }];
    if (stage.status === 'waiting') return [{ stage: stage.number, reason: ofStage(facts, stage) }];
    return [];
  });
}

/**
 * Why a build waits, most telling reason first; empty when nothing waits. Of a build that runs, only what really
 * holds a stage up is told: its own order is no news (`explainStages` has that too).
 */
export function explainWaiting(facts: WaitFacts, stages = explainStages(facts)): WaitReason[] {
  const { build } = facts;
  if (isFinished(build.status)) return [];
  const held = stages.find(({ reason }) => reason.kind === 'approval')?.reason;
  const reasons: WaitReason[] = stages
    .map(({ reason }) => reason)
    .filter((reason) => reason.kind !== 'approval');
  if (held || build.status === 'approval') reasons.push(held ?? approval(facts, []));
  if (build.stages.length === 0 && build.status === 'waiting') reasons.push(withoutStages(facts));
  const told =
    build.status === 'running'
      ? reasons.filter((reason) => reason.kind !== 'dependency' && reason.kind !== 'soon')
      : reasons;
  return told.sort((a, b) => weight(a) - weight(b));
}

const order: readonly WaitReason['kind'][] = [
  'approval',
  'nothing-matched',
  'queue-paused',
  'concurrency-limit',
  'no-runner',
  'runners-busy',
  'nothing-taken',
  'unknown',
  'soon',
  'dependency',
];
const weight = (reason: WaitReason): number => order.indexOf(reason.kind);

/** Stages are made with the build: one that has none is not going to get any. */
function withoutStages({ build, now }: WaitFacts): WaitReason {
  const promoted = build.event === 'promote' || build.event === 'rollback';
  // A server whose clock is ahead makes builds in the future.
  return promoted && Math.abs(now - build.createdAt) >= MOMENT
    ? { kind: 'nothing-matched', environment: build.environment }
    : { kind: 'unknown', stage: null };
}

function approval(facts: WaitFacts, held: readonly Stage[]): WaitReason {
  const fork = facts.build.fork !== null || facts.forksOnly === true;
  return {
    kind: 'approval',
    stages: held.map(stageLabel),
    approvers: [...facts.approvers],
    you: facts.youMayApprove,
    because: facts.protected ? 'protected' : fork ? 'fork' : 'unknown',
  };
}

function ofStage(facts: WaitFacts, stage: Stage): WaitReason {
  const on = unfinishedDependencies(facts.build, stage);
  if (on.length > 0 || stage.waitsForDependencies)
    return { kind: 'dependency', stage: stageLabel(stage), on };
  return limited(facts, stage) ?? explainByFleet(facts, stage) ?? byRunners(facts, stage);
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
  const ofName = siblings.filter((one) => one.stage === stageLabel(stage));
  const limits: [number | null, 'stage' | 'repository', readonly OpenStage[]][] = [
    [stage.concurrencyLimit, 'stage', ofName],
    [facts.concurrentBuilds, 'repository', siblings],
  ];
  for (const [limit, of, behind] of limits) {
    if (limit === null || limit <= 0) continue;
    const builds = byNumber(behind);
    if (builds.length >= limit)
      return { kind: 'concurrency-limit', stage: stageLabel(stage), limit, of, behind: builds };
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
  if (stage.runner !== null) return { kind: 'soon', stage: stageLabel(stage) };
  const lately = facts.runners.filter((one) => facts.now - one.lastTakenAt <= LATELY);
  const able = lately.filter((one) => couldTake(one, stage));
  // Those whose platform was told come before those that may have any.
  const sure = able.filter((one) => one.os !== '');
  const fit = stage.platform !== null && sure.length > 0 ? sure : able;
  const none = (sinceWhen: number): WaitReason => ({
    kind: 'no-runner',
    stage: stageLabel(stage),
    type: stage.type,
    platform: stage.platform,
    labels: stage.labels,
    seen: [...new Set(lately.filter((one) => !couldTake(one, stage)).map(nameOf))].sort(),
    since: sinceWhen,
  });
  if (fit.length === 0) {
    if (waited < SOON) return { kind: 'soon', stage: stageLabel(stage) };
    // Nobody was ever seen at work: that says nothing about this platform.
    if (lately.length === 0) return { kind: 'nothing-taken', stage: stageLabel(stage), since };
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
      stage: stageLabel(stage),
      runners: [...names].sort(),
      behind: unique(behind).map(({ path, number }) => ({ server: facts.server, path, number })),
      hidden: unique(at.filter((one) => !one.visible)).length,
    };
  }
  if (waited < SOON) return { kind: 'soon', stage: stageLabel(stage) };
  const lastTaken = Math.max(0, ...lately.map((one) => one.lastTakenAt));
  if (facts.open !== null && lastTaken <= since && !facts.open.some((one) => one.running)) {
    return { kind: 'nothing-taken', stage: stageLabel(stage), since };
  }
  const lastOfFit = Math.max(...fit.map((one) => one.lastTakenAt));
  if (facts.open !== null && waited >= GONE && lastOfFit <= since) return none(lastOfFit);
  return { kind: 'unknown', stage: stageLabel(stage) };
}

const isSelf = (facts: WaitFacts, one: OpenStage, stage: Stage): boolean =>
  one.path === facts.path && one.number === facts.build.number && one.stage === stageLabel(stage);

function unique(stages: readonly OpenStage[]): OpenStage[] {
  return [...new Map(stages.map((one) => [`${one.path}#${one.number}`, one])).values()];
}
