import type { Policy } from '@flightdeck/api-client/contract';
import type { Level } from '@flightdeck/api-client/model';
import { denialOf, isRepoPath, levelOf } from '../domain/access.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import type { Bus } from '../ports/bus.ts';
import type { CiRepository } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { Forge, ForgeRepository } from '../ports/forge.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { type Connection, type Connections, connectionOf } from './connections.ts';
import type { Caller, Gate, GatedRepo, Speaker } from './context.ts';
import { classOf, createForgeRights, type RightsAges } from './forge-rights.ts';
import type { ForgePeople } from './forge-tokens.ts';
import { absent, outOfStep, refuse } from './gate-refusals.ts';
import { callerOn } from './identities.ts';
import { createLimiter } from './limiter.ts';
import { isServerTrouble } from './server-health.ts';
import { createServerSight, type SightSources } from './server-sight.ts';
import { createSpeakers } from './speakers.ts';

/** Questions to the forge at a time for one list. */
const ASKS_AT_ONCE = 8;

export interface GateDeps extends SightSources {
  store: Pick<Store, 'accounts'>;
  people: ForgePeople;
  forges: ReadonlyMap<string, Forge>;
  connections: Connections;
  bus: Bus;
  clock: Clock;
  log: Log;
  ages?: RightsAges;
  learn?: (forge: string, repository: ForgeRepository) => void;
}

