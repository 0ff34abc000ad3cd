import { oc } from '@orpc/contract';
import { z } from 'zod';
import {
  environmentSchema,
  forgeInfoSchema,
  instanceIdSchema,
  languageSchema,
  linkedAccountSchema,
  logChunkSchema,
  logSummarySchema,
  preferencesSchema,
  promotionPlanSchema,
  promotionSchema,
  registryCredentialSchema,
  registryHostSchema,
  registryListSchema,
  repositoryDetailSchema,
  repositorySchema,
  secretNameSchema,
  secretSchema,
  serverInfoSchema,
  settingsSchema,
  settingsViewSchema,
  syncStateSchema,
  viewerSchema,
} from '../model/index.ts';
import { type Policy, reading, writing } from './policy.ts';
import {
  activationReportSchema,
  buildFilterSchema,
  buildListSchema,
  buildViewSchema,
  deckInput,
  deckSchema,
  idempotencyKeySchema,
  inBuild,
  inRepo,
  inStep,
  parametersSchema,
  repositoryListSchema,
  searchHitsSchema,
  startedSchema,
} from './shapes.ts';
import { signInProblemIdSchema, signInProblemSchema } from './sign-in.ts';

const base = oc.$meta<Policy>({ need: 'person', budget: 'read', fresh: false, link: false });
const nothing = z.object({ ok: z.literal(true) });
const onServer = z.object({ server: instanceIdSchema });
const secretValue = z.string().min(1).max(65_536);
const password = z.string().min(1).max(8_192);

const REPO = '/api/servers/{server}/repositories/{repo}' as const;
const BUILD = `${REPO}/builds/{number}` as const;
const STEP = `${BUILD}/stages/{stage}/steps/{step}` as const;

/** The whole REST surface. Paths are below the configured base path. */
export const contract = {
  console: {
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
  },

  session: {
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
  },

  accounts: {
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
  },

  deck: base
    .route({ method: 'GET', path: '/api/deck', tags: ['builds'] })
    .meta(reading('person'))
    .input(deckInput)
    .output(deckSchema),

  repositories: {
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
  },

  builds: {
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
  },

  logs: {
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
      .input(
        inStep.extend({
          q: z.string().min(1).max(256),
          matchCase: z.boolean().default(false),
          regex: z.boolean().default(false),
        }),
      )
      .output(searchHitsSchema),
  },

  deployments: {
    list: base
      .route({ method: 'GET', path: `${REPO}/deployments`, tags: ['deployments'] })
      .meta(reading('read'))
      .input(inRepo)
      .output(
        z.object({
          environments: z.array(environmentSchema),
          reach: buildListSchema.shape.reach,
          promotions: z.array(promotionSchema),
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
  },

  secrets: {
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
  },

  registries: {
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
  },
};
export type Contract = typeof contract;
