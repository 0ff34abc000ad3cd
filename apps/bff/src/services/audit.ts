import { isFailure } from '../domain/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { AuditRecord, Store } from '../ports/store.ts';
import type { Caller, GatedRepo, Speaker } from './context.ts';

/** Facts of a request or an answer. Secrets by name only: values never come near this. */
export type AuditFacts = Record<string, string | number | boolean | null | string[]>;

export interface Audit {
  /**
   * Writes what is about to be done, does it, writes what came of it. When the first row cannot be written nothing is
   * done (`store_unavailable`). `facts.build` is the build acted on; the answer's `build` the one that was started.
   */
  run<T>(
    repo: GatedRepo,
    action: string,
    facts: AuditFacts,
    act: () => Promise<T>,
    describe?: (result: T) => AuditFacts,
  ): Promise<T>;
  /** The same for actions that are not about a repository (sign-in, linking). */
  runAs<T>(
    caller: Caller,
    action: string,
    where: { server: string | null; as: AuditRecord['as'] },
    facts: AuditFacts,
    act: () => Promise<T>,
  ): Promise<T>;
}

export function createAudit(deps: { store: Store; clock: Clock; newId: () => string }): Audit {
  async function record<T>(
    caller: Caller,
    row: Pick<AuditRecord, 'action' | 'server' | 'path' | 'forgeRepoId' | 'as'>,
    facts: AuditFacts,
    act: () => Promise<T>,
    describe: (result: T) => AuditFacts,
  ): Promise<T> {
    const id = deps.newId();
    const { forge, forgeUserId, login } = caller.person;
    await deps.store.audit.intent({
      id,
      at: deps.clock.now(),
      person: { forge, forgeUserId },
      login,
      sessionHash: caller.sessionHash,
      address: caller.address,
      ...row,
      request: JSON.stringify(facts),
      outcome: 'intent',
      answer: null,
    });
    try {
      const result = await act();
      await deps.store.audit.outcome(id, 'done', JSON.stringify(describe(result)));
      return result;
    } catch (error) {
      const code = isFailure(error) ? error.code : 'internal';
      // The action's own failure is what the caller must hear, also when this row cannot be written.
      await deps.store.audit
        .outcome(id, code === 'outcome_uncertain' ? 'uncertain' : 'refused', JSON.stringify({ code }))
        .catch(() => {});
      throw error;
    }
  }

  return {
    run: (repo, action, facts, act, describe = () => ({})) =>
      record(
        repo.caller,
        {
          action,
          server: repo.server.id,
          path: repo.path,
          forgeRepoId: repo.forgeRepoId,
          as: speakerKind(repo.speaker),
        },
        facts,
        act,
        describe,
      ),
    runAs: (caller, action, where, facts, act) =>
      record(
        caller,
        { action, server: where.server, path: null, forgeRepoId: null, as: where.as },
        facts,
        act,
        () => ({}),
      ),
  };
}

const speakerKind = (speaker: Speaker): AuditRecord['as'] => speaker.as;
