import type { CiExamination } from '../../../ports/examination.ts';
import type { Upstream } from '../../upstream/types.ts';
import { examinationOf } from '../examine.ts';
import { routes } from './routes.ts';
import { userWire } from './wire.ts';

export const woodpeckerExamination = (upstream: Upstream, instance: string, base: string): CiExamination =>
  examinationOf({
    instance,
    product: 'Woodpecker',
    base,
    upstream,
    routes: {
      version: routes.version,
      me: routes.me,
      // With several forges it is the first one's (3.x).
      signIn: routes.authorize,
      repositories: routes.allRepositories,
    },
    query: { page: 1, perPage: 25 },
    address: 'clone_url',
    isThis: ({ source }) => /woodpecker/i.test(source),
    account: userWire.transform(({ login, admin }) => ({ login, administrator: admin, machine: null })),
  });
