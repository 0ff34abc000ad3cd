import { z } from 'zod';
import { instantSchema } from './common.ts';

/** Names a CI server accepts; checked before anything is sent. */
export const secretNameSchema = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z0-9_.-]+$/);

/** A secret without its value: no schema of the console has a place for one on the way back. */
export const secretSchema = z.object({
  name: z.string(),
  /** Builds of pull requests get it too. */
  pullRequests: z.boolean(),
  /** Another secret differs only by case: runners do not tell them apart. */
  caseTwin: z.string().nullable(),
  /** Last change through the console; null when it was made elsewhere. */
  changedAt: instantSchema.nullable(),
  changedBy: z.string().nullable(),
  /** This secret holds a registry credential for that host. */
  registryHost: z.string().nullable(),
});
export type Secret = z.infer<typeof secretSchema>;

/** Registry host with optional port: `registry.example.com:5000`, `docker.io`. */
export const registryHostSchema = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?$/);

export const registryCredentialSchema = z.object({
  host: z.string(),
  /** null when it was found only by its name: nobody entered it here. */
  username: z.string().nullable(),
  changedAt: instantSchema.nullable(),
  changedBy: z.string().nullable(),
  /** null where the server does not keep them from any build. */
  pullRequests: z.boolean().nullable(),
  /** `described`: entered here. `name-only`: found by the secret's name. `missing`: described here, but its secret is gone. `native`: the server has registry credentials of its own. */
  origin: z.enum(['described', 'name-only', 'missing', 'native']),
  /** The secret that carries it, where the server has no registry credentials of its own. */
  secretName: z.string().nullable(),
});
export type RegistryCredential = z.infer<typeof registryCredentialSchema>;

export const registryListSchema = z.object({
  items: z.array(registryCredentialSchema),
  /** Lines to add to the pipeline file, or null where the server needs none. */
  pipelineLines: z.string().nullable(),
});
export type RegistryList = z.infer<typeof registryListSchema>;
