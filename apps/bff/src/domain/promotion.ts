import {
  type BuildHead,
  type Deployment,
  type Environment,
  type InFlight,
  isFinished,
  type Outcome,
  type Parameter,
  type Promotion,
  type PromotionWarning,
  type StagePreview,
} from '@flightdeck/api-client/model';

/**
 * What the pipeline file says about a promotion. `runs-nothing`: no stage takes it at all. `none`: nothing is to be learnt from it (absent, generated or broken);
 * `unreached`: the forge did not answer, so that nobody knows yet.
 */
export type Evidence = 'names-target' | 'names-no-target' | 'runs-nothing' | 'none' | 'unreached';

/**
 * What a promotion really did. A server that runs stages without conditions for any target ends a misspelt promotion
 * with success although nothing was deployed: only the pipeline file can tell.
 */
export function outcomeOf(build: BuildHead, evidence: Evidence): Outcome {
  // A server may make the build all the same and let it wait for ever.
  if (build.status === 'waiting' && evidence === 'runs-nothing') return 'nothing-ran';
  if (!isFinished(build.status)) return 'in-flight';
  if (build.status === 'success') {
    if (evidence === 'unreached') return 'uncertain';
    return evidence === 'names-no-target' || evidence === 'runs-nothing' ? 'nothing-ran' : 'deployed';
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
 * completed by those of the last promotion to the environment. Where the server does not keep them, what the console
 * itself sent (`asked`) for that one, and for the parent when that was a promotion, tells.
 */
export function prefill(
  parent: BuildHead,
  last: BuildHead | null,
  asked: readonly Pick<Promotion, 'build' | 'parameters'>[] = [],
): Parameter[] {
  // Names are other people's words: `constructor` stands on every object.
  const sent = (to: BuildHead | null) =>
    Object.entries((to && asked.find(({ build }) => build === to.number)?.parameters) ?? {});
  const missing = sent(parent).filter(([name]) => !Object.hasOwn(parent.parameters, name));
  const before = new Map([...missing, ...Object.entries(last?.parameters ?? {}), ...sent(last)]);
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
  const running = environment?.current;
  if (kind === 'promote' && running && build.number < (running.from ?? running.build.number))
    warnings.push('older-than-current');
  return warnings;
}

/** ms. A build that was started this long ago stands in the server's list. */
const LISTED_AFTER = 60_000;

/**
 * What is under way to an environment: builds that have not ended, and promotions whose build nobody has seen yet. The
 * newest of them; two deployments at once can end in any order.
 */
export function inFlightTo(
  name: string,
  deployments: readonly Deployment[],
  promotions: readonly Promotion[],
  now: number,
): InFlight | null {
  const askedFor = new Map(promotions.map((one) => [one.build, one]));
  const listed = new Set(deployments.map((one) => one.build.number));
  const builds = deployments
    .filter((one) => one.environment === name && one.outcome === 'in-flight')
    .map((one): InFlight => {
      const asked = askedFor.get(one.build.number);
      return {
        by: asked?.by ?? one.by,
        build: one.build.number,
        from: one.from,
        since: asked?.requestedAt ?? one.build.createdAt,
      };
    });
  const sent = promotions
    .filter((one) => one.environment === name)
    .filter(({ state, build, requestedAt }) =>
      state === 'started'
        ? build !== null && !listed.has(build) && now - requestedAt < LISTED_AFTER
        : state === 'sending' || state === 'uncertain',
    )
    .map(({ by, build, from, requestedAt }): InFlight => ({ by, build, from, since: requestedAt }));
  return [...builds, ...sent].sort((a, b) => b.since - a.since)[0] ?? null;
}

/** A rollback uses the server's own event only when a stage made for the environment takes it. */
export function rollbackMode(stages: readonly StagePreview[] | null): 'promote' | 'rollback' {
  return stages?.some((stage) => stage.runs && stage.namesTarget) ? 'rollback' : 'promote';
}
