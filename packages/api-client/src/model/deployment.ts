import { z } from 'zod';
import { buildHeadSchema } from './build.ts';
import { instantSchema } from './common.ts';

/**
 * True outcome of a promotion. `nothing-ran`: the server called it a success although no stage accepts this
 * environment, so nothing was deployed; `uncertain`: the server calls it a success, and the pipeline file that would
 * tell could not be fetched just now.
 */
export const outcomeSchema = z.enum([
  'deployed',
  'failed',
  'nothing-ran',
  'in-flight',
  'cancelled',
  'uncertain',
]);
export type Outcome = z.infer<typeof outcomeSchema>;

export const deploymentSchema = z.object({
  environment: z.string(),
  build: buildHeadSchema,
  outcome: outcomeSchema,
  /** Build that was promoted (its parent), when known. */
  from: z.number().int().nullable(),
  /** Who asked for it in the console, else who the CI server names. */
  by: z.string().nullable(),
});
export type Deployment = z.infer<typeof deploymentSchema>;

export const environmentSchema = z.object({
  name: z.string(),
  /** Last one that really deployed. */
  current: deploymentSchema.nullable(),
  /** Newest attempt, when it is not `current`. */
  latest: deploymentSchema.nullable(),
  history: z.array(deploymentSchema),
  /** Named by the pipeline file of the default branch. */
  named: z.boolean(),
});
export type Environment = z.infer<typeof environmentSchema>;

/** Build parameter as prefilled in a promotion. */
export const parameterSchema = z.object({
  name: z.string(),
  value: z.string(),
  source: z.enum(['parent', 'last', 'typed']),
  /** The CI server copies it from the parent and offers no way to leave it out. */
  fixed: z.boolean(),
});
export type Parameter = z.infer<typeof parameterSchema>;

/** One stage of the pipeline file as it would act on a promotion. */
export const stagePreviewSchema = z.object({
  name: z.string(),
  runs: z.boolean(),
  /**
   * What excludes it, or null. `dependency`: it depends on a stage that does not run; `steps`: none of its own steps
   * would run; `condition`: an expression of the file.
   */
  excludedBy: z
    .enum([
      'event',
      'target',
      'branch',
      'repo',
      'ref',
      'cron',
      'action',
      'instance',
      'dependency',
      'steps',
      'condition',
    ])
    .nullable(),
  /** Conditions it has that nobody but the server can tell; for the rest it runs. */
  unsure: z.array(z.string()),
  /** The stage names this environment explicitly. */
  namesTarget: z.boolean(),
  dependsOn: z.array(z.string()),
  steps: z.array(z.object({ name: z.string(), runs: z.boolean() })),
});
export type StagePreview = z.infer<typeof stagePreviewSchema>;

/**
 * Why a pipeline file gives no preview. `generated`: written in another language that the server runs; `template`: it
 * names one that the server fills in; `unreached`: the forge did not answer.
 */
export const unreadableSchema = z.enum([
  'missing',
  'unreached',
  'generated',
  'template',
  'broken',
  'too-large',
  'no-pipeline',
]);
export type Unreadable = z.infer<typeof unreadableSchema>;

export const promotionWarningSchema = z.enum([
  /** No stage runs: the server answers that nothing matched. */
  'nothing-runs',
  /** Stages run but none names the environment: the server starts a build that deploys nothing and calls it a success. */
  'no-stage-names-target',
  /** The promoted build did not succeed. */
  'parent-not-successful',
  /** The pipeline file could not be read: no preview. */
  'pipeline-file-unreadable',
  /** The promoted build is older than what runs there. */
  'older-than-current',
  'pull-request',
]);
export type PromotionWarning = z.infer<typeof promotionWarningSchema>;

/** A promotion or rollback to an environment that has not ended. */
export const inFlightSchema = z.object({
  /** Who asked for it in the console, else who the CI server names. */
  by: z.string().nullable(),
  /** The build that carries it; null while the CI server has not answered. */
  build: z.number().int().nullable(),
  /** The build that was promoted. */
  from: z.number().int().nullable(),
  since: instantSchema,
});
export type InFlight = z.infer<typeof inFlightSchema>;

export const promotionPlanSchema = z.object({
  build: buildHeadSchema,
  environment: z.string().nullable(),
  environments: z.array(
    z.object({
      name: z.string(),
      source: z.enum(['seen', 'file', 'both']),
      lastAt: instantSchema.nullable(),
    }),
  ),
  parameters: z.array(parameterSchema),
  current: deploymentSchema.nullable(),
  /** The newest one to this environment that is still under way: promoting beside it must be confirmed. */
  inFlight: inFlightSchema.nullable(),
  preview: z.object({
    file: z.string(),
    /** null: it was read. */
    unreadable: unreadableSchema.nullable(),
    /** The words of the forge or the parser, where there are any. */
    raw: z.string().nullable(),
    stages: z.array(stagePreviewSchema),
  }),
  warnings: z.array(promotionWarningSchema),
  /** For a rollback: `rollback` = the server's own event is accepted by a stage, `promote` = promoted again. */
  mode: z.enum(['promote', 'rollback']),
  /** Who the CI server will name as the one who did it; null where it names nobody. */
  actsAs: z.string().nullable(),
});
export type PromotionPlan = z.infer<typeof promotionPlanSchema>;

/** A promotion asked for in the console, known by its idempotency key for 24 h. */
export const promotionSchema = z.object({
  key: z.string(),
  kind: z.enum(['promote', 'rollback']),
  server: z.string(),
  path: z.string(),
  from: z.number().int(),
  commit: z.string(),
  environment: z.string(),
  parameters: z.record(z.string(), z.string()),
  by: z.string(),
  requestedAt: instantSchema,
  /** `sending`: not answered yet. `nothing`: the server matched no stage and started nothing (a `build` it made never runs). `uncertain`: may or may not have started. */
  state: z.enum(['sending', 'started', 'nothing', 'refused', 'uncertain']),
  build: z.number().int().nullable(),
  raw: z.string().nullable(),
});
export type Promotion = z.infer<typeof promotionSchema>;
