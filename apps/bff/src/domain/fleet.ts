import { type Build, type Stage, stageLabel, type WaitReason } from '@flightdeck/api-client/model';

/** A runner as the server lists it. `*` in its labels stands for any value. */
export interface FleetRunner {
  name: string;
  labels: Readonly<Record<string, string>>;
  capacity: number;
  resting: boolean;
  lastContactAt: number | null;
}

export interface FleetStage {
  path: string | null;
  number: number | null;
  stageNumber: number | null;
  labels: Readonly<Record<string, string>>;
  running: boolean;
  runner: string | null;
}

/** Runners and queue of a server that tells both: then nothing about them has to be inferred. */
export interface Fleet {
  paused: boolean;
  /** Polls for work that are open now, over all runners; null where the server does not tell. */
  idle: number | null;
  runners: readonly FleetRunner[];
  stages: readonly FleetStage[];
}

export interface FleetFacts {
  server: string;
  path: string;
  build: Build;
  now: number;
  /** Repositories that the one who asks may read, as far as they have open stages. */
  open: readonly { path: string; number: number; visible: boolean }[] | null;
  fleet?: Fleet | null;
}

/** A runner says every ten seconds or so that it is there. */
const GONE = 120_000;
/** Between two polls of a runner. */
const MOMENT = 5_000;
/** What a stage asks for without its author asking: every repository and organisation has its own. */
const ownLabels = new Set(['repo', 'org-id']);

/** Why a stage waits by the server's own word; null where that does not explain it. */
export function explainByFleet(facts: FleetFacts, stage: Stage): WaitReason | null {
  const { fleet, build } = facts;
  if (!fleet || stage.runner !== null) return null;
  const name = stageLabel(stage);
  if (fleet.paused) return { kind: 'queue-paused', stage: name };
  const task = fleet.stages.find(
    (one) => one.path === facts.path && one.number === build.number && one.stageNumber === stage.number,
  );
  if (task?.running) return null;
  const wanted = task?.labels ?? stage.labels;
  const since = stage.createdAt ?? build.createdAt;
  const there = fleet.runners.filter(
    (one) => !one.resting && one.lastContactAt !== null && facts.now - one.lastContactAt <= GONE,
  );
  const nothing: WaitReason = { kind: 'nothing-taken', stage: name, since };
  if (there.length === 0) return nothing;
  const fit = there.filter((one) => offers(one, wanted));
  if (fit.length === 0) return noRunner(name, wanted, there);
  const full = busy(facts, name, fit);
  if (full) return full;
  // A runner that has room asks for work all the time; one that died is listed until its last word is old.
  return fleet.idle === 0 && facts.now - since >= MOMENT ? nothing : null;
}

export function offers(runner: FleetRunner, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([label, value]) => value === '' || has(runner, label, value));
}

const has = ({ labels }: FleetRunner, label: string, value: string): boolean => {
  const own = Object.hasOwn(labels, label) ? labels[label] : undefined;
  return own === '*' || own === value;
};

function noRunner(
  stage: string,
  wanted: Readonly<Record<string, string>>,
  there: readonly FleetRunner[],
): WaitReason {
  const all = Object.entries(wanted).filter(([label, value]) => value !== '' && !ownLabels.has(label));
  const missing = all.filter(([label, value]) => !there.some((one) => has(one, label, value)));
  const told = missing.length > 0 ? missing : all;
  const [os = '', arch = '', variant] = (told.find(([label]) => label === 'platform')?.[1] ?? '').split('/');
  return {
    kind: 'no-runner',
    stage,
    type: '',
    platform: os === '' ? null : { os, arch, variant: variant ?? null, kernel: null },
    labels: Object.fromEntries(told.filter(([label]) => label !== 'platform')),
    seen: [...new Set(there.map(described))].sort(),
    since: null,
  };
}

/** Platform and what else tells it from others: `linux/amd64 gpu=yes`. */
function described({ labels }: FleetRunner): string {
  const { platform = '', repo: _, 'org-id': __, hostname: ___, backend = '', ...others } = labels;
  const rest = Object.entries(others).map(([label, value]) => `${label}=${value}`);
  return [backend, platform, ...rest.sort()].filter((part) => part !== '').join(' ');
}

function busy(facts: FleetFacts, stage: string, fit: readonly FleetRunner[]): WaitReason | null {
  const names = new Set(fit.map((one) => one.name));
  const at = (facts.fleet?.stages ?? []).filter((one) => one.running && names.has(one.runner ?? ''));
  const count = (name: string) => at.filter((one) => one.runner === name).length;
  if (!fit.every((one) => count(one.name) >= Math.max(1, one.capacity))) return null;
  const visible = new Set((facts.open ?? []).filter((one) => one.visible).map((one) => one.path));
  const builds = new Map<string, { path: string | null; number: number | null }>();
  for (const { path, number } of at) builds.set(`${path}#${number}`, { path, number });
  const behind = [...builds.values()].flatMap(({ path, number }) =>
    path !== null && number !== null && (path === facts.path || visible.has(path))
      ? [{ server: facts.server, path, number }]
      : [],
  );
  return {
    kind: 'runners-busy',
    stage,
    runners: [...names].sort(),
    behind,
    hidden: builds.size - behind.length,
  };
}
