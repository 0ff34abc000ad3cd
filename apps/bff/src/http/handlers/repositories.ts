import type { Settings } from '@flightdeck/api-client/model';
import type { RepositoriesService } from '../../services/repositories.ts';
import { forPeople, inRepository } from '../orpc.ts';

const ok = { ok: true as const };

export const repositoriesHandlers = ({ repositories }: { repositories: RepositoriesService }) => ({
  list: forPeople.repositories.list.handler(({ context, input }) => repositories.list(context.caller, input)),
  search: forPeople.repositories.search.handler(({ context, input }) =>
    repositories.search(context.caller, input.q),
  ),
  get: inRepository.repositories.get.handler(({ context }) => repositories.get(context.repo)),
  favourite: inRepository.repositories.favourite.handler(async ({ context, input }) => {
    await repositories.setFavourite(context.repo, input.on);
    return ok;
  }),
  branches: inRepository.repositories.branches.handler(({ context }) => repositories.branches(context.repo)),
  activate: inRepository.repositories.activate.handler(({ context }) => repositories.activate(context.repo)),
  deactivate: inRepository.repositories.deactivate.handler(({ context }) =>
    repositories.deactivate(context.repo),
  ),
  repair: inRepository.repositories.repair.handler(({ context }) => repositories.repair(context.repo)),
  takeOwnership: inRepository.repositories.takeOwnership.handler(({ context }) =>
    repositories.takeOwnership(context.repo),
  ),
  settings: inRepository.repositories.settings.handler(({ context }) => repositories.settings(context.repo)),
  changeSettings: inRepository.repositories.changeSettings.handler(({ context, input }) =>
    repositories.changeSettings(context.repo, input.change as Partial<Settings>),
  ),
});
