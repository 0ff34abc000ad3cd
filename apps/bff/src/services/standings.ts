import type { Level } from '@flightdeck/api-client/model';
import { type Failure, isFailure } from '../domain/failure.ts';
import type { CiRepository } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { ForgeRepository } from '../ports/forge.ts';
import type { LinkedAccountRecord, Store } from '../ports/store.ts';
import type { Standing } from './build-facts.ts';
import { type Connections, connectionOf } from './connections.ts';
import type { Caller, Gate } from './context.ts';
import { asEach, callerOn } from './identities.ts';
import type { RepoCatalog } from './repo-catalog.ts';
import type { HealthBook } from './server-health.ts';

/** A repository in a person's list, with what both sides say about it. */
export interface Listed extends Standing {
  /** null: not mine; readable because it is public. */
  onForge: ForgeRepository | null;
}

export interface StandingList {
  items: Listed[];
  /** How each forge of the person answered them: one that did not leaves its part as it was last, or out. */
  forges: ForgePart[];
}

export interface ForgePart {
  forge: string;
  /** Set where it did not answer and the last good list is shown. */
  staleSince: number | null;
  /** Set where there is nothing to show. */
  failure: Failure | null;
}

/**
 * The repositories of a person: those with a role on the forge, and those a CI server knows and the person's gate
 * passes. Nothing is counted or named that the gate did not pass.
 */
export interface Standings {
  /** `strangers`: which of the repositories without a role are wanted; each may cost a question to the forge. */
  of(caller: Caller, strangers?: (server: string, path: string) => boolean): Promise<StandingList>;
  /** One of them by place, for live messages; null when the person may not read it. */
  one(caller: Caller, server: string, path: string): Promise<Listed | null>;
}

const KEEP_LAST = 500;
const OWN_FOR = 10_000;

