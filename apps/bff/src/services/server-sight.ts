import type { Policy } from '@flightdeck/api-client/contract';
import type { Level } from '@flightdeck/api-client/model';
import { isFailure } from '../domain/failure.ts';
import type { CiRepository } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { ForgeRepository } from '../ports/forge.ts';
import type { Connection } from './connections.ts';
import type { Caller, Speaker } from './context.ts';
import type { RightsClass } from './forge-rights.ts';
import { absent, outOfStep } from './gate-refusals.ts';
import type { Speakers } from './speakers.ts';
import { TimedCache } from './timed-cache.ts';

/** How old the CI server's answer about a repository may be, in ms; a change made here is forgotten at once. */
const AGE: Record<RightsClass, number> = { read: 15_000, write: 5_000, fresh: 0 };

/** What the CI servers say of repositories, for the gate. */
export interface ServerSight {
  /** null: the server knows no such repository, or hides it. @throws Failure `not_found`, `needs_sync` */
  see(place: SightPlace, speaker: Speaker, how: RightsClass, policy: Policy): Promise<CiRepository | null>;
  /** What it said last, where it does not answer. Asks nothing. */
  lastKnown(server: string, onForge: ForgeRepository): Promise<CiRepository | null>;
  /** Of one repository, or of all. */
  forget(place?: { server: string; path: string }): void;
}

export interface SightPlace {
  connection: Connection;
  /** As they are on the server's forge. */
  caller: Caller;
  onForge: ForgeRepository;
}

export interface SightSources {
  /** A repository as the last list of the whole server had it, by the forge's id. Asks nothing. */
  listed?: (server: string, forgeRepoId: string) => CiRepository | null;
  /** What the console's own tables still say of one that no list of this process had. Asks nothing. */
  remembered?: (server: string, onForge: ForgeRepository) => Promise<CiRepository | null>;
}

export function createServerSight(
  deps: SightSources & {
    clock: Clock;
    speakers: Pick<Speakers, 'service'>;
    levelOn: (
      caller: Caller,
      onForge: ForgeRepository,
      onServer: CiRepository | null,
      own: CiRepository['permission'],
    ) => Promise<Level>;
  },
): ServerSight {
  const facts = new TimedCache<CiRepository | null>(deps.clock);

  function ask({ connection, caller, onForge }: SightPlace, speaker: Speaker, how: RightsClass) {
    const { forge, forgeUserId } = caller.person;
    const who = speaker.as === 'service' ? '' : `${forge}\n${forgeUserId}`;
    return facts.get(`${who}${placeKey(connection.server.id, onForge.path)}`, {
      maxAge: AGE[how],
      // Not known yet: it may be a moment after a sync.
      maxAgeOf: (value) => (value === null ? 2_000 : AGE.read),
      load: () => orNull(speaker.client.repository(onForge.path)),
    });
  }

  return {
    /**
     * With an own account its answer counts: what the server hides from it stays hidden, though the service sees it. A
     * server that learned people's roles some time ago also hides what the forge gave since then, and hides everything
     * from whose role it cannot ask for just now (Drone 2.25 does, once its own answer is an hour old); and it knows a
     * renamed one by its old name. That is said, to those who would see the repository without an account.
     */
    async see(place, speaker, how, policy) {
      const { connection, caller, onForge } = place;
      const own = await ask(place, speaker, how);
      // Rows that need the account act as it: a sync through it is what makes the server show the repository.
      if (own || policy.link) return own;
      const there =
        speaker.as === 'service' ? null : await ask(place, await deps.speakers.service(connection), how);
      const hidden = there ?? deps.listed?.(connection.server.id, onForge.id) ?? null;
      if (!hidden) return null;
      // Under this name there is another one: nothing is said of it.
      if (hidden.forgeRepoId !== onForge.id) throw absent();
      const level = await deps.levelOn(caller, onForge, hidden, null);
      throw level === 'none' ? absent() : outOfStep(connection.server.id, hidden.path);
    },

    /** As it does for lists; or where nobody remembers that, the strictest it could have said. */
    async lastKnown(server, onForge) {
      const listed = deps.listed?.(server, onForge.id);
      // Of the list the rights are those of the service account.
      if (listed) return { ...listed, permission: null };
      return (await deps.remembered?.(server, onForge)) ?? null;
    },

    forget(place) {
      const end = place ? placeKey(place.server, place.path) : '';
      facts.forget((key) => key.endsWith(end));
    },
  };
}

const placeKey = (server: string, path: string): string => `\n|${server}\n${path.toLowerCase()}`;

/** Ports answer null for a repository the server does not know; some servers say so by an error. */
async function orNull<T>(answer: Promise<T | null>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isFailure(error, 'not_found')) return null;
    throw error;
  }
}
