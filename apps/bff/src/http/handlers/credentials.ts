import type { CredentialsService } from '../../services/credentials.ts';
import { inRepository } from '../orpc.ts';

const ok = { ok: true as const };

export const secretHandlers = (credentials: CredentialsService) => ({
  list: inRepository.secrets.list.handler(({ context }) => credentials.secrets(context.repo)),
  add: inRepository.secrets.add.handler(({ context, input }) => credentials.addSecret(context.repo, input)),
  replace: inRepository.secrets.replace.handler(({ context, input: { name, value, pullRequests } }) =>
    credentials.replaceSecret(context.repo, name, {
      ...(value === undefined ? {} : { value }),
      ...(pullRequests === undefined ? {} : { pullRequests }),
    }),
  ),
  remove: inRepository.secrets.remove.handler(async ({ context, input }) => {
    await credentials.removeSecret(context.repo, input.name);
    return ok;
  }),
});

export const registryHandlers = (credentials: CredentialsService) => ({
  list: inRepository.registries.list.handler(({ context }) => credentials.registries(context.repo)),
  add: inRepository.registries.add.handler(({ context, input }) =>
    credentials.addRegistry(context.repo, input),
  ),
  replace: inRepository.registries.replace.handler(
    ({ context, input: { host, username, password, pullRequests } }) =>
      credentials.replaceRegistry(context.repo, host, {
        username,
        password,
        ...(pullRequests === undefined ? {} : { pullRequests }),
      }),
  ),
  remove: inRepository.registries.remove.handler(async ({ context, input }) => {
    await credentials.removeRegistry(context.repo, input.host);
    return ok;
  }),
});