/** See `Gate`. One order for everything: path, forge, level, link, CI server, ids, visibility, level again. */
export function createGate(deps: GateDeps): Gate {
  const { people, connections, clock, log } = deps;
  const rights = createForgeRights({
    ...{ people, clock, log },
    ...(deps.ages ? { ages: deps.ages } : {}),
    ...(deps.learn ? { learn: deps.learn } : {}),
  });
  const speakers = createSpeakers({ store: deps.store, clock });
  const sight = createServerSight({ ...deps, speakers, levelOn });

  deps.bus.subscribe((event) => {
    if (event.type === 'repository-changed') sight.forget(event);
    else if (event.type === 'person-signed-out') forget(event);
  });

  /** The server and the person as their account on its forge; without one it does not exist for them. */
  function reachable(asking: Caller, id: string): { connection: Connection; forge: Forge; caller: Caller } {
    const connection = connectionOf(connections, id);
    const forge = deps.forges.get(connection.server.declaration.forge);
    const caller = forge && callerOn(asking, forge.id);
    if (!forge || !caller) throw absent();
    return { connection, forge, caller };
  }

  async function levelOn(
    caller: Caller,
    onForge: ForgeRepository,
    onServer: CiRepository | null,
    own: CiRepository['permission'],
  ): Promise<Level> {
    return levelOf(
      { level: onForge.level, private: forMembers(onForge), role: await hasRole(caller, onForge, onServer) },
      onServer && { visibility: onServer.visibility, own },
    );
  }

  async function open(asking: Caller, id: string, asked: string, policy: Policy): Promise<GatedRepo> {
    if (!isRepoPath(asked)) throw absent();
    const { connection, forge, caller } = reachable(asking, id);
    const { server } = connection;
    const how = classOf(policy);
    const need = policy.need === 'write' || policy.need === 'admin' ? policy.need : 'read';

    const onForge = await rights.repository(caller.person, asked, how);
    if (!onForge) throw absent();
    refuse(denialOf(onForge.level, need));

    const account = await speakers.account(caller, id);
    if (
      policy.need === 'ci-administrator' &&
      !(await speakers.isAdministrator(connection, caller, account))
    ) {
      throw new Failure('needs_ci_administrator', 'Only an administrator of the CI server may do this.', {
        instance: id,
      });
    }
    const { path } = onForge;
    let lost = false;
    const speakAs = async (speaker: Speaker) => ({
      speaker,
      onServer: await sight.see({ connection, caller, onForge }, speaker, how, policy),
    });
    const { speaker, onServer } = await speakers
      .choose(connection, caller, account, policy)
      .then(speakAs)
      .catch(async (error) => {
        // The token died just now: reading goes on with the service account, the screen offers to link again.
        if (!isFailure(error, 'link_expired') || policy.link) throw error;
        lost = true;
        return speakAs(await speakers.service(connection));
      })
      .catch(async (error) => {
        // Reading goes on while the CI server does not answer. The forge was asked all the same.
        const known =
          isForReading(policy) && isServerTrouble(error) ? await sight.lastKnown(id, onForge) : null;
        if (!known) throw error;
        return { speaker: speakers.unasked(connection, caller, account), onServer: known };
      });

    if (onServer && onServer.forgeRepoId !== onForge.id) {
      log.warn(
        { server: id, path, onForge: onForge.id, onServer: onServer.forgeRepoId },
        'the CI server has another repository under this path: hidden',
      );
      throw absent();
    }
    // An account without any role there yet may still act as itself: to activate begins with a sync.
    const told = onServer?.permission ?? null;
    const unknownYet = policy.link && told === 'none';
    const own = speaker.as === 'account' && !speaker.administrator && !unknownYet ? told : null;
    const level = await levelOn(caller, onForge, onServer, own);
    const forgeLevel = own === null ? level : await levelOn(caller, onForge, onServer, null);
    const denial = denialOf(level, need);
    if (denial && !denialOf(forgeLevel, need)) throw outOfStep(id);
    refuse(denial);
    const forgeClient = people.as(caller.person);
    return {
      caller,
      server,
      forge,
      path,
      forgeRepoId: onForge.id,
      onForge,
      forgeClient,
      onServer,
      level,
      ...(forgeLevel === level ? {} : { forgeLevel }),
      speaker,
      account: lost && account ? { ...account, state: 'expired' } : account,
    };
  }

  /** Asked only where it decides: public on the forge, private on the CI server, and no more than reading. */
  async function hasRole(caller: Caller, onForge: ForgeRepository, onServer: CiRepository | null) {
    if (onServer?.visibility !== 'private' || forMembers(onForge) || onForge.level !== 'read') return true;
    return (await rights.mine(caller.person)).has(onForge.id);
  }

  const readable: Gate['readable'] = async (asking, id, repos) => {
    const passed = new Set<string>();
    const server = connections.get(id)?.server;
    const caller = server ? callerOn(asking, server.declaration.forge) : null;
    if (!caller) return passed;
    const mine = await rights.mine(caller.person);
    const limited = createLimiter(ASKS_AT_ONCE);
    const check = async (repo: (typeof repos)[number]) => {
      const own = mine.get(repo.forgeRepoId);
      if (own) return levelOf({ ...own, role: true }, { visibility: repo.visibility, own: null }) !== 'none';
      // Somebody else's repository that is private on the CI server: no answer of the forge could open it in a list.
      if (repo.visibility !== 'public' && repo.visibility !== 'internal') return false;
      const found = await rights.repository(caller.person, repo.path, 'read');
      return found !== null && found.id === repo.forgeRepoId;
    };
    await Promise.all(
      repos.map((repo) =>
        limited(async () => {
          if (await check(repo)) passed.add(repo.forgeRepoId);
        }),
      ),
    );
    return passed;
  };

  function forget(person: { forge: string; forgeUserId: string }): void {
    rights.forget(person);
    speakers.forget(person);
    // After a sync or an activation everybody's next look must be a new one.
    sight.forget();
  }

  return {
    open,
    readable,
    forget,
    mine: (caller) => rights.mine(caller.person),
    forgeAs: async (caller) => people.as(caller.person),
    async speaker(asking, id, need) {
      const { connection, caller } = reachable(asking, id);
      return speakers.choose(connection, caller, await speakers.account(caller, id), need);
    },
  };
}

/** Only who has a role in it may read it. */
const forMembers = (onForge: ForgeRepository): boolean => onForge.private && !onForge.internal;

const isForReading = ({ need, fresh, link }: Policy): boolean => need === 'read' && !fresh && !link;
