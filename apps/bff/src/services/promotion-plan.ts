import type { BuildHead, Promotion, PromotionPlan } from '@flightdeck/api-client/model';
import { Failure } from '../domain/failure.ts';
import { groupByEnvironment, inFlightTo, prefill, rollbackMode, warningsFor } from '../domain/promotion.ts';
import type { Clock } from '../ports/clock.ts';
import type { GatedRepo } from './context.ts';
import type { DeploymentsService } from './deployments.ts';
import type { PipelineFiles, Preview } from './pipeline-files.ts';

export type PromotionKind = PromotionPlan['mode'];

export interface PlanRequest {
  environment?: string | undefined;
  kind: PromotionKind;
}

/** What a promotion would do: nothing here sends anything but questions. */
export interface PromotionPlans {
  plan(repo: GatedRepo, number: number, request: PlanRequest): Promise<PromotionPlan>;
  /** The build as the CI server tells it now; throws `not_found`. */
  buildToPromote(repo: GatedRepo, number: number): Promise<BuildHead>;
  /** For a rollback: the server's own event where a stage takes it, else the build is promoted again. */
  modeOf(
    repo: GatedRepo,
    build: BuildHead,
    kind: PromotionKind,
    environment: string | null,
  ): Promise<{ mode: PromotionKind; preview: Preview }>;
}

export function createPromotionPlans(deps: {
  pipelineFiles: PipelineFiles;
  deployments: DeploymentsService;
  clock: Clock;
  /** Promotions of the repository that the console knows of. */
  promotions: (repo: GatedRepo) => Promise<Promotion[]>;
}): PromotionPlans {
  const { pipelineFiles, deployments } = deps;

  async function buildToPromote(repo: GatedRepo, number: number): Promise<BuildHead> {
    const build = await repo.speaker.client.build(repo.path, number);
    if (!build) throw new Failure('not_found', 'No such build.', { instance: repo.server.id });
    return build;
  }

  const modeOf: PromotionPlans['modeOf'] = async (repo, build, kind, environment) => {
    const as = (event: PromotionKind) => pipelineFiles.preview(repo, { ...build, event, environment });
    if (kind === 'rollback' && repo.server.declaration.capabilities.includes('rollback-event')) {
      const preview = await as('rollback');
      if (rollbackMode(preview.stages) === 'rollback') return { mode: 'rollback', preview };
    }
    return { mode: 'promote', preview: await as('promote') };
  };

  async function plan(repo: GatedRepo, number: number, request: PlanRequest): Promise<PromotionPlan> {
    const build = await buildToPromote(repo, number);
    const name = request.environment ?? null;
    const [history, promotions, named, { mode, preview }] = await Promise.all([
      deployments.history(repo),
      deps.promotions(repo),
      pipelineFiles.environments(repo, build),
      modeOf(repo, build, request.kind, name),
    ]);
    const environments = groupByEnvironment(history, named);
    const environment = environments.find((e) => e.name === name) ?? null;
    const last = request.kind === 'rollback' ? null : (environment?.history[0]?.build ?? null);
    const facts = { build, stages: preview.stages, environment, kind: request.kind };
    return {
      build,
      environment: name,
      environments: environments.map((e) => ({
        name: e.name,
        source: !e.named ? 'seen' : e.history.length > 0 ? 'both' : 'file',
        lastAt: e.history[0]?.build.createdAt ?? null,
      })),
      parameters: prefill(build, last, promotions),
      current: environment?.current ?? null,
      inFlight: name === null ? null : inFlightTo(name, history, promotions, deps.clock.now()),
      preview: {
        file: preview.file,
        unreadable: preview.unreadable,
        raw: preview.raw,
        stages: [...(preview.stages ?? [])],
      },
      warnings: name === null ? [] : warningsFor(facts),
      mode,
      actsAs: repo.server.declaration.capabilities.includes('starter-named') ? repo.speaker.login : null,
    };
  }

  return { plan, buildToPromote, modeOf };
}
