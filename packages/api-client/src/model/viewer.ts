import { z } from 'zod';
import { buildEventSchema } from './build.ts';
import { instanceIdSchema, instantSchema, personSchema } from './common.ts';

export const languageSchema = z.enum(['en', 'zh-CN']);
export type Language = z.infer<typeof languageSchema>;

/** How a person looks at logs. `times`: what stands beside a line. `plain`: pages of text, for screen readers. */
export const logViewSchema = z.object({
  wrap: z.boolean(),
  times: z.enum(['off', 'relative', 'absolute']),
  plain: z.boolean(),
});
export type LogView = z.infer<typeof logViewSchema>;

export const preferencesSchema = z.object({
  /** null = the browser's, else the configured default. */
  language: languageSchema.nullable(),
  theme: z.enum(['light', 'dark', 'system']),
  singleKeys: z.boolean(),
  /** Absent until the person chose. */
  log: logViewSchema.optional(),
});
export type Preferences = z.infer<typeof preferencesSchema>;

/**
 * What a CI server cannot do is declared; the screens hide or explain it.
 * `approve-stages`: single stages can be approved, not only the whole build. `restart-held`: a held build can be
 * restarted, which runs it unapproved. `debug`: builds can be started for debugging. `start-commit`: by hand at any
 * commit, not only a branch's newest. `parameters-kept`: those of restarts and promotions are shown with the build.
 * `starter-named`: it records who restarted or promoted. `late-activation`: a repository must be in its list (sync)
 * before it can be activated. `rejects-unmatched`: of a promotion that no stage takes it makes no
 * build; else it makes one, which never runs or runs what has no condition. `cancel-waiting`: what no runner has taken yet
 * can be cancelled. `whole-list`: an administrator sees every repository of the server. `parent-named`: a restart names
 * the build it repeats. `files-kept`: restarts and promotions use the pipeline files the build was
 * made from. `log-while-running`: the stored log can be read while its step runs, as far as it has come.
 */
export const capabilitySchema = z.enum([
  'sync',
  'promote',
  'rollback-event',
  'restart-with-parameters',
  'start-build',
  'approval',
  'secrets',
  'native-registries',
  'take-ownership',
  'repair',
  'one-click-link',
  'settings',
  'approve-stages',
  'restart-held',
  'debug',
  'start-commit',
  'parameters-kept',
  'starter-named',
  'late-activation',
  'rejects-unmatched',
  'files-kept',
  'cancel-waiting',
  'whole-list',
  'parent-named',
  'log-while-running',
]);
export type Capability = z.infer<typeof capabilitySchema>;

/** A configured CI server as the screens know it. Its wording comes from here. */
export const serverInfoSchema = z.object({
  id: instanceIdSchema,
  name: z.string(),
  /** Product name of the vendor, shown as is. */
  product: z.string(),
  /** As last heard; null before the first answer. */
  version: z.string().nullable(),
  publicUrl: z.string(),
  forge: instanceIdSchema,
  capabilities: z.array(capabilitySchema),
  /** Events its builds can come from: what filters offer. */
  events: z.array(buildEventSchema),
  /** How the vendor's runners call their own settings; null where they have none that sentences could name. */
  runnerSettings: z.object({ labels: z.string(), capacity: z.string() }).nullable(),
});
export type ServerInfo = z.infer<typeof serverInfoSchema>;

export const forgeInfoSchema = z.object({
  id: instanceIdSchema,
  name: z.string(),
  product: z.string(),
  /** As last heard; null before the first answer. */
  version: z.string().nullable(),
  publicUrl: z.string(),
  /** Address to send the browser to; the page asked for goes in `?return=`. null: by the form of `credentials`. */
  signInUrl: z.string().nullable(),
  /** Signing in with an access token or a password, where the forge cannot be asked by a redirect. */
  credentials: z
    .object({
      /** Page of the forge where people make and end access tokens. */
      tokenPageUrl: z.string(),
    })
    .nullable(),
});
export type ForgeInfo = z.infer<typeof forgeInfoSchema>;

/** Reachability of a CI server or forge as last seen; pages say the age of what they show. */
export const healthSchema = z.object({
  id: instanceIdSchema,
  ok: z.boolean(),
  lastGoodAt: instantSchema.nullable(),
  code: z.string().nullable(),
  raw: z.string().nullable(),
});
export type Health = z.infer<typeof healthSchema>;

/** `expired`: the server refuses the stored token. `other-person`: its login is not the signed-in person's. */
export const linkedAccountSchema = z.object({
  server: instanceIdSchema,
  state: z.enum(['none', 'linked', 'expired', 'other-person']),
  login: z.string().nullable(),
  administrator: z.boolean(),
  linkedAt: instantSchema.nullable(),
  /** Where one click links it; null = paste a token. */
  oneClickUrl: z.string().nullable(),
  /** Page of the CI server where the person finds the token to paste. */
  tokenPageUrl: z.string(),
  /** The person closed the offer on the first page. */
  dismissed: z.boolean(),
});
export type LinkedAccount = z.infer<typeof linkedAccountSchema>;

/** One of a person's accounts on forges. */
export const identitySchema = z.object({
  forge: instanceIdSchema,
  login: z.string(),
  name: z.string(),
  avatarUrl: z.string().nullable(),
  /** The one this person began with here: the others were added to it. */
  first: z.boolean(),
  /** false: the forge no longer takes the stored token; signing in there again helps. */
  signedIn: z.boolean(),
});
export type Identity = z.infer<typeof identitySchema>;

export const viewerSchema = z.object({
  /** The account on a forge that this person began with; its labels are the person's. */
  forge: instanceIdSchema,
  forgeUserId: z.string(),
  person: personSchema,
  email: z.string().nullable(),
  /** Every account on a forge, the first one first; at most one per forge. */
  identities: z.array(identitySchema),
  /** Administrator of at least one CI server by a linked account: sees notices about the installation. */
  administrator: z.boolean(),
  preferences: preferencesSchema,
  accounts: z.array(linkedAccountSchema),
  /** Installation notices for administrators (codes with a sentence on the screen). */
  notices: z.array(z.enum(['plain-http', 'default-key'])),
  sessionExpiresAt: instantSchema,
});
export type Viewer = z.infer<typeof viewerSchema>;
