import type { Health } from '@flightdeck/api-client/model';
import type { Store } from '../ports/store.ts';
import type { Caller } from './context.ts';
import { identitiesOf } from './identities.ts';
import type { HealthBook } from './server-health.ts';
import type { ForgePart } from './standings.ts';

/** Favourites of every account of the person, as `server\npath`: a server has one forge, so they cannot collide. */
export async function favouritesOf(
  store: { people: Pick<Store['people'], 'favourites'> },
  caller: Caller,
): Promise<ReadonlySet<string>> {
  const lists = await Promise.all(
    identitiesOf(caller).map(({ forge, forgeUserId }) => store.people.favourites({ forge, forgeUserId })),
  );
  return new Set(lists.flat().map((one) => `${one.server}\n${one.path}`));
}

/** How a forge's part of a list stands for this person: a refused sign-in concerns nobody else's. */
export function partHealth(health: HealthBook, part: ForgePart): Health {
  const known = health.of(part.forge);
  if (part.failure) {
    return { ...known, ok: false, code: part.failure.code, raw: part.failure.facts.raw ?? null };
  }
  return part.staleSince === null ? known : { ...known, ok: false, lastGoodAt: part.staleSince };
}
