import {
  type Build,
  type BuildHead,
  type FailureCause,
  isFailure,
  isFinished,
  type Stage,
  type Step,
} from '@flightdeck/api-client/model';

type Kind = FailureCause['kind'];

/** What the build itself does not tell. */
export interface DiagnosisFacts {
  /** The repository's time limit; null where unknown. */
  timeoutMinutes: number | null;
  /** Who cancelled or declined it through the console. */
  endedBy: string | null;
}

const nowhere: Omit<FailureCause, 'kind'> = {
  stage: null,
  stageNumber: null,
  step: null,
  stepNumber: null,
  exitCode: null,
  raw: null,
  line: null,
  by: null,
  ignoredSteps: [],
};

/** Why a build ended badly, or is about to; null where there is nothing to explain. */
export function diagnose(build: Build, facts: DiagnosisFacts): FailureCause | null {
  const ignoredSteps = build.stages.flatMap((stage) =>
    stage.steps.filter((step) => isFailure(step.status) && step.ignoresFailure).map((step) => step.name),
  );
  if (build.status === 'declined') return { ...nowhere, kind: 'declined', by: facts.endedBy };
  if (build.status === 'error' && build.stages.length === 0) return ofFile(build);
  const broken = brokenPlace(build);
  if (broken?.step) return { ...ofStep(broken.stage, broken.step), ignoredSteps };
  if (broken) return { ...ofStage(broken.stage), ignoredSteps };
  if (build.status === 'cancelled') return { ...ofCancel(build, facts), ignoredSteps };
  if (isFailure(build.status)) return { ...nowhere, kind: 'unknown', raw: build.error, ignoredSteps };
  return null;
}

/** From a head alone: only what needs no stages. */
export function diagnoseHead(build: BuildHead, facts: DiagnosisFacts): FailureCause | null {
  if (build.status === 'declined') return { ...nowhere, kind: 'declined', by: facts.endedBy };
  if (build.status === 'cancelled') return { ...nowhere, ...endOf(build, facts) };
  return build.status === 'error' && build.error !== null ? ofFile(build) : null;
}

/**
 * The place that broke the build: of the steps that failed and may not, the one that ended first. A stage that
 * failed without such a step stands for itself (a runner that could not begin).
 */
export function brokenPlace(build: Build): { stage: Stage; step: Step | null } | null {
  const steps = build.stages
    .flatMap((stage) => stage.steps.map((step) => ({ stage, step })))
    .filter(({ step }) => isFailure(step.status) && !step.ignoresFailure)
    .sort(
      (a, b) =>
        (a.step.finishedAt ?? Number.MAX_SAFE_INTEGER) - (b.step.finishedAt ?? Number.MAX_SAFE_INTEGER) ||
        a.stage.number - b.stage.number ||
        a.step.number - b.step.number,
    );
  if (steps[0]) return steps[0];
  const stage = build.stages.find((one) => isFailure(one.status));
  return stage ? { stage, step: null } : null;
}

/** Where a build's page opens: what broke it, else what was cancelled or runs, else the last step that did anything. */
export function opensAt(build: Build): { stage: number; step: number } | null {
  const broken = brokenPlace(build);
  if (broken?.step) return { stage: broken.stage.number, step: broken.step.number };
  const all = build.stages.flatMap((stage) => stage.steps.map((step) => ({ stage, step })));
  const first = (match: (step: Step) => boolean) => all.find(({ step }) => match(step));
  const chosen =
    first((step) => step.status === 'running') ??
    first((step) => step.status === 'cancelled') ??
    all.findLast(({ step }) => isFinished(step.status) && step.status !== 'skipped') ??
    all[0];
  return chosen ? { stage: chosen.stage.number, step: chosen.step.number } : null;
}

function ofFile(build: BuildHead): FailureCause {
  const raw = build.error;
  const line = raw
    ?.match(/\bline (\d+)\b|\bat L(\d+)\.C\d/)
    ?.slice(1)
    .find(Boolean);
  return {
    ...nowhere,
    kind: raw !== null && /\buntrusted\b/i.test(raw) ? 'untrusted' : 'pipeline-file',
    raw,
    line: line === undefined ? null : Number(line),
  };
}

