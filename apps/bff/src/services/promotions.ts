import type { BuildHead, Promotion } from '@flightdeck/api-client/model';
import { Failure, isFailure } from '../domain/failure.ts';
import { buildPermits, type PermitFacts } from '../domain/permits.ts';
import { groupByEnvironment, inFlightTo } from '../domain/promotion.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { PersonKey, Store, StoredIntent, StoredPromotion } from '../ports/store.ts';
import type { Audit } from './audit.ts';
import { refusal } from './build-refusals.ts';
import type { GatedRepo } from './context.ts';
import type { DeploymentsService } from './deployments.ts';
import { isOfRepository, LONGEST_CALL, mayBe, personOf, sameParameters } from './intents.ts';
import type { PipelineFiles } from './pipeline-files.ts';
import { createPromotionPlans, type PromotionKind, type PromotionPlans } from './promotion-plan.ts';

const DAY = 24 * 3_600_000;
/** ms. What the server's list does not show by then was never started. */
const SETTLED_AFTER = 120_000;
const RECENT_BUILDS = 100;

export interface PromoteRequest {
  key: string;
  kind: PromotionKind;
  environment: string;
  parameters: Record<string, string>;
  /** What the confirmation showed. `inFlight`: `since` of the one under way that was accepted. */
  expect: { commit: string; current: number | null; inFlight: number | null };
}

export interface PromotionsService extends Pick<PromotionPlans, 'plan'> {
  /** Idempotent by `request.key` for 24 h. Throws `changed_meanwhile` when the confirmation no longer holds. */
  promote(repo: GatedRepo, number: number, request: PromoteRequest): Promise<Promotion>;
  /** The promotion behind a key of this person; one whose answer got lost is looked up on the server. */
  get(repo: GatedRepo, key: string): Promise<Promotion>;
  /** Those of 24 h and all that nobody knows the end of, newest first; the latter are looked up. */
  recent(repo: GatedRepo): Promise<Promotion[]>;
}

export interface PromotionsDeps {
  store: Store;
  bus: Bus;
  clock: Clock;
  audit: Audit;
  pipelineFiles: PipelineFiles;
  deployments: DeploymentsService;
  permitFacts: (repo: GatedRepo) => PermitFacts;
}

type Result = Pick<Promotion, 'state' | 'build' | 'raw'>;

