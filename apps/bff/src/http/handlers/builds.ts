import type { BuildsService } from '../../services/builds.ts';
import { inRepository } from '../orpc.ts';

export const buildsHandlers = ({ builds }: { builds: BuildsService }) => ({
  list: inRepository.builds.list.handler(({ context, input }) => builds.list(context.repo, input)),
  get: inRepository.builds.get.handler(({ context, input }) => builds.get(context.repo, input.number)),
  unbuilt: inRepository.builds.unbuilt.handler(({ context, input }) => builds.unbuilt(context.repo, input)),
  start: inRepository.builds.start.handler(({ context, input }) => builds.start(context.repo, input)),
  restart: inRepository.builds.restart.handler(({ context, input }) =>
    builds.restart(context.repo, input.number, input),
  ),
  cancel: inRepository.builds.cancel.handler(({ context, input }) =>
    builds.cancel(context.repo, input.number),
  ),
  approve: inRepository.builds.approve.handler(({ context, input }) =>
    builds.approve(context.repo, input.number, input),
  ),
  decline: inRepository.builds.decline.handler(({ context, input }) =>
    builds.decline(context.repo, input.number, input),
  ),
});
