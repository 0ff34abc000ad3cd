import { z } from 'zod';
import {
  activationStepSchema,
  buildEventSchema,
  buildHeadSchema,
  buildSchema,
  failureCauseSchema,
  healthSchema,
  instanceIdSchema,
  instantSchema,
  isPathSegment,
  logHitSchema,
  logMarkSchema,
  permitSchema,
  promotionSchema,
  repositoryDetailSchema,
  repositorySchema,
  silenceSchema,
  statusSchema,
  waitReasonSchema,
} from '../model/index.ts';
import { problemCodes } from './problem.ts';

/**
 * A repository's path as one segment of an address: groups joined by `~`, which no forge allows in a name.
 * (`%2F` would not survive reverse proxies that decode it.)
 */
export const repoKeySchema = z
  .string()
  .max(400)
  .refine(
    (key) => key.split('~').length >= 2 && key.split('~').length <= 20 && key.split('~').every(isPathSegment),
    {
      error: 'must be owner~name',
    },
  );
export const toRepoKey = (path: string): string => path.replaceAll('/', '~');
export const fromRepoKey = (key: string): string => key.replaceAll('~', '/');

export const inRepo = z.object({ server: instanceIdSchema, repo: repoKeySchema });
const positive = z.number().int().positive();
export const inBuild = inRepo.extend({ number: positive });
export const inStep = inBuild.extend({ stage: positive, step: positive });

export const idempotencyKeySchema = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/);

/** Names that would become the server's own variables or its query parameters are refused. */
const reserved =
  /^(access_token|target|commit|branch|debug|message|action|event|fork|deploy_to|deploy_task|PATH|HOME|CI|CI_.*|DRONE_.*|PLUGIN_.*|LD_.*)$/;
export const isReservedParameter = (name: string): boolean => reserved.test(name);
export const parameterNameSchema = z
  .string()
  .max(100)
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/)
  .refine((name) => !isReservedParameter(name), { error: 'reserved' });
export const parametersSchema = z
  .record(parameterNameSchema, z.string().max(4096))
  .refine((all) => Object.keys(all).length <= 100, { error: 'at most 100 parameters' });

/** Where a forge has no redirect to ask by: a token its owner made there, or login and password to make one with. */
export const forgeCredentialsSchema = z.union([
  z.object({ token: z.string().trim().min(1).max(4_096) }),
  z.object({ login: z.string().trim().min(1).max(255), password: z.string().min(1).max(1_024) }),
]);
export type GivenCredentials = z.infer<typeof forgeCredentialsSchema>;

/**
 * Set where the CI server did not answer: how, and by `lastGoodAt` as of when the rest of the answer is. null: what is
 * shown is what the server says now.
 */
export const staleSchema = healthSchema.nullable();

/** A build in a list beyond its repository's own page. */
export const listedBuildSchema = z.object({
  server: instanceIdSchema,
  path: z.string(),
  build: buildHeadSchema,
  /** First of its reasons to wait, when it waits. */
  waits: waitReasonSchema.nullable(),
  cause: failureCauseSchema.nullable(),
  silence: silenceSchema.nullable(),
  permits: z.object({ approve: permitSchema, restart: permitSchema }),
});
export type ListedBuild = z.infer<typeof listedBuildSchema>;

/** `mine`: builds that the person wrote or started, and those that wait for the person's consent. */
export const deckInput = z.object({ whose: z.enum(['all', 'mine']).default('all') });

export const deckSchema = z.object({
  waiting: z.array(listedBuildSchema),
  failed: z.array(listedBuildSchema),
  running: z.array(listedBuildSchema),
  recent: z.array(listedBuildSchema),
  favourites: z.array(repositorySchema),
  /** Those nobody knows the end of yet, `sending` or `uncertain`, newest first; of anybody, in these repositories. */
  promotions: z.array(promotionSchema),
  servers: z.array(healthSchema),
  forges: z.array(healthSchema),
  asOf: instantSchema,
});
export type Deck = z.infer<typeof deckSchema>;

export const buildPermitsSchema = z.object({
  restart: permitSchema,
  cancel: permitSchema,
  approve: permitSchema,
  promote: permitSchema,
  rollback: permitSchema,
});
export type BuildPermits = z.infer<typeof buildPermitsSchema>;

/** Why one stage waits; `stage` is its number. */
export const stageWaitSchema = z.object({ stage: z.number().int(), reason: waitReasonSchema });
export type StageWait = z.infer<typeof stageWaitSchema>;

