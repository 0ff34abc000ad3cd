import { z } from 'zod';
import { buildHeadSchema } from './build.ts';
import { instanceIdSchema, instantSchema, levelSchema, repoPathSchema } from './common.ts';
import { healthSchema } from './viewer.ts';

/** Where a repository stands on a CI server. `unknown`: that server has never heard of it (sync). */
export const activationSchema = z.enum(['active', 'inactive', 'unknown']);
export type Activation = z.infer<typeof activationSchema>;

export const repositorySchema = z.object({
  server: instanceIdSchema,
  forge: instanceIdSchema,
  /** The forge's own number of the repository: its identity, also across renames. */
  forgeRepoId: z.string(),
  path: repoPathSchema,
  private: z.boolean(),
  archived: z.boolean(),
  defaultBranch: z.string(),
  /** Page on the forge, by its public address. */
  forgeUrl: z.string(),
  description: z.string(),
  activation: activationSchema,
  /** The signed-in person's permission: the stricter of forge and CI server. */
  level: levelSchema,
  /** The person has a role in it (not only because it is public). */
  mine: z.boolean(),
  favourite: z.boolean(),
  lastBuild: buildHeadSchema.nullable(),
});
export type Repository = z.infer<typeof repositorySchema>;

/** Why something cannot be done: a code the screen has a sentence for. `link` offers linking the account. */
export const obstacleSchema = z.enum([
  'needs-write',
  'needs-admin',
  'needs-ci-administrator',
  /** The forge gave the role, and the CI server goes by an older one: a sync through the person's account tells it. */
  'needs-sync',
  'needs-link',
  'needs-approver',
  'needs-active',
  'already-active',
  'awaits-approval',
  'not-waiting',
  'not-running',
  /** Nothing of it has begun, and the CI server cancels only what runs. */
  'not-begun',
  'not-supported',
  /** The CI server knows no groups in groups. */
  'nested-groups',
  'no-target',
  'promotions-off',
]);
export type Obstacle = z.infer<typeof obstacleSchema>;

/** null = may do it; else the reason why not. */
export const permitSchema = obstacleSchema.nullable();

export const repositoryPermitsSchema = z.object({
  start: permitSchema,
  activate: permitSchema,
  deactivate: permitSchema,
  repair: permitSchema,
  takeOwnership: permitSchema,
  changeSettings: permitSchema,
  listSecrets: permitSchema,
  changeSecrets: permitSchema,
});

export const repositoryDetailSchema = repositorySchema.extend({
  permits: repositoryPermitsSchema,
  pipelineFile: z.string(),
});
export type RepositoryDetail = z.infer<typeof repositoryDetailSchema>;

/** Visibility of a repository on the CI server. */
export const visibilitySchema = z.enum(['public', 'internal', 'private']);

/** Whose builds wait for a person's consent. */
export const approvalModeSchema = z.enum(['none', 'forks', 'pull_requests', 'all_events']);
export type ApprovalMode = z.infer<typeof approvalModeSchema>;

/**
 * Why a branch's newest commit has no build. `nothing-runs`: no part of the pipeline file is for such an event there.
 * `hook-…`: the forge's webhook to the CI server is not there, is switched off, or does not tell of pushes.
 */
export const unbuiltReasonSchema = z.enum([
  'no-pipeline-file',
  'nothing-runs',
  'hook-missing',
  'hook-disabled',
  'hook-event',
]);
export type UnbuiltReason = z.infer<typeof unbuiltReasonSchema>;

export const unbuiltSchema = z.object({
  /** Newest commit of the branch on the forge; null where it has no such branch. */
  commit: z.string().nullable(),
  /** null: it has a build, or nothing is known that would keep it from one. */
  reason: unbuiltReasonSchema.nullable(),
  /** Where the CI server looks for what to do. */
  pipelineFile: z.string(),
});
export type Unbuilt = z.infer<typeof unbuiltSchema>;

/** General settings on the CI server. Fields a server lacks are null and hidden. */
export const settingsSchema = z.object({
  visibility: visibilitySchema.nullable(),
  pipelineFile: z.string().nullable(),
  protected: z.boolean().nullable(),
  approvals: approvalModeSchema.nullable(),
  /** Builds may be promoted at all. */
  promotions: z.boolean().nullable(),
  ignoreForks: z.boolean().nullable(),
  ignorePullRequests: z.boolean().nullable(),
  ignorePushes: z.boolean().nullable(),
  ignoreTags: z.boolean().nullable(),
  /** What the forge itself calls a deployment, not promotions. */
  ignoreDeployments: z.boolean().nullable(),
  cancelPullRequests: z.boolean().nullable(),
  cancelPushes: z.boolean().nullable(),
  cancelRunning: z.boolean().nullable(),
  trusted: z.boolean().nullable(),
  trustedNetwork: z.boolean().nullable(),
  trustedVolumes: z.boolean().nullable(),
  trustedSecurity: z.boolean().nullable(),
  timeoutMinutes: z.number().int().nullable(),
  concurrentBuilds: z.number().int().nullable(),
  buildCounter: z.number().int().nullable(),
});
export type Settings = z.infer<typeof settingsSchema>;
export const settingNames = settingsSchema.keyof().options;
/** Of a server that has none of them, or of which none is known. */
export const noSettings = Object.fromEntries(settingNames.map((name) => [name, null])) as Record<
  keyof Settings,
  null
>;

export const settingsViewSchema = z.object({
  values: settingsSchema,
  /** Per field: null = the person may change it, else why not. */
  permits: z.record(z.string(), permitSchema),
  /** Set where the CI server does not answer: how, and by `lastGoodAt` as of when the values are. */
  stale: healthSchema.nullable(),
});
export type SettingsView = z.infer<typeof settingsViewSchema>;

/** One reported step of an activation. */
export const activationStepSchema = z.object({
  name: z.enum(['sync', 'find', 'enable', 'hook']),
  state: z.enum(['done', 'failed', 'skipped']),
  tookMs: z.number().int().nonnegative(),
  /** Problem code and raw message of a failed step. */
  code: z.string().nullable(),
  raw: z.string().nullable(),
});
export type ActivationStep = z.infer<typeof activationStepSchema>;

export const syncStateSchema = z.object({
  state: z.enum(['never', 'running', 'done', 'failed']),
  startedAt: instantSchema.nullable(),
  finishedAt: instantSchema.nullable(),
  /** Repositories the CI server knew before and after; null while running. */
  before: z.number().int().nullable(),
  after: z.number().int().nullable(),
  raw: z.string().nullable(),
});
export type SyncState = z.infer<typeof syncStateSchema>;
