import { admin } from './routes/admin.ts';
import { builds, deck, logs } from './routes/builds.ts';
import { registries, secrets } from './routes/credentials.ts';
import { deployments } from './routes/deployments.ts';
import { accounts, console, identities, session } from './routes/person.ts';
import { repositories } from './routes/repositories.ts';

/** The whole REST surface, one table; its rows stand by noun in routes/. Paths are below the configured base path. */
export const contract = {
  console,
  session,
  identities,
  accounts,
  deck,
  repositories,
  builds,
  logs,
  deployments,
  secrets,
  registries,
  admin,
};
export type Contract = typeof contract;
