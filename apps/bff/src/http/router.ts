import type { AccountsService } from '../services/accounts.ts';
import type { BuildsService } from '../services/builds.ts';
import type { CredentialsService } from '../services/credentials.ts';
import type { DeckService } from '../services/deck.ts';
import type { LogsService } from '../services/logs.ts';
import type { RepositoriesService } from '../services/repositories.ts';
import { accountsHandlers } from './handlers/accounts.ts';
import { type AdminHandlerDeps, adminHandlers } from './handlers/admin.ts';
import { buildsHandlers } from './handlers/builds.ts';
import { consoleHandlers } from './handlers/console.ts';
import { registryHandlers, secretHandlers } from './handlers/credentials.ts';
import { deckHandler } from './handlers/deck.ts';
import { type DeploymentDeps, deploymentHandlers } from './handlers/deployments.ts';
import { type IdentityHandlerDeps, identityHandlers } from './handlers/identities.ts';
import { logHandlers } from './handlers/logs.ts';
import { repositoriesHandlers } from './handlers/repositories.ts';
import { type SessionHandlerDeps, sessionHandlers } from './handlers/session.ts';
import { base } from './orpc.ts';

export interface ApiServices
  extends DeploymentDeps,
    SessionHandlerDeps,
    IdentityHandlerDeps,
    AdminHandlerDeps {
  accounts: AccountsService;
  repositories: RepositoriesService;
  builds: BuildsService;
  deck: DeckService;
  logs: LogsService;
  credentials: CredentialsService;
}

/** Every row of the contract with its handler: a row without one does not compile. */
export const createRouter = (services: ApiServices) =>
  base.router({
    console: consoleHandlers(services.console),
    session: sessionHandlers(services),
    identities: identityHandlers(services),
    accounts: accountsHandlers(services),
    deck: deckHandler(services),
    repositories: repositoriesHandlers(services),
    builds: buildsHandlers(services),
    logs: logHandlers(services),
    deployments: deploymentHandlers(services),
    secrets: secretHandlers(services.credentials),
    registries: registryHandlers(services.credentials),
    admin: adminHandlers(services),
  });

export type ApiRouter = ReturnType<typeof createRouter>;
