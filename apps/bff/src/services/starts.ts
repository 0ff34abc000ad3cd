import type { BuildHead } from '@flightdeck/api-client/model';
import { Failure, isFailure } from '../domain/failure.ts';
import type { Started } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { StartIntent, Store, StoredIntent } from '../ports/store.ts';
import type { Audit } from './audit.ts';
import type { BuildIndex } from './build-index.ts';
import type { GatedRepo } from './context.ts';
import { isOfRepository, LONGEST_CALL, mayBe, personOf, sameParameters } from './intents.ts';
import type { LiveBuilds } from './live-builds.ts';

export interface StartOutcome {
  outcome: 'started' | 'nothing';
  number: number | null;
}

export interface StartRequest {
  key: string;
  kind: 'start' | 'restart';
  from: number | null;
  /** What is asked for, in one line: the same key with another text is refused. */
  what: string;
  parameters: Record<string, string>;
  send(): Promise<Started>;
  /** Whether this build could be the one, when the answer got lost. */
  isIt(head: BuildHead): boolean;
}

/** Starting builds so that no double click, retry or reload starts two. */
export interface Starts {
  run(repo: GatedRepo, request: StartRequest): Promise<StartOutcome>;
}

const ORPHANED = 5_000;
const LOOK = 250;

export function createStarts(deps: {
  store: Store;
  clock: Clock;
  audit: Audit;
  live: LiveBuilds;
  index: Pick<BuildIndex, 'newest'>;
}): Starts {
  const { store, clock } = deps;
  /** Requests that this process is sending. */
  const sending = new Set<string>();

  async function run(repo: GatedRepo, request: StartRequest): Promise<StartOutcome> {
    const intent: StartIntent = {
      key: request.key,
      kind: request.kind,
      server: repo.server.id,
      path: repo.path,
      from: request.from,
      commit: request.what,
      parameters: request.parameters,
      by: repo.caller.person.login,
      requestedAt: clock.now(),
      state: 'sending',
      build: null,
      raw: null,
    };
    const { fresh, standing } = await store.intents.claim(
      personOf(repo),
      intent,
      clock.now(),
      repo.forgeRepoId,
    );
    if (fresh) return send(repo, request, intent);
    if (!isOfRepository(standing, repo) || !isSame(standing, intent)) {
      throw new Failure('key_reused', 'This idempotency key was used for something else.');
    }
    return await (standing.state === 'sending'
      ? waitFor(repo, request, standing)
      : answer(repo, request, standing));
  }

  async function send(repo: GatedRepo, request: StartRequest, intent: StartIntent): Promise<StartOutcome> {
    const newest = (await deps.index.newest(repo.server.id, repo.forgeRepoId)) ?? 0;
    const facts = { build: request.from, what: request.what, parameters: Object.keys(request.parameters) };
    sending.add(flightOf(repo, intent));
    try {
      const started = await deps.audit.run(repo, `build.${request.kind}`, facts, request.send, (head) => ({
        build: head?.number ?? null,
      }));
      if (started === null) {
        await settle(repo, intent, 'nothing', null, null);
        return { outcome: 'nothing', number: null };
      }
      return await began(repo, intent, started);
    } catch (error) {
      if (isFailure(error, 'outcome_uncertain')) return reconcile(repo, request, intent, error, newest);
      const raw = isFailure(error) ? (error.facts.raw ?? error.message) : null;
      await settle(repo, intent, 'refused', null, raw);
      throw error;
    } finally {
      sending.delete(flightOf(repo, intent));
    }
  }

  async function began(repo: GatedRepo, intent: StartIntent, head: BuildHead): Promise<StartOutcome> {
    await settle(repo, intent, 'started', head.number, null);
    const place = { server: repo.server.id, path: repo.path, forgeRepoId: repo.forgeRepoId };
    deps.live.tellHead(place, head);
    return { outcome: 'started', number: head.number };
  }

  /** The answer got lost: the server's own list tells whether it happened. */
  async function reconcile(
    repo: GatedRepo,
    request: StartRequest,
    intent: StartIntent,
    error: Failure,
    newest = 0,
  ): Promise<StartOutcome> {
    const heads = await repo.speaker.client.builds(repo.path, 1, 50).catch(() => null);
    const kept = request.kind === 'start' || repo.server.declaration.capabilities.includes('parameters-kept');
    const found = heads?.find(
      (head) =>
        head.number > newest &&
        mayBe(head, { ...intent, parameters: request.parameters }, repo.speaker.login, kept) &&
        request.isIt(head),
    );
    if (found) return began(repo, intent, found);
    await settle(repo, intent, 'uncertain', null, error.facts.raw ?? null);
    throw error;
  }

  /** The first of two equal requests is still under way: both get its answer. */
  async function waitFor(repo: GatedRepo, request: StartRequest, first: StoredIntent): Promise<StartOutcome> {
    let standing = first;
    // Left behind by a process that ended while it sent: nobody will settle it, the server's list has to tell.
    const longest = sending.has(flightOf(repo, first)) ? LONGEST_CALL : ORPHANED;
    while (standing.state === 'sending' && clock.now() - standing.requestedAt < longest) {
      await clock.sleep(LOOK);
      standing = (await store.intents.get(personOf(repo), standing.key)) ?? standing;
    }
    return answer(repo, request, standing);
  }

  async function answer(
    repo: GatedRepo,
    request: StartRequest,
    standing: StoredIntent,
  ): Promise<StartOutcome> {
    const facts = { instance: repo.server.id, ...(standing.raw === null ? {} : { raw: standing.raw }) };
    switch (standing.state) {
      case 'started':
        return { outcome: 'started', number: standing.build };
      case 'nothing':
        return { outcome: 'nothing', number: null };
      case 'refused':
        throw new Failure('ci_refused', 'The CI server refused this before; ask anew with a new key.', facts);
      default:
        return reconcile(
          repo,
          request,
          standing as StartIntent,
          new Failure('outcome_uncertain', 'It is not known whether a build was started.', facts),
        );
    }
  }

  const settle = (
    repo: GatedRepo,
    { key }: StartIntent,
    state: StartIntent['state'],
    build: number | null,
    raw: string | null,
  ): Promise<void> => store.intents.settle(personOf(repo), key, { state, build, raw });

  return { run };
}

const flightOf = ({ caller }: GatedRepo, { key }: { key: string }): string =>
  `${caller.person.forge}\n${caller.person.forgeUserId}\n${key}`;

function isSame(a: StoredIntent, b: StartIntent): boolean {
  return (
    a.kind === b.kind &&
    a.from === b.from &&
    a.commit === b.commit &&
    sameParameters(a.parameters, b.parameters)
  );
}
