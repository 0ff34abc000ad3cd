import { z } from 'zod';
import { instantSchema, personSchema } from './common.ts';

/**
 * One list for builds, stages and steps.
 * `approval`: held until somebody consents. `waiting`: for a runner, a slot or a dependency.
 * `error`: the server or the runner failed, not the commands. `unknown`: a word we do not know yet.
 */
export const statusSchema = z.enum([
  'waiting',
  'approval',
  'running',
  'success',
  'failure',
  'error',
  'cancelled',
  'declined',
  'skipped',
  'unknown',
]);
export type Status = z.infer<typeof statusSchema>;

const finished: ReadonlySet<Status> = new Set([
  'success',
  'failure',
  'error',
  'cancelled',
  'declined',
  'skipped',
]);
export const isFinished = (status: Status): boolean => finished.has(status);
export const isFailure = (status: Status): boolean => status === 'failure' || status === 'error';

export const buildEventSchema = z.enum([
  'push',
  'pull_request',
  'tag',
  'release',
  'promote',
  'rollback',
  'cron',
  'custom',
  'unknown',
]);
export type BuildEvent = z.infer<typeof buildEventSchema>;

export const stepSchema = z.object({
  number: z.number().int(),
  name: z.string(),
  status: statusSchema,
  /** The pipeline file lets this step fail without failing its stage. */
  ignoresFailure: z.boolean(),
  exitCode: z.number().int().nullable(),
  error: z.string().nullable(),
  startedAt: instantSchema.nullable(),
  finishedAt: instantSchema.nullable(),
  dependsOn: z.array(z.string()),
  image: z.string().nullable(),
  /** A service that runs beside the other steps. */
  detached: z.boolean(),
  /** What it printed last may be missing from its log for good: the server does not take it. Absent where it does. */
  endMayBeLost: z.boolean().optional(),
  /** The server's own counter of this object: a snapshot with a lower one is older. 0 where unknown. */
  version: z.number().int(),
});
export type Step = z.infer<typeof stepSchema>;

export const platformSchema = z.object({
  os: z.string(),
  arch: z.string(),
  variant: z.string().nullable(),
  kernel: z.string().nullable(),
});
export type Platform = z.infer<typeof platformSchema>;

export const stageSchema = z.object({
  number: z.number().int(),
  /** Stages of one matrix share it: `axes` tells them apart. */
  name: z.string(),
  /** Values of the matrix this stage was made for: `{"GO": "1.24"}`. Empty where there is none. */
  axes: z.record(z.string(), z.string()),
  status: statusSchema,
  /** The server says this stage waits for other stages. */
  waitsForDependencies: z.boolean(),
  error: z.string().nullable(),
  /** How the server names the way it runs: `docker`, `exec`, `kubernetes`… Empty where unknown. */
  type: z.string(),
  platform: platformSchema.nullable(),
  labels: z.record(z.string(), z.string()),
  runner: z.string().nullable(),
  /** Stages of one name that may run at a time in this repository; null = no limit. */
  concurrencyLimit: z.number().int().nullable(),
  dependsOn: z.array(z.string()),
  createdAt: instantSchema.nullable(),
  startedAt: instantSchema.nullable(),
  finishedAt: instantSchema.nullable(),
  exitCode: z.number().int().nullable(),
  steps: z.array(stepSchema),
  version: z.number().int(),
});
export type Stage = z.infer<typeof stageSchema>;

/** A stage as people tell it from others: its name, and its place in a matrix. */
export function stageLabel({ name, axes }: Pick<Stage, 'name' | 'axes'>): string {
  const values = Object.entries(axes).map(([axis, value]) => `${axis} ${value}`);
  return values.length === 0 ? name : `${name} (${values.join(', ')})`;
}

/** A build without its stages: what lists and the index hold. */
export const buildHeadSchema = z.object({
  number: z.number().int().positive(),
  /** `approval` when any stage is held for consent and the build has not ended. */
  status: statusSchema,
  event: buildEventSchema,
  /** Finer word of the event (`opened`, `synchronized`, `create`…), empty where there is none. */
  action: z.string(),
  error: z.string().nullable(),
  title: z.string(),
  message: z.string(),
  commit: z.string(),
  before: z.string().nullable(),
  ref: z.string(),
  /** The branch it runs for; for a pull request the branch it would go into. */
  branch: z.string(),
  /** Pull request: the branch it comes from. */
  sourceBranch: z.string().nullable(),
  /** Pull request from another repository: that repository's path. */
  fork: z.string().nullable(),
  pullRequest: z.number().int().nullable(),
  tag: z.string().nullable(),
  author: personSchema,
  /** Who or what started it: a login, or null for the forge's hook; `cron` builds name the job. */
  startedBy: z.string().nullable(),
  cron: z.string().nullable(),
  parent: z.number().int().nullable(),
  /** Target of a promotion or rollback. */
  environment: z.string().nullable(),
  parameters: z.record(z.string(), z.string()),
  debug: z.boolean(),
  /** Login of who cancelled it, where the server tells; it may be the console's service account. */
  cancelledBy: z.string().optional(),
  /** Number of the build whose coming cancelled it, where the server tells. */
  supersededBy: z.number().int().positive().optional(),
  createdAt: instantSchema,
  startedAt: instantSchema.nullable(),
  finishedAt: instantSchema.nullable(),
  version: z.number().int(),
});
export type BuildHead = z.infer<typeof buildHeadSchema>;

export const buildSchema = buildHeadSchema.extend({
  stages: z.array(stageSchema),
});
export type Build = z.infer<typeof buildSchema>;
