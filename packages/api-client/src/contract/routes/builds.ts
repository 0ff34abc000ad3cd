import { z } from 'zod';
import { logChunkSchema, logQuerySchema, logSummarySchema, unbuiltSchema } from '../../model/index.ts';
import { reading, writing } from '../policy.ts';
import {
  buildFilterSchema,
  buildListSchema,
  buildSearchSchema,
  buildViewSchema,
  deckInput,
  deckSchema,
  idempotencyKeySchema,
  inBuild,
  inRepo,
  inStep,
  logMarksSchema,
  logMatchesSchema,
  parametersSchema,
  searchHitsSchema,
  startedSchema,
} from '../shapes.ts';
import { BUILD, base, REPO, STEP } from './base.ts';

export const deck = base
  .route({ method: 'GET', path: '/api/deck', tags: ['builds'] })
  .meta(reading('person'))
  .input(deckInput)
  .output(deckSchema);

export const builds = {
  list: base
    .route({ method: 'GET', path: `${REPO}/builds`, tags: ['builds'] })
    .meta(reading('read'))
    .input(inRepo.extend(buildFilterSchema.shape))
    .output(buildListSchema),
  get: base
    .route({ method: 'GET', path: BUILD, tags: ['builds'] })
    .meta(reading('read'))
    .input(inBuild)
    .output(buildViewSchema),
  /** Why the newest commit of a branch has no build, where that can be known; for `custom`, why a start would make none. */
  unbuilt: base
    .route({ method: 'GET', path: `${REPO}/unbuilt`, tags: ['builds'] })
    .meta(reading('read'))
    .input(
      inRepo.extend({
        branch: z.string().min(1).max(300),
        event: z.enum(['push', 'custom']).default('push'),
      }),
    )
    .output(unbuiltSchema),
  start: base
    .route({ method: 'POST', path: `${REPO}/builds`, tags: ['builds'] })
    .meta(writing('write'))
    .input(
      inRepo.extend({
        key: idempotencyKeySchema,
        branch: z.string().min(1).max(300),
        commit: z
          .string()
          .regex(/^[0-9a-f]{7,64}$/)
          .optional(),
        parameters: parametersSchema.default({}),
      }),
    )
    .output(startedSchema),
  restart: base
    .route({ method: 'POST', path: `${BUILD}/restart`, tags: ['builds'] })
    .meta(writing('write'))
    .input(
      inBuild.extend({
        key: idempotencyKeySchema,
        parameters: parametersSchema.default({}),
        debug: z.boolean().default(false),
      }),
    )
    .output(startedSchema),
  cancel: base
    .route({ method: 'POST', path: `${BUILD}/cancel`, tags: ['builds'] })
    .meta(writing('write'))
    .input(inBuild)
    .output(buildViewSchema),
  /** Without `stage`: every stage that is held. */
  approve: base
    .route({ method: 'POST', path: `${BUILD}/approve`, tags: ['builds'] })
    .meta(writing('write', { budget: 'promote', fresh: true }))
    .input(inBuild.extend({ stage: z.number().int().positive().optional(), commit: z.string() }))
    .output(buildViewSchema),
  decline: base
    .route({ method: 'POST', path: `${BUILD}/decline`, tags: ['builds'] })
    .meta(writing('write', { budget: 'promote', fresh: true }))
    .input(inBuild.extend({ stage: z.number().int().positive().optional(), commit: z.string() }))
    .output(buildViewSchema),
};

export const logs = {
  summary: base
    .route({ method: 'GET', path: `${STEP}/log`, tags: ['logs'] })
    .meta(reading('read', 'chunk'))
    .input(inStep)
    .output(logSummarySchema),
  /** One chunk: up to 512 lines from a multiple of 512. `around` finds the chunk of a position instead. */
  lines: base
    .route({ method: 'GET', path: `${STEP}/log/lines`, tags: ['logs'] })
    .meta(reading('read', 'chunk'))
    .input(
      inStep.extend({
        generation: z.number().int().nonnegative(),
        from: z.number().int().nonnegative().optional(),
        around: z.number().int().nonnegative().optional(),
      }),
    )
    .output(logChunkSchema),
  search: base
    .route({ method: 'GET', path: `${STEP}/log/search`, tags: ['logs'] })
    .meta(reading('read', 'search'))
    .input(inStep.extend(logQuerySchema.shape).extend({ from: z.number().int().nonnegative().default(0) }))
    .output(searchHitsSchema),
  /** Where lines `from`…`to - 1` match, at most 2,048 of them. */
  matches: base
    .route({ method: 'GET', path: `${STEP}/log/matches`, tags: ['logs'] })
    .meta(reading('read', 'chunk'))
    .input(
      inStep.extend(logQuerySchema.shape).extend({
        generation: z.number().int().nonnegative(),
        from: z.number().int().nonnegative(),
        to: z.number().int().positive(),
      }),
    )
    .output(logMatchesSchema),
  /** Commands, groups and what looks like errors, over the whole log. */
  marks: base
    .route({ method: 'GET', path: `${STEP}/log/marks`, tags: ['logs'] })
    .meta(reading('read', 'chunk'))
    .input(inStep.extend({ from: z.number().int().nonnegative().default(0) }))
    .output(logMarksSchema),
  /** Over all steps of a build. */
  searchBuild: base
    .route({ method: 'GET', path: `${BUILD}/log/search`, tags: ['logs'] })
    .meta(reading('read', 'search'))
    .input(
      inBuild.extend(logQuerySchema.shape).extend({
        cursor: z
          .string()
          .regex(/^\d{1,9}\.\d{1,9}\.\d{1,15}$/)
          .optional(),
      }),
    )
    .output(buildSearchSchema),
};
