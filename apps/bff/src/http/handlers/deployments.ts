import type { DeploymentsService } from '../../services/deployments.ts';
import type { PromotionsService } from '../../services/promotions.ts';
import { inRepository } from '../orpc.ts';

export interface DeploymentDeps {
  deployments: DeploymentsService;
  promotions: PromotionsService;
}

export const deploymentHandlers = ({ deployments, promotions }: DeploymentDeps) => ({
  list: inRepository.deployments.list.handler(async ({ context: { repo } }) => ({
    ...(await deployments.list(repo)),
    promotions: await promotions.recent(repo),
  })),
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
