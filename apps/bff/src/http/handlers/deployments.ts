import type { BuildList } from '@flightdeck/api-client/contract';
import type { GatedRepo } from '../../services/context.ts';
import type { DeploymentsService } from '../../services/deployments.ts';
import type { PromotionsService } from '../../services/promotions.ts';
import { inRepository } from '../orpc.ts';

export interface DeploymentDeps {
  deployments: DeploymentsService;
  promotions: PromotionsService;
  /** How far back the index of builds sees. */
  reach: (repo: GatedRepo) => Promise<BuildList['reach']>;
}

export const deploymentHandlers = ({ deployments, promotions, reach }: DeploymentDeps) => ({
  list: inRepository.deployments.list.handler(async ({ context }) => {
    return {
      ...(await deployments.overview(context.repo)),
      reach: await reach(context.repo),
      promotions: await promotions.recent(context.repo),
    };
  }),
  plan: inRepository.deployments.plan.handler(({ context, input }) =>
    promotions.plan(context.repo, input.number, { environment: input.environment, kind: input.kind }),
  ),
  promote: inRepository.deployments.promote.handler(({ context, input }) =>
    promotions.promote(context.repo, input.number, input),
  ),
  promotion: inRepository.deployments.promotion.handler(({ context, input }) =>
    promotions.get(context.repo, input.key),
  ),
});
