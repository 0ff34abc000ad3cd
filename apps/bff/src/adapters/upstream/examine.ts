import type { Reached, SignInWay } from '../../ports/examination.ts';
import type { RawAnswer, Route, Upstream, UpstreamRequest } from './types.ts';

/** A request as a line for people: method and whole address. */
export const lineOf = (base: string, route: Route): string =>
  route.replace(' ', ` ${base.replace(/\/+$/, '')}`);

/** Unix ms of an answer's `Date`, which has whole seconds; null where it has none. */
export function timeOf({ headers }: Pick<RawAnswer, 'headers'>): number | null {
  const time = Date.parse(String(headers.date ?? ''));
  return Number.isFinite(time) ? time : null;
}

/** Asked twice: `probe` knows what its product answers, and the second answer is looked at for its time. */
export async function reachBy(
  upstream: Upstream,
  base: string,
  route: Route,
  probe: () => Promise<{ version: string | null }>,
): Promise<Reached> {
  const tried = lineOf(base, route);
  const { version } = await probe();
  return { tried, version, serverTime: timeOf(await upstream.raw({ route, retries: 0 })) };
}

/** Where a sign-in sends a browser that has not been there before. */
export async function signInWay(upstream: Upstream, base: string, route: Route): Promise<SignInWay> {
  const request: UpstreamRequest = { route, retries: 0 };
  const tried = lineOf(base, route);
  const location = String((await upstream.raw(request)).headers.location ?? '');
  // A relative one leads to a page of the server itself.
  if (!URL.canParse(location)) return { tried, leadsTo: null, comesBackTo: null, clientId: null };
  const { origin, pathname, searchParams } = new URL(location);
  return {
    tried,
    leadsTo: origin + pathname,
    comesBackTo: searchParams.get('redirect_uri'),
    clientId: searchParams.get('client_id'),
  };
}
