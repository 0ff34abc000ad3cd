import { languageSchema } from '@flightdeck/api-client/model';
import { z } from 'zod';
import { address, file, group, leaf } from './leaf.ts';
import { limitsSchema } from './limits.ts';

const text = (max: number) => z.string().trim().min(1).max(max);
const id = leaf(z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, { error: 'has other characters' }), 'id');

const instance = {
  id,
  kind: leaf(text(40), 'kind'),
  name: leaf(text(80), 'name').optional(),
  publicUrl: address(),
  /** The address this process uses; default: the public one. */
  internalUrl: address().optional(),
  caFile: file().optional(),
};

export const forgeSchema = z.strictObject({
  ...instance,
  /** Not for products without an OAuth provider. */
  clientId: leaf(text(400), 'clientId').optional(),
  clientSecret: leaf(text(1_000), 'clientSecret').optional(),
  clientSecretFile: file().optional(),
  /** Default: what the product's adapter needs. */
  scopes: leaf(z.array(text(100)).max(20), 'scopes').optional(),
});

export const serverSchema = z.strictObject({
  ...instance,
  /** Default: the only forge. */
  forge: leaf(text(40), 'forge').optional(),
  serviceToken: leaf(text(4_096), 'token').optional(),
  serviceTokenFile: file().optional(),
  /** The CI server's own OAuth redirect address points at this console. */
  oneClickLink: leaf(z.boolean(), 'boolean').default(false),
});

export const sandboxPeopleSchema = z.array(
  z.object({ login: z.string(), name: z.string(), password: z.string(), what: z.string() }),
);

export const settingsSchema = z.strictObject({
  publicUrl: address('publicUrl'),
  listen: group({
    host: leaf(text(255), 'host').default('0.0.0.0'),
    port: leaf(z.number().int().min(0).max(65_535), 'port').default(8_080),
  }),
  dataDir: leaf(text(4_096), 'directory').default('data'),
  /** Folder of the built page; default: beside the program. */
  webDir: leaf(text(4_096), 'directory').optional(),
  sealingKeys: leaf(
    z
      .array(
        z.string().refine((key) => Buffer.from(key, 'base64').length === 32, { error: 'is not 32 bytes' }),
      )
      .min(1)
      .max(20),
    'sealingKeys',
  ).optional(),
  sealingKeyFile: file().optional(),
  forges: leaf(z.array(forgeSchema).min(1, { error: 'is empty' }).max(20), 'forges'),
  servers: leaf(z.array(serverSchema).min(1, { error: 'is empty' }).max(50), 'servers'),
  defaultLanguage: leaf(languageSchema, 'language').default('en'),
  metrics: group({
    token: leaf(text(400).min(16), 'metricsToken').optional(),
    address: leaf(z.string().regex(/^(\[[0-9a-f:]+\]|[^\s:]+):\d{1,5}$/i), 'metricsAddress').optional(),
    open: leaf(z.boolean(), 'boolean').default(false),
  }),
  logLevel: leaf(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']), 'logLevel').default('info'),
  allowedHosts: leaf(
    z.array(z.string().regex(/^([a-z0-9_-]+(\.[a-z0-9_-]+)*|[0-9a-f:]*:[0-9a-f:.]*)$/i)).max(50),
    'hosts',
  ).default([]),
  trustProxy: leaf(z.array(text(100)).max(50), 'trustProxy').default([]),
  limits: limitsSchema,
});
export type Settings = z.infer<typeof settingsSchema>;
export type ForgeSettings = z.infer<typeof forgeSchema>;
export type ServerSettings = z.infer<typeof serverSchema>;
