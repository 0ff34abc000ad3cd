import {
  type BuildHead,
  type Deployment,
  type Environment,
  isFinished,
  type Outcome,
  type Parameter,
  type PromotionWarning,
  type StagePreview,
} from '@flightdeck/api-client/model';

/**
 * What the pipeline file says about a promotion. `none`: nothing is to be learnt from it (absent, generated or broken);
 * `unreached`: the forge did not answer, so that nobody knows yet.
 */
export type Evidence = 'names-target' | 'names-no-target' | 'none' | 'unreached';

/**
 * What a promotion really did. A server that runs stages without conditions for any target ends a misspelt promotion
 * with success although nothing was deployed: only the pipeline file can tell.
 */
export function outcomeOf(build: BuildHead, evidence: Evidence): Outcome {
  if (!isFinished(build.status)) return 'in-flight';
  if (build.status === 'success') {
    if (evidence === 'unreached') return 'uncertain';
    return evidence === 'names-no-target' ? 'nothing-ran' : 'deployed';
  }
  if (build.status === 'failure' || build.status === 'error') return 'failed';
  return 'cancelled';
}

/** Environments with their deployments, newest first; those only named by the file come last, empty. */
export function groupByEnvironment(
  deployments: readonly Deployment[],
  named: readonly string[],
): Environment[] {
  const groups = new Map<string, Deployment[]>();
  for (const one of [...deployments].sort((a, b) => b.build.number - a.build.number)) {
    groups.set(one.environment, [...(groups.get(one.environment) ?? []), one]);
  }
  for (const name of named) if (!groups.has(name)) groups.set(name, []);
  return [...groups].map(([name, history]) => {
    const current = history.find((d) => d.outcome === 'deployed') ?? null;
    const newest = history[0] ?? null;
    return {
      name,
      current,
      latest: newest === current ? null : newest,
      history,
      named: named.includes(name),
    };
  });
}

/**
 * Parameters to begin with: the parent's (which the server copies and offers no way to leave out), overridden and
 * completed by those of the last promotion to the environment.
 */
export function prefill(parent: BuildHead, last: BuildHead | null): Parameter[] {
  // Names are other people's words: `constructor` stands on every object.
  const before = new Map(Object.entries(last?.parameters ?? {}));
  const inherited = Object.entries(parent.parameters).map(
    ([name, value]): Parameter => ({
      name,
      value: before.get(name) ?? value,
      source: before.has(name) ? 'last' : 'parent',
      fixed: true,
    }),
  );
  const added = [...before]
    .filter(([name]) => !Object.hasOwn(parent.parameters, name))
    .map(([name, value]): Parameter => ({ name, value, source: 'last', fixed: false }));
  return [...inherited, ...added];
}

export interface PlanFacts {
  build: BuildHead;
  stages: readonly StagePreview[] | null;
  environment: Environment | null;
  kind: 'promote' | 'rollback';
}

/** What the person is told before anything is sent; the gravest first. */
export function warningsFor({ build, stages, environment, kind }: PlanFacts): PromotionWarning[] {
  const warnings: PromotionWarning[] = [];
  if (stages === null) warnings.push('pipeline-file-unreadable');
  else if (!stages.some((stage) => stage.runs)) warnings.push('nothing-runs');
  else if (!stages.some((stage) => stage.namesTarget)) warnings.push('no-stage-names-target');
  if (build.status !== 'success') warnings.push('parent-not-successful');
  if (build.event === 'pull_request') warnings.push('pull-request');
  if (environment?.history.some((d) => d.outcome === 'in-flight')) warnings.push('in-flight');
  const running = environment?.current;
  if (kind === 'promote' && running && build.number < (running.from ?? running.build.number))
    warnings.push('older-than-current');
  return warnings;
}

/** A rollback uses the server's own event only when a stage made for the environment takes it. */
export function rollbackMode(stages: readonly StagePreview[] | null): 'promote' | 'rollback' {
  return stages?.some((stage) => stage.runs && stage.namesTarget) ? 'rollback' : 'promote';
}
