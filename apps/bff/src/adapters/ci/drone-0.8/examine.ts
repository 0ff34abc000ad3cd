import type { CiExamination } from '../../../ports/examination.ts';
import type { Upstream } from '../../upstream/types.ts';
import { examinationOf } from '../examine.ts';
import { routes } from './routes.ts';
import { userWire } from './wire.ts';

export const drone08Examination = (upstream: Upstream, instance: string, base: string): CiExamination =>
  examinationOf({
    instance,
    product: 'Drone 0.8',
    base,
    upstream,
    routes: {
      version: routes.version,
      me: routes.me,
      signIn: routes.authorize,
      repositories: routes.myRepositories,
    },
    query: { all: true },
    address: 'clone_url',
    isThis: ({ version, source }) => /^v?0\./.test(version) && /drone/i.test(source),
    account: userWire.transform(({ login, admin }) => ({ login, administrator: admin, machine: null })),
  });