export function createStandings(deps: {
  connections: Connections;
  gate: Gate;
  store: Store;
  catalog: RepoCatalog;
  health: HealthBook;
  clock: Clock;
}): Standings {
  const { gate } = deps;
  const own = new Map<string, { at: number; list: Promise<CiRepository[]> }>();
  const lastMine = new Map<string, { at: number; mine: Map<string, ForgeRepository> }>();

  async function mineOf(
    caller: Caller,
  ): Promise<{ mine: Map<string, ForgeRepository>; staleSince: number | null }> {
    const key = `${caller.person.forge}\n${caller.person.forgeUserId}`;
    try {
      const mine = await deps.health.during(caller.person.forge, () => gate.mine(caller));
      if (lastMine.size > KEEP_LAST) lastMine.clear();
      lastMine.set(key, { at: deps.clock.now(), mine });
      return { mine, staleSince: null };
    } catch (error) {
      const last = lastMine.get(key);
      // A last list stands in for a forge that is away, not for one that takes the person's sign-in no more.
      if (isFailure(error, 'forge_signed_out')) throw error;
      if (!last || deps.clock.now() - last.at > 5 * 60_000) throw error;
      return { mine: last.mine, staleSince: last.at };
    }
  }

  /** Strangers' repositories that the server holds private are not asked about: only a role opens them. */
  const maybeReadable = (one: CiRepository): boolean => one.active && one.visibility !== 'private';

  async function of(
    caller: Caller,
    wanted: (server: string, path: string) => boolean = () => true,
  ): Promise<StandingList> {
    const parts = await Promise.all(asEach(caller).map((as) => partOf(as, wanted)));
    const good = parts.filter((part) => part.failure === null);
    // One of several that fails takes its own part away; the only one is what was asked for.
    const [first] = parts;
    if (good.length === 0 && first?.failure) throw first.failure;
    return {
      items: good.flatMap((part) => part.items),
      forges: parts.map(({ forge, staleSince, failure }) => ({ forge, staleSince, failure })),
    };
  }

  async function partOf(
    caller: Caller,
    wanted: (server: string, path: string) => boolean,
  ): Promise<ForgePart & { items: Listed[] }> {
    const { forge } = caller.person;
    try {
      const { items, staleSince } = await ofOne(caller, wanted);
      return { forge, items, staleSince, failure: null };
    } catch (error) {
      if (!isFailure(error)) throw error;
      return { forge, items: [], staleSince: null, failure: error };
    }
  }

  /** On one forge, as the caller's account there. */
  async function ofOne(
    caller: Caller,
    wanted: (server: string, path: string) => boolean,
  ): Promise<{ items: Listed[]; staleSince: number | null }> {
    const { mine, staleSince } = await mineOf(caller);
    const accounts = await accountsOf(caller);
    const items = await Promise.all(
      [...deps.connections.values()]
        .filter(({ server }) => server.declaration.forge === caller.person.forge)
        .map(async ({ server }): Promise<Listed[]> => {
          const catalog = await deps.catalog.lastOrLoad(server.id);
          const own = catalog?.whole === false ? await ownList(caller, server.id) : [];
          const ownById = new Map(own.map((one) => [one.forgeRepoId, one]));
          const others = (catalog?.repositories ?? []).filter(
            (one) => !mine.has(one.forgeRepoId) && maybeReadable(one) && wanted(server.id, one.path),
          );
          const readable =
            others.length === 0
              ? new Set<string>()
              : await gate.readable(caller, server.id, others).catch(() => new Set<string>());
          const common = { caller, server, account: accounts.get(server.id) ?? null, forgeClient: null };
          const mineHere = [...mine.values()]
            .filter((one) => one.level !== 'none')
            .map((onForge) => ({
              ...common,
              path: onForge.path,
              forgeRepoId: onForge.id,
              level: onForge.level,
              onServer: catalog?.byId.get(onForge.id) ?? ownById.get(onForge.id) ?? null,
              onForge,
            }));
          const strangers = others
            .filter((one) => readable.has(one.forgeRepoId))
            .map((onServer) => ({
              ...common,
              path: onServer.path,
              forgeRepoId: onServer.forgeRepoId,
              level: 'read' as Level,
              onServer,
              onForge: null,
            }));
          return [...mineHere, ...strangers];
        }),
    );
    return { items: withoutUnknownTwins(items.flat()), staleSince };
  }

  /** Where the service account is no administrator, a person's own account knows more of the person's repositories. */
  async function ownList(caller: Caller, server: string): Promise<CiRepository[]> {
    const key = `${server}\n${caller.person.forge}\n${caller.person.forgeUserId}`;
    const known = own.get(key);
    if (known && deps.clock.now() - known.at < OWN_FOR) return known.list;
    if (own.size > KEEP_LAST) own.clear();
    const list = gate
      .speaker(caller, server, { link: false })
      .then((speaker) => (speaker.as === 'account' ? speaker.client.repositories() : []))
      .catch(() => []);
    own.set(key, { at: deps.clock.now(), list });
    return list;
  }

  async function accountsOf(caller: Caller): Promise<Map<string, LinkedAccountRecord>> {
    const { forge, forgeUserId } = caller.person;
    const accounts = await deps.store.accounts.list({ forge, forgeUserId });
    return new Map(accounts.map((account) => [account.server, account]));
  }

  async function one(asking: Caller, server: string, path: string): Promise<Listed | null> {
    const connection = connectionOf(deps.connections, server);
    const caller = callerOn(asking, connection.server.declaration.forge);
    if (!caller) return null;
    const catalog = await deps.catalog.lastOrLoad(server);
    const found = catalog?.byPath.get(path) ?? null;
    const onServer =
      found ??
      (catalog?.whole === false
        ? ((await ownList(caller, server)).find((one) => one.path === path) ?? null)
        : null);
    if (!onServer) return null;
    const { mine } = await mineOf(caller);
    const onForge = mine.get(onServer.forgeRepoId) ?? null;
    if (!onForge && !maybeReadable(onServer)) return null;
    if (onForge?.level === 'none') return null;
    if (!onForge && !(await gate.readable(caller, server, [onServer])).has(onServer.forgeRepoId)) return null;
    const accounts = await accountsOf(caller);
    return {
      caller,
      server: connection.server,
      path: onForge?.path ?? path,
      forgeRepoId: onServer.forgeRepoId,
      level: onForge?.level ?? 'read',
      account: accounts.get(server) ?? null,
      onServer,
      forgeClient: null,
      onForge,
    };
  }

  return { of, one };
}

/** With several servers a repository that is active on one need not be listed as unknown on the others. */
function withoutUnknownTwins(items: readonly Listed[]): Listed[] {
  const known = new Set(items.filter((one) => one.onServer).map((one) => one.forgeRepoId));
  return items.filter((one) => one.onServer || !known.has(one.forgeRepoId));
}
