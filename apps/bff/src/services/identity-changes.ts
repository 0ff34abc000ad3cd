import { Failure } from '../domain/failure.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Forge, ForgePerson, ForgeTokens } from '../ports/forge.ts';
import type { PersonKey, PersonRecord, Store } from '../ports/store.ts';
import type { Audit } from './audit.ts';
import type { Caller, Gate } from './context.ts';
import { identitiesOf } from './identities.ts';
import type { AccountCheck } from './sign-in.ts';
import { recordOf } from './sign-in.ts';

/** Adding accounts on further forges to a person, and taking them away. The caller is as the session gives them. */
export interface IdentityChanges {
  /**
   * After the forge has shown whose account it is. `identity_taken`, `identity_other`; of one that is there already only
   * the tokens are renewed.
   */
  add(
    caller: Caller,
    forge: Forge,
    who: ForgePerson,
    tokens: ForgeTokens,
    by: 'redirect' | 'token' | 'password',
  ): Promise<void>;
  /** Ends the person's other sessions. `identity_first` while there are others besides the first one. */
  remove(caller: Caller, forge: string): Promise<{ signedOut: boolean }>;
}

export function createIdentityChanges(deps: {
  store: Store;
  bus: Bus;
  clock: Clock;
  audit: Audit;
  accounts: AccountCheck;
  gate: Pick<Gate, 'forget'>;
}): IdentityChanges {
  const { store, bus, audit, gate } = deps;
  const where = { server: null, as: 'console' as const };

  const changed = ({ forge, forgeUserId }: PersonKey) =>
    bus.publish({ type: 'person-changed', forge, forgeUserId });

  async function endOthers(caller: Caller): Promise<void> {
    for (const { hash } of await store.sessions.ofPerson(caller.person)) {
      if (hash === caller.sessionHash) continue;
      await store.sessions.remove(hash);
      bus.publish({ type: 'session-ended', sessionHash: hash });
    }
  }

  async function end(person: PersonRecord): Promise<void> {
    await store.identities.forget(person);
    const { forge, forgeUserId } = person;
    bus.publish({ type: 'person-signed-out', forge, forgeUserId });
  }

  return {
    async add(caller, forge, who, tokens, by) {
      const identity = recordOf(forge, who);
      const known = identitiesOf(caller).find((one) => one.forge === forge.id);
      const instance = forge.id;
      if (known && known.forgeUserId !== identity.forgeUserId) {
        throw new Failure('identity_other', 'The person has another account on that forge.', { instance });
      }
      const facts = { forge: forge.id, login: identity.login, by };
      await audit.runAs(caller, known ? 'identity.renew' : 'identity.add', where, facts, async () => {
        if (known) await store.people.upsert(identity);
        else if (!(await store.identities.add(caller.person, identity, deps.clock.now()))) {
          throw new Failure('identity_taken', 'That account belongs to another person here.', { instance });
        }
        await store.forgeTokens.put(identity, tokens);
      });
      gate.forget(identity);
      changed(caller.person);
      await deps.accounts.recheck({ ...caller, person: identity });
    },

    async remove(caller, forge) {
      const identity = identitiesOf(caller).find((one) => one.forge === forge);
      if (!identity) throw new Failure('not_found', 'There is no account of yours on that forge.');
      const first = identity === caller.person;
      if (first && identitiesOf(caller).length > 1) {
        throw new Failure('identity_first', 'The first account goes last.', { instance: forge });
      }
      const facts = { forge, login: identity.login };
      await audit.runAs(caller, 'identity.remove', where, facts, async () => {
        if (first) return end(identity);
        await store.identities.forget(identity);
        // Somebody may have signed in with it: what it opened, it must not keep open.
        await endOthers(caller);
      });
      gate.forget(identity);
      if (!first) changed(caller.person);
      return { signedOut: first };
    },
  };
}
