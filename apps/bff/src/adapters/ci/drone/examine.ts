import type { CiExamination } from '../../../ports/examination.ts';
import type { Upstream } from '../../upstream/types.ts';
import { examinationOf } from '../examine.ts';
import { routes } from './routes.ts';
import { personOf } from './translate.ts';
import { userWire } from './wire.ts';

/** `learn` is told the version that was met: what the server can do depends on it. */
export function droneExamination(
  upstream: Upstream,
  instance: string,
  base: string,
  learn: (version: string | null) => void,
): CiExamination {
  const examination = examinationOf({
    instance,
    product: 'Drone 1 or 2',
    base,
    upstream,
    routes: {
      version: routes.version,
      me: routes.me,
      signIn: routes.login,
      repositories: routes.allRepositories,
    },
    query: { page: 1, per_page: 25 },
    address: 'git_http_url',
    // Official builds leave `source` out or name their own repository (2.25); the 0.8 line is another adapter's.
    isThis: ({ version, source }) => /^v?[1-9]/.test(version) && (source === '' || /drone/i.test(source)),
    account: userWire.transform((wire) => {
      const { login, administrator, machine } = personOf(wire);
      return { login, administrator, machine };
    }),
  });
  return {
    ...examination,
    reach: async () => {
      const reached = await examination.reach();
      learn(reached.version);
      return reached;
    },
  };
}
