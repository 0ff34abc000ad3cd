import { z } from 'zod';
import {
  forgeInfoSchema,
  languageSchema,
  linkedAccountSchema,
  preferencesSchema,
  serverInfoSchema,
  syncStateSchema,
  viewerSchema,
} from '../../model/index.ts';
import { reading, writing } from '../policy.ts';
import { signInProblemIdSchema, signInProblemSchema } from '../sign-in.ts';
import { base, nothing, onServer } from './base.ts';

export const console = {
  /** What the console is connected to; the only thing a guest learns. */
  describe: base
    .route({ method: 'GET', path: '/api/console', tags: ['console'] })
    .meta(reading('guest'))
    .output(
      z.object({
        version: z.string(),
        forges: z.array(forgeInfoSchema),
        servers: z.array(serverInfoSchema),
        defaultLanguage: languageSchema,
        sandbox: z
          .array(z.object({ login: z.string(), name: z.string(), password: z.string(), what: z.string() }))
          .nullable(),
      }),
    ),
};

export const session = {
  get: base
    .route({ method: 'GET', path: '/api/session', tags: ['session'] })
    .meta(reading('person'))
    .output(viewerSchema),
  signOut: base
    .route({ method: 'POST', path: '/api/session/sign-out', tags: ['session'] })
    .meta(writing('person'))
    .output(nothing),
  signOutEverywhere: base
    .route({ method: 'POST', path: '/api/session/sign-out-everywhere', tags: ['session'] })
    .meta(writing('person'))
    .output(nothing),
  setPreferences: base
    .route({ method: 'PUT', path: '/api/session/preferences', tags: ['session'] })
    .meta(writing('person'))
    .input(preferencesSchema)
    .output(preferencesSchema),
  /** Details of a sign-in that failed, kept for 10 minutes under an id that only that browser was told. */
  signInProblem: base
    .route({ method: 'GET', path: '/api/sign-in-problem/{id}', tags: ['session'] })
    .meta(reading('guest'))
    .input(z.object({ id: signInProblemIdSchema }))
    .output(signInProblemSchema),
};

export const accounts = {
  list: base
    .route({ method: 'GET', path: '/api/accounts', tags: ['accounts'] })
    .meta(reading('person'))
    .output(z.array(linkedAccountSchema)),
  link: base
    .route({ method: 'POST', path: '/api/accounts/{server}', tags: ['accounts'] })
    .meta(writing('person', { budget: 'secret' }))
    .input(onServer.extend({ token: z.string().min(1).max(4_096) }))
    .output(linkedAccountSchema),
  unlink: base
    .route({ method: 'DELETE', path: '/api/accounts/{server}', tags: ['accounts'] })
    .meta(writing('person'))
    .input(onServer)
    .output(nothing),
  dismiss: base
    .route({ method: 'POST', path: '/api/accounts/{server}/dismiss', tags: ['accounts'] })
    .meta(writing('person'))
    .input(onServer)
    .output(nothing),
  sync: base
    .route({ method: 'POST', path: '/api/accounts/{server}/sync', tags: ['accounts'] })
    .meta(writing('person', { link: true }))
    .input(onServer)
    .output(syncStateSchema),
  syncState: base
    .route({ method: 'GET', path: '/api/accounts/{server}/sync', tags: ['accounts'] })
    .meta(reading('person'))
    .input(onServer)
    .output(syncStateSchema),
};
