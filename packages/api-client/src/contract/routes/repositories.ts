import { z } from 'zod';
import {
  instanceIdSchema,
  repositoryDetailSchema,
  repositorySchema,
  settingsSchema,
  settingsViewSchema,
} from '../../model/index.ts';
import { reading, writing } from '../policy.ts';
import { activationReportSchema, inRepo, repositoryListSchema } from '../shapes.ts';
import { base, nothing, REPO } from './base.ts';

export const repositories = {
  list: base
    .route({ method: 'GET', path: '/api/repositories', tags: ['repositories'] })
    .meta(reading('person'))
    .input(
      z.object({
        q: z.string().max(200).optional(),
        server: instanceIdSchema.optional(),
        show: z.enum(['all', 'active', 'inactive', 'favourites']).default('all'),
        sort: z.enum(['activity', 'name']).default('activity'),
        from: z.number().int().nonnegative().default(0),
        limit: z.number().int().min(1).max(100).default(50),
      }),
    )
    .output(repositoryListSchema),
  /** Public repositories of others, by name, from the forge. */
  search: base
    .route({ method: 'GET', path: '/api/repositories/search', tags: ['repositories'] })
    .meta(reading('person', 'search'))
    .input(z.object({ q: z.string().min(2).max(100) }))
    .output(z.array(repositorySchema)),
  get: base
    .route({ method: 'GET', path: REPO, tags: ['repositories'] })
    .meta(reading('read'))
    .input(inRepo)
    .output(repositoryDetailSchema),
  favourite: base
    .route({ method: 'PUT', path: `${REPO}/favourite`, tags: ['repositories'] })
    .meta(writing('read'))
    .input(inRepo.extend({ on: z.boolean() }))
    .output(nothing),
  branches: base
    .route({ method: 'GET', path: `${REPO}/branches`, tags: ['repositories'] })
    .meta(reading('read'))
    .input(inRepo)
    .output(z.array(z.object({ name: z.string(), commit: z.string() }))),
  activate: base
    .route({ method: 'POST', path: `${REPO}/activate`, tags: ['repositories'] })
    .meta(writing('admin', { link: true, fresh: true }))
    .input(inRepo)
    .output(activationReportSchema),
  deactivate: base
    .route({ method: 'POST', path: `${REPO}/deactivate`, tags: ['repositories'] })
    .meta(writing('admin', { link: true, fresh: true }))
    .input(inRepo)
    .output(repositoryDetailSchema),
  repair: base
    .route({ method: 'POST', path: `${REPO}/repair`, tags: ['repositories'] })
    .meta(writing('admin', { link: true, fresh: true }))
    .input(inRepo)
    .output(repositoryDetailSchema),
  takeOwnership: base
    .route({ method: 'POST', path: `${REPO}/take-ownership`, tags: ['repositories'] })
    .meta(writing('admin', { link: true, fresh: true }))
    .input(inRepo)
    .output(repositoryDetailSchema),
  settings: base
    .route({ method: 'GET', path: `${REPO}/settings`, tags: ['repositories'] })
    .meta(reading('read'))
    .input(inRepo)
    .output(settingsViewSchema),
  changeSettings: base
    .route({ method: 'PATCH', path: `${REPO}/settings`, tags: ['repositories'] })
    .meta(writing('admin', { link: true, fresh: true }))
    .input(inRepo.extend({ change: settingsSchema.partial() }))
    .output(settingsViewSchema),
};
