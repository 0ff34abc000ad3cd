import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import type { CiExamination, ServiceAccount } from '../../ports/examination.ts';
import { lineOf, reachBy, signInWay } from '../upstream/examine.ts';
import type { QueryValue, Route, Upstream } from '../upstream/types.ts';

const text = z.string().default('').catch('');
/** Every product's `/version` looks like this: `source` and the number tell them apart. */
const versionWire = z.object({ version: text, source: text });

export interface Examinable {
  instance: string;
  product: string;
  base: string;
  upstream: Upstream;
  routes: { version: Route; me: Route; signIn: Route; repositories: Route };
  /** Of the list of repositories. */
  query?: Record<string, QueryValue>;
  /** Where a repository of that list says its address on the forge. */
  address: string;
  isThis(told: z.output<typeof versionWire>): boolean;
  /** Reads the answer to `me`. */
  account: z.ZodType<Omit<ServiceAccount, 'tried'>>;
}

/** What servers that came from one root tell in the same way. */
export function examinationOf(server: Examinable): CiExamination {
  const { instance, product, base, upstream, routes } = server;
  const lines = { account: lineOf(base, routes.me), signIn: lineOf(base, routes.signIn) };
  const listWire = z.array(z.object({ [server.address]: text }).catch({})).nullable();

  async function probe(): Promise<{ version: string | null }> {
    const told = await upstream.json(versionWire, { route: routes.version, retries: 0 });
    if (server.isThis(told)) return { version: told.version || null };
    throw new Failure(
      'ci_answer_unreadable',
      `What answers at the address of "${instance}" is no ${product}.`,
      { instance, raw: JSON.stringify(told) },
    );
  }

  return {
    lines,
    reach: () => reachBy(upstream, base, routes.version, probe),
    account: async (token) => ({
      tried: lines.account,
      ...(await upstream.json(server.account, { route: routes.me, token, retries: 0 })),
    }),
    // Begins a sign-in that nobody goes on with: what it would leave in a browser is not kept here.
    signIn: () => signInWay(upstream, base, routes.signIn),
    repositoriesAt: async (token) => {
      const query = server.query ?? {};
      const list = await upstream.json(listWire, { route: routes.repositories, query, token, retries: 0 });
      return (list ?? []).flatMap((one) => one[server.address] || []);
    },
  };
}
