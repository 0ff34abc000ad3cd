import { z } from 'zod';
import {
  registryCredentialSchema,
  registryHostSchema,
  registryListSchema,
  secretNameSchema,
  secretSchema,
} from '../../model/index.ts';
import { reading, writing } from '../policy.ts';
import { inRepo } from '../shapes.ts';
import { base, nothing, REPO } from './base.ts';

const secretValue = z.string().min(1).max(65_536);
const password = z.string().min(1).max(8_192);

export const secrets = {
  list: base
    .route({ method: 'GET', path: `${REPO}/secrets`, tags: ['secrets'] })
    .meta(reading('write'))
    .input(inRepo)
    .output(z.array(secretSchema)),
  add: base
    .route({ method: 'POST', path: `${REPO}/secrets`, tags: ['secrets'] })
    .meta(writing('write', { budget: 'secret', fresh: true }))
    .input(
      inRepo.extend({
        name: secretNameSchema,
        value: secretValue,
        pullRequests: z.boolean().default(false),
      }),
    )
    .output(secretSchema),
  replace: base
    .route({ method: 'PATCH', path: `${REPO}/secrets/{name}`, tags: ['secrets'] })
    .meta(writing('write', { budget: 'secret', fresh: true }))
    .input(
      inRepo.extend({
        name: secretNameSchema,
        value: secretValue.optional(),
        pullRequests: z.boolean().optional(),
      }),
    )
    .output(secretSchema),
  remove: base
    .route({ method: 'DELETE', path: `${REPO}/secrets/{name}`, tags: ['secrets'] })
    .meta(writing('write', { budget: 'secret', fresh: true }))
    .input(inRepo.extend({ name: secretNameSchema }))
    .output(nothing),
};

export const registries = {
  list: base
    .route({ method: 'GET', path: `${REPO}/registries`, tags: ['registries'] })
    .meta(reading('write'))
    .input(inRepo)
    .output(registryListSchema),
  add: base
    .route({ method: 'POST', path: `${REPO}/registries`, tags: ['registries'] })
    .meta(writing('write', { budget: 'secret', fresh: true }))
    .input(
      inRepo.extend({
        host: registryHostSchema,
        username: z.string().min(1).max(255),
        password,
        pullRequests: z.boolean().default(false),
      }),
    )
    .output(registryCredentialSchema),
  replace: base
    .route({ method: 'PATCH', path: `${REPO}/registries/{host}`, tags: ['registries'] })
    .meta(writing('write', { budget: 'secret', fresh: true }))
    .input(
      inRepo.extend({
        host: registryHostSchema,
        username: z.string().min(1).max(255),
        password,
        pullRequests: z.boolean().optional(),
      }),
    )
    .output(registryCredentialSchema),
  remove: base
    .route({ method: 'DELETE', path: `${REPO}/registries/{host}`, tags: ['registries'] })
    .meta(writing('write', { budget: 'secret', fresh: true }))
    .input(inRepo.extend({ host: registryHostSchema }))
    .output(nothing),
};