function ofStep(stage: Stage, step: Step): FailureCause {
  const raw = step.error ?? stage.error;
  return {
    ...nowhere,
    ...at(stage),
    step: step.name,
    stepNumber: step.number,
    exitCode: step.exitCode,
    raw,
    kind: kindOfStep(stage, step, raw),
  };
}

/** What container runtimes and registries say when an image cannot be had. */
const pull =
  /unauthorized|(?<!permission )denied|no basic auth|manifest (unknown|for .* not found)|not found: manifest|pull access|x509|http response to https client|toomanyrequests|pull rate limit|no such image|error pulling image|failed to resolve reference/i;
const memory = /\boom|out of memory/i;

/** Meanings of exit codes as shells and container runtimes give them. */
const byCode: Readonly<Record<number, Kind>> = {
  126: 'not-executable',
  127: 'command-not-found',
  134: 'crashed',
  137: 'out-of-memory',
  139: 'crashed',
  143: 'terminated',
};

function kindOfStep(stage: Stage, step: Step, raw: string | null): Kind {
  if (raw !== null && pull.test(raw)) return 'image-pull';
  if (raw !== null && memory.test(raw)) return 'out-of-memory';
  // The server's own first step; a repository's step of that name comes later.
  if (stage.steps[0]?.number === step.number && step.name === 'clone') return 'clone';
  if (step.status === 'error' || step.exitCode === 255) return 'runner-error';
  if (step.exitCode === null || step.exitCode === 0) return raw === null ? 'unknown' : 'runner-error';
  return byCode[step.exitCode] ?? 'exit-code';
}

function ofStage(stage: Stage): FailureCause {
  const raw = stage.error;
  const kind: Kind = raw === null ? 'unknown' : pull.test(raw) ? 'image-pull' : 'runner-error';
  return { ...nowhere, ...at(stage), kind, raw };
}

function ofCancel(build: Build, facts: DiagnosisFacts): FailureCause {
  const stage = build.stages.find((one) => one.status === 'cancelled') ?? null;
  const step = stage?.steps.find((one) => one.status === 'cancelled') ?? null;
  const place = {
    ...nowhere,
    ...(stage ? at(stage) : {}),
    step: step?.name ?? null,
    stepNumber: step?.number ?? null,
    exitCode: step?.exitCode ?? null,
  };
  const end = endOf(build, facts);
  // A person's word beats arithmetic: one who cancels near the limit has still cancelled. It needs no other words.
  if (end.by !== null || end.kind === 'superseded') return { ...place, ...end };
  const kind = stage && ranOutOfTime(stage, facts.timeoutMinutes) ? 'timeout' : 'cancelled';
  // Why the build was ended says more than that its step was.
  return { ...place, kind, raw: build.error ?? step?.error ?? stage?.error ?? null };
}

/** By whom a cancelled build was, or which one took its place. The console's own record knows people behind its account. */
function endOf(build: BuildHead, facts: DiagnosisFacts): Pick<FailureCause, 'kind' | 'by' | 'newer'> {
  if (facts.endedBy !== null) return { kind: 'cancelled', by: facts.endedBy };
  if (build.supersededBy) return { kind: 'superseded', by: null, newer: build.supersededBy };
  return { kind: 'cancelled', by: build.cancelledBy ?? null };
}

/** A stage killed at its limit and one killed by a person look alike but for the time it took. */
function ranOutOfTime(stage: Stage, timeoutMinutes: number | null): boolean {
  if (!timeoutMinutes || stage.startedAt === null || stage.finishedAt === null) return false;
  const limit = timeoutMinutes * 60_000;
  const took = stage.finishedAt - stage.startedAt;
  return took >= limit - 2_000 && took <= limit + Math.max(60_000, limit * 0.02);
}

const at = (stage: Stage): Pick<FailureCause, 'stage' | 'stageNumber'> => ({
  stage: stage.name,
  stageNumber: stage.number,
});