/** Everything a build's page shows, also what a live message about a build carries. */
export const buildViewSchema = z.object({
  server: instanceIdSchema,
  path: z.string(),
  build: buildSchema,
  /** Empty unless it waits; the first one is the sentence. */
  waits: z.array(waitReasonSchema),
  /** Every stage that waits, in the order of the stages, also while others run. */
  stageWaits: z.array(stageWaitSchema),
  silence: silenceSchema.nullable(),
  cause: failureCauseSchema.nullable(),
  /** Where the page opens: the step that broke it, else the running one, else the last. */
  opensAt: z.object({ stage: z.number().int(), step: z.number().int() }).nullable(),
  permits: buildPermitsSchema,
  /** Name of the pipeline file as the repository is set now; `links.pipelineFile` leads to it at this commit. */
  pipelineFile: z.string(),
  links: z.object({
    commit: z.string(),
    branch: z.string().nullable(),
    pullRequest: z.string().nullable(),
    tag: z.string().nullable(),
    /** null where it is not one file. */
    pipelineFile: z.string().nullable(),
    upstream: z.string(),
  }),
  older: z.number().int().nullable(),
  newer: z.number().int().nullable(),
  stale: staleSchema,
  /** false: only what lists tell of it is known just now, and of its stages nothing. */
  whole: z.boolean(),
  asOf: instantSchema,
});
export type BuildView = z.infer<typeof buildViewSchema>;

export const buildListSchema = z.object({
  items: z.array(
    z.object({
      build: buildHeadSchema,
      waits: waitReasonSchema.nullable(),
      cause: failureCauseSchema.nullable(),
    }),
  ),
  /** Ask with `before` = this number for the next page; null at the end. */
  nextBefore: z.number().int().nullable(),
  /** How far back the filters can see. */
  reach: z.object({
    oldest: z.number().int().nullable(),
    complete: z.boolean(),
    filling: z.boolean(),
    asOf: instantSchema.nullable(),
  }),
  stale: staleSchema,
  /** Values to choose from, seen in the index. */
  branches: z.array(z.string()),
  authors: z.array(z.string()),
});
export type BuildList = z.infer<typeof buildListSchema>;

export const buildFilterSchema = z.object({
  branch: z.string().max(300).optional(),
  event: buildEventSchema.optional(),
  status: statusSchema.optional(),
  author: z.string().max(100).optional(),
  before: z.number().int().positive().optional(),
  limit: z.number().int().min(1).max(100).default(50),
});

/** `nothing`: the server answered that no stage accepts this; no build exists. */
export const startedSchema = z.object({
  outcome: z.enum(['started', 'nothing']),
  number: z.number().int().nullable(),
});

export const repositoryListSchema = z.object({
  items: z.array(repositorySchema),
  total: z.number().int(),
  nextFrom: z.number().int().nullable(),
  servers: z.array(healthSchema),
  forges: z.array(healthSchema),
  asOf: instantSchema,
});
export type RepositoryList = z.infer<typeof repositoryListSchema>;

export const activationReportSchema = z.object({
  steps: z.array(activationStepSchema),
  repository: repositoryDetailSchema.nullable(),
});
export type ActivationReport = z.infer<typeof activationReportSchema>;

/**
 * What was found in lines `from`…`scanned - 1`. A search goes on by asking again with `from: scanned` until `complete`;
 * totals and counts of the answers add up. An answer takes at most a second or two however long the log is.
 */
export const searchHitsSchema = z.object({
  generation: z.number().int(),
  from: z.number().int(),
  /** The first line that was not searched yet. */
  scanned: z.number().int(),
  /** Matching lines among them: exact. */
  total: z.number().int(),
  /** Indexes of the first 10,000 of them, ascending. */
  lines: z.array(z.number().int()),
  /** Matching lines by chunk of 512, `[chunk, lines]`, ascending, only where there are any: for a map, and to step through. */
  counts: z.array(z.tuple([z.number().int(), z.number().int()])),
  /** The first 100 of them. */
  hits: z.array(logHitSchema),
  /** Nothing is left to be searched: all lines there are, and of a stored log all there will be. */
  complete: z.boolean(),
});
export type SearchHits = z.infer<typeof searchHitsSchema>;

/** Hits of a range of lines, e.g. of those on the screen. */
export const logMatchesSchema = z.object({ generation: z.number().int(), hits: z.array(logHitSchema) });
export type LogMatches = z.infer<typeof logMatchesSchema>;

/** Marks of lines `from`…`scanned - 1`; goes on with `from: scanned` until `complete`, as a search does. */
export const logMarksSchema = z.object({
  generation: z.number().int(),
  from: z.number().int(),
  scanned: z.number().int(),
  marks: z.array(logMarkSchema),
  complete: z.boolean(),
});
export type LogMarks = z.infer<typeof logMarksSchema>;

/**
 * What was found in the logs of a build's steps, in their order. Goes on with `cursor: next` until `next` is null; a step
 * whose log is long stands in several answers, its totals add up. `problem`: why a step's log cannot be searched now.
 */
export const buildSearchSchema = z.object({
  steps: z.array(
    z.object({
      stage: z.number().int(),
      step: z.number().int(),
      generation: z.number().int(),
      scanned: z.number().int(),
      total: z.number().int(),
      /** The first 20; `text` is the line without escape sequences, at most 500 characters of it. */
      hits: z.array(logHitSchema.extend({ text: z.string() })),
      complete: z.boolean(),
      problem: z.enum(problemCodes).nullable(),
    }),
  ),
  next: z.string().nullable(),
});
export type BuildSearch = z.infer<typeof buildSearchSchema>;
