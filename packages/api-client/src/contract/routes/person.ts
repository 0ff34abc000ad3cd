import { z } from 'zod';
import {
  forgeInfoSchema,
  instanceIdSchema,
  languageSchema,
  linkedAccountSchema,
  preferencesSchema,
  serverInfoSchema,
  syncStateSchema,
  viewerSchema,
} from '../../model/index.ts';
import { reading, writing } from '../policy.ts';
import { forgeCredentialsSchema } from '../shapes.ts';
import { signInProblemIdSchema, signInProblemSchema } from '../sign-in.ts';
import { base, nothing, onServer } from './base.ts';

const onForge = z.object({ forge: instanceIdSchema });

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
  /**
   * Signs in where the forge has no redirect to ask by. A password is used once, to make a token, and not kept. Whatever
   * the forge does not take is `credentials_refused`; too many refusals are `rate_limited`.
   */
  signIn: base
    .route({ method: 'POST', path: '/api/session/sign-in', tags: ['session'] })
    .meta(writing('guest', { budget: 'none' }))
    .input(
      z.object({
        forge: instanceIdSchema,
        credentials: forgeCredentialsSchema,
        return: z.string().max(2_000).optional(),
      }),
    )
    .output(z.object({ returnTo: z.string() })),
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

/** A person's accounts on forges. */
export const identities = {
  /** Begins adding one by redirect: the address to send this browser to, good for two minutes and this session. */
  begin: base
    .route({ method: 'POST', path: '/api/identities/{forge}/begin', tags: ['identities'] })
    .meta(writing('person'))
    .input(onForge)
    .output(z.object({ url: z.string() })),
  /** Adds one by token or password. */
  add: base
    .route({ method: 'POST', path: '/api/identities/{forge}', tags: ['identities'] })
    .meta(writing('person', { budget: 'secret' }))
    .input(onForge.extend({ credentials: forgeCredentialsSchema }))
    .output(nothing),
  /**
   * Takes one away with all that is kept for it, and ends this person's other sessions. The one a person began with goes
   * last; with it the person here ends.
   */
  remove: base
    .route({ method: 'DELETE', path: '/api/identities/{forge}', tags: ['identities'] })
    .meta(writing('person'))
    .input(onForge)
    .output(z.object({ signedOut: z.boolean() })),
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
