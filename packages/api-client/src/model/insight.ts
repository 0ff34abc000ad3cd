import { z } from 'zod';
import { platformSchema } from './build.ts';
import { instantSchema, personSchema } from './common.ts';

/**
 * Why a build or a stage waits: facts, never a sentence. The screen has one sentence per `kind`.
 * Rules and evidence: docs/why-it-waits.md.
 */
export const waitReasonSchema = z.discriminatedUnion('kind', [
  /** No runner has taken this platform (or type, or labels) lately; `seen` are platforms that were. */
  z.object({
    kind: z.literal('no-runner'),
    stage: z.string(),
    type: z.string(),
    platform: platformSchema.nullable(),
    labels: z.record(z.string(), z.string()),
    seen: z.array(z.string()),
    /** How far back the evidence reaches. */
    since: instantSchema.nullable(),
  }),
  /** Runners that could take it are known and all busy; builds the reader may not see are only counted. */
  z.object({
    kind: z.literal('runners-busy'),
    stage: z.string(),
    runners: z.array(z.string()),
    behind: z.array(z.object({ server: z.string(), path: z.string(), number: z.number().int() })),
    hidden: z.number().int().nonnegative(),
  }),
  z.object({
    kind: z.literal('concurrency-limit'),
    stage: z.string(),
    limit: z.number().int(),
    /** Whose limit: the stage's own (pipeline file), or the repository's (settings on the CI server). */
    of: z.enum(['stage', 'repository']),
    behind: z.array(z.object({ number: z.number().int(), waiting: z.boolean() })),
  }),
  z.object({ kind: z.literal('dependency'), stage: z.string(), on: z.array(z.string()) }),
  /** `approvers` is empty where the server does not tell who may. */
  z.object({
    kind: z.literal('approval'),
    stages: z.array(z.string()),
    approvers: z.array(personSchema),
    you: z.boolean(),
    /** Why it was held, where that is known: the repository is protected, or it comes from a fork. */
    because: z.enum(['protected', 'fork', 'unknown']),
  }),
  /** A promotion that no stage of the pipeline file takes: the server made the build and will never run it. */
  z.object({ kind: z.literal('nothing-matched'), environment: z.string().nullable() }),
  /** An administrator has paused the server's queue. */
  z.object({ kind: z.literal('queue-paused'), stage: z.string() }),
  /** Nothing on the whole server was taken for a while: queue paused or no runner connected. */
  z.object({ kind: z.literal('nothing-taken'), stage: z.string(), since: instantSchema }),
  /** A runner should take it within seconds. */
  z.object({ kind: z.literal('soon'), stage: z.string() }),
  z.object({ kind: z.literal('unknown'), stage: z.string().nullable() }),
]);
export type WaitReason = z.infer<typeof waitReasonSchema>;

/** A running step that has given no sign of life: its runner is probably gone. */
export const silenceSchema = z.object({
  stage: z.string(),
  step: z.string().nullable(),
  runner: z.string().nullable(),
  since: instantSchema,
});
export type Silence = z.infer<typeof silenceSchema>;

/** What broke a build, as facts. `kind` picks the sentence; `raw` is the server's own text. */
export const failureCauseSchema = z.object({
  kind: z.enum([
    'exit-code',
    'out-of-memory',
    'command-not-found',
    'not-executable',
    'terminated',
    'crashed',
    'timeout',
    'cancelled',
    'superseded',
    'declined',
    'image-pull',
    'untrusted',
    'pipeline-file',
    'clone',
    'runner-error',
    'unknown',
  ]),
  stage: z.string().nullable(),
  stageNumber: z.number().int().nullable(),
  step: z.string().nullable(),
  stepNumber: z.number().int().nullable(),
  exitCode: z.number().int().nullable(),
  raw: z.string().nullable(),
  /** For `pipeline-file`: the line the parser names, from 1. */
  line: z.number().int().nullable(),
  /** Who cancelled or declined it, when the console knows. */
  by: z.string().nullable(),
  /** For `superseded`: the number of the build that took its place. */
  newer: z.number().int().optional(),
  ignoredSteps: z.array(z.string()),
});
export type FailureCause = z.infer<typeof failureCauseSchema>;
