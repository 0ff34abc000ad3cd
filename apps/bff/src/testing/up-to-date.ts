import type { DeploymentsDeps } from '../services/deployments.ts';

/** The side of the builds, where the store already holds all that the server has. */
export const upToDate: Pick<DeploymentsDeps, 'index' | 'reader' | 'facts'> = {
  index: { want() {}, reach: async () => ({ oldest: 1, complete: true, filling: false, asOf: null }) },
  reader: { newest: async () => {} },
  facts: { staleSince: () => null },
};
