import { z } from 'zod';
import { environmentSchema, promotionPlanSchema, promotionSchema } from '../../model/index.ts';
import { reading, writing } from '../policy.ts';
import {
  buildListSchema,
  idempotencyKeySchema,
  inBuild,
  inRepo,
  parametersSchema,
  staleSchema,
} from '../shapes.ts';
import { BUILD, base, REPO } from './base.ts';

export const deployments = {
  list: base
    .route({ method: 'GET', path: `${REPO}/deployments`, tags: ['deployments'] })
    .meta(reading('read'))
    .input(inRepo)
    .output(
      z.object({
        environments: z.array(environmentSchema),
        reach: buildListSchema.shape.reach,
        promotions: z.array(promotionSchema),
        stale: staleSchema,
      }),
    ),
  /** What a promotion of this build (or a rollback to it) would do. Sends nothing. */
  plan: base
    .route({ method: 'GET', path: `${BUILD}/promotion-plan`, tags: ['deployments'] })
    .meta(reading('write'))
    .input(
      inBuild.extend({
        environment: z.string().min(1).max(250).optional(),
        kind: z.enum(['promote', 'rollback']).default('promote'),
      }),
    )
    .output(promotionPlanSchema),
  /** Idempotent by `key` for 24 h: the same key always answers the same promotion. */
  promote: base
    .route({ method: 'POST', path: `${BUILD}/promotions`, tags: ['deployments'] })
    .meta(writing('write', { budget: 'promote', fresh: true }))
    .input(
      inBuild.extend({
        key: idempotencyKeySchema,
        kind: z.enum(['promote', 'rollback']),
        environment: z.string().min(1).max(250),
        parameters: parametersSchema,
        /** What the confirmation showed: refused with `changed_meanwhile` when no longer so. */
        expect: z.object({
          commit: z.string(),
          current: z.number().int().nullable(),
          /** `since` of the one in flight that was shown and is accepted; null: none was. */
          inFlight: z.number().int().nullable().default(null),
        }),
      }),
    )
    .output(promotionSchema),
  promotion: base
    .route({ method: 'GET', path: `${REPO}/promotions/{key}`, tags: ['deployments'] })
    .meta(reading('read'))
    .input(inRepo.extend({ key: idempotencyKeySchema }))
    .output(promotionSchema),
};