export function createPromotionsService(deps: PromotionsDeps): PromotionsService {
  const { store, clock, deployments } = deps;
  const plans = createPromotionPlans({ ...deps, promotions: recent });
  const inTurn = createTurns();

  async function promote(repo: GatedRepo, number: number, request: PromoteRequest): Promise<Promotion> {
    const person = personOf(repo);
    const earlier = await store.intents.get(person, request.key);
    if (earlier) return settleLater(repo, person, samePromotion(earlier, repo, number, request));
    const build = await plans.buildToPromote(repo, number);
    const { mode } = await plans.modeOf(repo, build, request.kind, request.environment);
    const asked: Promotion = {
      key: request.key,
      kind: request.kind,
      server: repo.server.id,
      path: repo.path,
      from: number,
      commit: build.commit,
      environment: request.environment,
      parameters: request.parameters,
      by: repo.caller.person.login,
      requestedAt: clock.now(),
      state: 'sending',
      build: null,
      raw: null,
    };
    // Of two people at the same moment the second one sees the first.
    const target = JSON.stringify([repo.server.id, repo.forgeRepoId, request.environment]);
    const claim = await inTurn(target, async () => {
      const meanwhile = await store.intents.get(person, request.key);
      if (meanwhile) return { fresh: false, standing: meanwhile };
      await check(repo, build, request);
      return store.intents.claim(person, asked, clock.now(), repo.forgeRepoId);
    });
    if (claim.fresh) return send(repo, asked, mode);
    return settleLater(repo, person, samePromotion(claim.standing, repo, number, request));
  }

  /** Nothing is sent that may not be, or that is not what the confirmation showed. */
  async function check(repo: GatedRepo, build: BuildHead, request: PromoteRequest): Promise<void> {
    const { kind, environment, expect } = request;
    const permits = buildPermits(deps.permitFacts(repo), build);
    refusal(kind === 'rollback' ? permits.rollback : permits.promote, kind);
    if (kind === 'rollback' && build.environment !== environment)
      throw new Failure('invalid', 'A rollback goes back to an earlier deployment of the same environment.');
    const [history, promotions] = await Promise.all([deployments.history(repo), recent(repo)]);
    const other = inFlightTo(environment, history, promotions, clock.now());
    if (other !== null && other.since !== expect.inFlight) {
      throw new Failure('changed_meanwhile', 'Another promotion to this environment is under way.', {
        instance: repo.server.id,
        raw: `${other.by ?? 'somebody'}: #${other.from ?? '?'} to ${environment}, ${
          other.build === null ? 'not answered yet' : `build #${other.build}`
        }, since ${new Date(other.since).toISOString()}`,
      });
    }
    const environments = groupByEnvironment(history, []);
    const current = environments.find((e) => e.name === environment)?.current?.build.number ?? null;
    if (build.commit !== expect.commit || current !== expect.current) {
      throw new Failure(
        'changed_meanwhile',
        'What the confirmation showed is no longer so. Look again and confirm anew.',
        { instance: repo.server.id },
      );
    }
  }

  async function send(repo: GatedRepo, asked: Promotion, mode: PromotionKind): Promise<Promotion> {
    const person = personOf(repo);
    const request = { environment: asked.environment, parameters: asked.parameters };
    const facts = {
      build: asked.from,
      commit: asked.commit,
      environment: asked.environment,
      parameters: Object.keys(asked.parameters),
      mode,
    };
    try {
      const started = await deps.audit.run(
        repo,
        `build.${asked.kind}`,
        facts,
        () => repo.speaker.client[mode](repo.path, asked.from, request),
        (answer) => ({ build: answer?.number ?? null }),
      );
      const state = started === null || (await neverRuns(repo, started)) ? 'nothing' : 'started';
      return await settle(repo, person, asked, { state, build: started?.number ?? null, raw: null });
    } catch (error) {
      if (isFailure(error, 'outcome_uncertain'))
        return reconcile(repo, person, { ...asked, raw: error.facts.raw ?? null });
      const raw = isFailure(error) ? (error.facts.raw ?? error.message) : null;
      await settle(repo, person, asked, { state: 'refused', build: null, raw });
      throw error;
    }
  }

  /** Some servers make a build all the same where nothing matches: its stages, made with it, tell. */
  async function neverRuns(repo: GatedRepo, { number }: BuildHead): Promise<boolean> {
    if (repo.server.declaration.capabilities.includes('rejects-unmatched')) return false;
    const build = await repo.speaker.client.build(repo.path, number).catch(() => null);
    return build?.status === 'waiting' && build.stages.length === 0;
  }

  async function settle(
    repo: GatedRepo,
    person: PersonKey,
    asked: Promotion,
    result: Result,
  ): Promise<Promotion> {
    await store.intents.settle(person, asked.key, result);
    if (result.build !== null) {
      const { id: server } = repo.server;
      deps.bus.publish({ type: 'build-changed', server, path: repo.path, number: result.build });
    }
    return { ...asked, ...result };
  }

  /** The answer got lost: the server's own list of builds tells whether it happened. */
  async function reconcile(repo: GatedRepo, person: PersonKey, asked: Promotion): Promise<Promotion> {
    const [builds, promotions] = await Promise.all([
      repo.speaker.client.builds(repo.path, 1, RECENT_BUILDS).catch(() => null),
      standing(repo),
    ]);
    const { capabilities } = repo.server.declaration;
    const others = new Set(promotions.map(({ promotion }) => promotion.build));
    const found = builds?.find(
      (head) =>
        head.parent === asked.from &&
        head.environment === asked.environment &&
        head.commit === asked.commit &&
        !others.has(head.number) &&
        mayBe(head, asked, repo.speaker.login, capabilities.includes('parameters-kept')),
    );
    if (found) return settle(repo, person, asked, { state: 'started', build: found.number, raw: null });
    const over = builds !== null && clock.now() - asked.requestedAt > SETTLED_AFTER;
    return settle(repo, person, asked, {
      state: over ? 'refused' : 'uncertain',
      build: null,
      raw: asked.raw,
    });
  }

  /** A standing promotion as it is now; one still open after the longest call is looked up. */
  async function settleLater(repo: GatedRepo, person: PersonKey, known: Promotion): Promise<Promotion> {
    const lost =
      known.state === 'uncertain' ||
      (known.state === 'sending' && clock.now() - known.requestedAt > LONGEST_CALL);
    return lost ? reconcile(repo, person, known) : known;
  }

  async function get(repo: GatedRepo, key: string): Promise<Promotion> {
    const person = personOf(repo);
    const known = await store.intents.get(person, key);
    if (!known || !isPromotion(known) || !isOfRepository(known, repo))
      throw new Failure('not_found', 'No such promotion.');
    return settleLater(repo, person, seenFrom(repo, known));
  }

  const standing = (repo: GatedRepo) =>
    store.intents.promotions({ server: repo.server.id, forgeRepoId: repo.forgeRepoId }, clock.now() - DAY);

  async function recent(repo: GatedRepo): Promise<Promotion[]> {
    const all = await standing(repo);
    return Promise.all(
      all.map(({ person, promotion }) => settleLater(repo, person, seenFrom(repo, promotion))),
    );
  }

  return { plan: plans.plan, promote, get, recent };
}

/** Work under one name is done one after another, in this process: the house is one. */
function createTurns() {
  const last = new Map<string, Promise<unknown>>();
  return async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const turn = (last.get(name) ?? Promise.resolve()).then(work, work);
    last.set(name, turn);
    try {
      return await turn;
    } finally {
      if (last.get(name) === turn) last.delete(name);
    }
  };
}

const isPromotion = (intent: StoredIntent): intent is StoredPromotion =>
  intent.kind === 'promote' || intent.kind === 'rollback';

/** With the path that the repository has now; the id of it is the store's own. */
function seenFrom({ path }: GatedRepo, { forgeRepoId: _, ...promotion }: StoredPromotion): Promotion {
  return { ...promotion, path };
}

/** The same key must mean the same promotion; anything else is a programming error of the caller. */
function samePromotion(
  known: StoredIntent,
  repo: GatedRepo,
  number: number,
  request: PromoteRequest,
): Promotion {
  const same =
    isPromotion(known) &&
    isOfRepository(known, repo) &&
    known.from === number &&
    known.kind === request.kind &&
    known.environment === request.environment &&
    sameParameters(known.parameters, request.parameters);
  if (!same) throw new Failure('key_reused', 'This idempotency key was used for something else.');
  return seenFrom(repo, known);
}
