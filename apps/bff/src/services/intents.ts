import type { BuildHead } from '@flightdeck/api-client/model';
import type { PersonKey, StoredIntent } from '../ports/store.ts';
import type { GatedRepo } from './context.ts';

/**
 * ms. A call that starts a build may block for 45 s while the server looks for a pipeline file that is not there
 * (recorded on 2.25.0); after this nobody waits for its answer any more.
 */
export const LONGEST_CALL = 75_000;
/** ms. The server counts whole seconds, and its clock is not ours. */
const CLOCKS_APART = 5_000;

export const personOf = ({ caller: { person } }: GatedRepo): PersonKey => ({
  forge: person.forge,
  forgeUserId: person.forgeUserId,
});

/** A path changes and can pass to another repository: the forge's id does not. */
export const isOfRepository = (intent: StoredIntent, { server, path, forgeRepoId }: GatedRepo): boolean =>
  intent.server === server.id &&
  (intent.forgeRepoId === '' ? intent.path === path : intent.forgeRepoId === forgeRepoId);

type Parameters = Readonly<Record<string, string>>;

const sorted = (parameters: Parameters): string =>
  JSON.stringify(Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)));

export const sameParameters = (a: Parameters, b: Parameters): boolean => sorted(a) === sorted(b);

/**
 * Whether this build of the server's list can be what an intent started whose answer got lost. Parameters may be more
 * than were asked for: the server adds the parent's; or fewer, where it does not keep them. It names the token's owner as
 * the one who did it, or nobody.
 */
export function mayBe(
  head: BuildHead,
  intent: Pick<StoredIntent, 'requestedAt' | 'parameters'>,
  speaker: string,
  parametersKept = true,
): boolean {
  return (
    head.createdAt >= intent.requestedAt - CLOCKS_APART &&
    (head.startedBy === null || head.startedBy.toLowerCase() === speaker.toLowerCase()) &&
    (!parametersKept ||
      Object.entries(intent.parameters).every(([name, value]) => head.parameters[name] === value))
  );
}
