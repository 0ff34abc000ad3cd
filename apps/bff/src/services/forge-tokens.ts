import { createHash } from 'node:crypto';
import { Failure, isFailure } from '../domain/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { Forge, ForgeClient, ForgeTokens } from '../ports/forge.ts';
import type { Log } from '../ports/log.ts';
import type { PersonKey, Store } from '../ports/store.ts';

type Pair = ForgeTokens & { revision: number };

/** A person on their forge, with a token that is refreshed when needed. */
export interface ForgePeople {
  /**
   * The forge as this person. Each call takes the stored token, refreshed 60 to 300 s before it ends; a call that the
   * forge answers with "token refused" is made once more with the re-read or refreshed one. Throws `forge_signed_out`
   * when the person has to sign in again.
   */
  as(person: PersonKey): ForgeClient;
}

/** A pair that was traded so recently is not traded again: a second refusal is about the person, not the token. */
const JUST_REFRESHED = 5_000;
/** Another process may have traded the token and not stored the pair yet: how long its result is waited for. */
const WAITS = [50, 100, 200, 400, 800];

export function createForgePeople(deps: {
  store: Pick<Store, 'forgeTokens'>;
  forges: ReadonlyMap<string, Forge>;
  clock: Clock;
  log: Log;
  /** Told when there is no way left to speak for somebody: their tokens are gone from the store. */
  onRefused?: (person: PersonKey) => void;
}): ForgePeople {
  const { store, forges, clock, log } = deps;
  const flights = new Map<string, Promise<Pair>>();
  /** When this process last traded a person's token. */
  const traded = new Map<string, number>();

  function forgeOf(person: PersonKey): Forge {
    const forge = forges.get(person.forge);
    if (!forge) throw new Failure('forge_signed_out', 'This forge is no longer configured.');
    return forge;
  }

  async function stored(person: PersonKey): Promise<Pair> {
    const pair = await store.forgeTokens.get(person);
    if (pair) return pair;
    deps.onRefused?.(person);
    throw new Failure('forge_signed_out', 'Sign in again: there is no token of the forge.', {
      instance: person.forge,
    });
  }

  async function current(person: PersonKey): Promise<Pair> {
    const pair = await stored(person);
    if (pair.expiresAt === null || pair.refreshToken === null) return pair;
    const left = pair.expiresAt - clock.now();
    if (left > margin(person, pair)) return pair;
    if (left > 0 && justTraded(person)) return pair;
    try {
      return await renew(person, pair.revision);
    } catch (error) {
      // It is still good for a moment: a forge that is slow right now must not end anybody's work.
      if (left > 0 && !isFailure(error, 'forge_signed_out')) return pair;
      throw error;
    }
  }

  const justTraded = (person: PersonKey) =>
    clock.now() - (traded.get(idOf(person)) ?? Number.NEGATIVE_INFINITY) < JUST_REFRESHED;

  /** A pair newer than `seen`: what somebody else stored meanwhile, else traded now. One at a time per person. */
  function renew(person: PersonKey, seen: number): Promise<Pair> {
    const id = idOf(person);
    const under = flights.get(id);
    if (under) return under;
    const flight = (async () => {
      const pair = await stored(person);
      return pair.revision === seen ? trade(person, pair) : pair;
    })().finally(() => flights.delete(id));
    flights.set(id, flight);
    return flight;
  }

  async function trade(person: PersonKey, pair: Pair): Promise<Pair> {
    let fresh: ForgeTokens;
    try {
      fresh = await forgeOf(person).refresh(pair);
    } catch (error) {
      if (!isFailure(error, 'forge_signed_out')) throw error;
      const other = await newerThan(person, pair.revision);
      if (other) return other;
      await store.forgeTokens.remove(person, pair.revision);
      log.warn(
        { person, raw: error.facts.raw },
        'the forge refused to refresh: the person has to sign in again',
      );
      deps.onRefused?.(person);
      throw error;
    }
    remember(person);
    if (await store.forgeTokens.replace(person, pair.revision, fresh)) {
      return { ...fresh, revision: pair.revision + 1 };
    }
    // A sign-in, another process, or a sign-out came in between: what stands there now counts.
    return stored(person);
  }

  async function newerThan(person: PersonKey, revision: number): Promise<Pair | null> {
    for (const wait of [0, ...WAITS]) {
      if (wait > 0) await clock.sleep(wait);
      const pair = await store.forgeTokens.get(person);
      if (!pair) return null;
      if (pair.revision !== revision) return pair;
    }
    return null;
  }

  function remember(person: PersonKey): void {
    const now = clock.now();
    for (const [id, at] of traded) if (now - at >= JUST_REFRESHED) traded.delete(id);
    traded.set(idOf(person), now);
  }

  async function withToken<T>(person: PersonKey, call: (client: ForgeClient) => Promise<T>): Promise<T> {
    const forge = forgeOf(person);
    const pair = await current(person);
    try {
      return await call(forge.as(pair.accessToken));
    } catch (error) {
      if (!isFailure(error, 'forge_signed_out')) throw error;
      const now = await stored(person);
      if (now.revision === pair.revision && pair.refreshToken === null) {
        // It was ended at the forge, and nothing can be traded for another.
        await store.forgeTokens.remove(person, pair.revision);
        deps.onRefused?.(person);
        throw error;
      }
      if (now.revision === pair.revision && justTraded(person)) throw error;
      const next = now.revision === pair.revision ? await renew(person, pair.revision) : now;
      return call(forge.as(next.accessToken));
    }
  }

  return {
    as: (person) => ({
      me: () => withToken(person, (forge) => forge.me()),
      repositories: (signal) => withToken(person, (forge) => forge.repositories(signal)),
      repository: (path) => withToken(person, (forge) => forge.repository(path)),
      search: (text) => withToken(person, (forge) => forge.search(text)),
      branches: (path) => withToken(person, (forge) => forge.branches(path)),
      file: (path, ref, file) => withToken(person, (forge) => forge.file(path, ref, file)),
      folder: (path, ref, folder) => withToken(person, async (forge) => forge.folder?.(path, ref, folder)),
      hooks: (path) => withToken(person, async (forge) => (await forge.hooks?.(path)) ?? null),
      admins: (path) => withToken(person, (forge) => forge.admins(path)),
    }),
  };
}

const idOf = (person: PersonKey): string => `${person.forge}\n${person.forgeUserId}`;

/**
 * 60 to 300 s, another for each pair but the same for each look at it: people who signed in together are not all
 * refreshed in the same second.
 */
function margin(person: PersonKey, pair: Pair): number {
  const spread =
    createHash('sha256')
      .update(`${idOf(person)}\n${pair.revision}`)
      .digest()
      .readUInt16BE() / 65_536;
  return 60_000 + spread * 240_000;
}
