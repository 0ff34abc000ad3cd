import type { BuildHead, Promotion, PromotionPlan } from '@flightdeck/api-client/model';
import { Failure, isFailure } from '../domain/failure.ts';
import { groupByEnvironment, prefill, rollbackMode, warningsFor } from '../domain/promotion.ts';
import type { Bus } from '../ports/bus.ts';
import type { Started, Trigger } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { PersonKey, Store } from '../ports/store.ts';
import type { Audit } from './audit.ts';
import type { GatedRepo } from './context.ts';
import type { DeploymentsService } from './deployments.ts';
import type { PipelineFiles } from './pipeline-files.ts';

const DAY = 24 * 3_600_000;
/** A create call may block for 45 s on a missing pipeline file before the server gives up. */
const SETTLED_AFTER = 120_000;
const RECENT_BUILDS = 100;

export interface PromoteRequest {
  key: string;
  kind: 'promote' | 'rollback';
  environment: string;
  parameters: Record<string, string>;
  expect: { commit: string; current: number | null };
}

export interface PromotionsService {
  plan(
    repo: GatedRepo,
    number: number,
    request: { environment?: string | undefined; kind: 'promote' | 'rollback' },
  ): Promise<PromotionPlan>;
  /** Idempotent by `request.key` for 24 h. Throws `changed_meanwhile` when the confirmation no longer holds. */
  promote(repo: GatedRepo, number: number, request: PromoteRequest): Promise<Promotion>;
  /** The promotion behind a key of this person; one whose answer got lost is looked up on the server. */
  get(repo: GatedRepo, key: string): Promise<Promotion>;
  recent(repo: GatedRepo): Promise<Promotion[]>;
}

export interface PromotionsDeps {
  store: Store;
  bus: Bus;
  clock: Clock;
  audit: Audit;
  pipelineFiles: PipelineFiles;
  deployments: DeploymentsService;
}

export function createPromotionsService(deps: PromotionsDeps): PromotionsService {
  const { store, clock, pipelineFiles, deployments } = deps;

  async function buildToPromote(repo: GatedRepo, number: number): Promise<BuildHead> {
    const build = await repo.speaker.client.build(repo.path, number);
    if (!build) throw new Failure('not_found', 'No such build.', { instance: repo.server.id });
    return build;
  }

  async function previewOf(
    repo: GatedRepo,
    build: BuildHead,
    event: 'promote' | 'rollback',
    environment: string | null,
  ) {
    const trigger: Trigger = {
      event,
      branch: build.branch,
      ref: build.ref,
      repo: repo.path,
      environment,
      action: build.action,
      cron: null,
    };
    return pipelineFiles.preview(repo, build.commit, trigger);
  }

  /** For a rollback: the server's own event when a stage takes it, else the build is promoted again. */
  async function chooseMode(
    repo: GatedRepo,
    build: BuildHead,
    kind: 'promote' | 'rollback',
    environment: string | null,
  ) {
    if (kind === 'rollback' && repo.server.declaration.capabilities.includes('rollback-event')) {
      const preview = await previewOf(repo, build, 'rollback', environment);
      if (rollbackMode(preview.stages) === 'rollback') return { mode: 'rollback' as const, preview };
    }
    return { mode: 'promote' as const, preview: await previewOf(repo, build, 'promote', environment) };
  }

  async function plan(
    repo: GatedRepo,
    number: number,
    request: { environment?: string | undefined; kind: 'promote' | 'rollback' },
  ): Promise<PromotionPlan> {
    const build = await buildToPromote(repo, number);
    const [history, named] = await Promise.all([
      deployments.history(repo),
      pipelineFiles.environments(repo, build.commit),
    ]);
    const environments = groupByEnvironment(history, named);
    const name = request.environment ?? null;
    const environment = environments.find((e) => e.name === name) ?? null;
    const { mode, preview } = await chooseMode(repo, build, request.kind, name);
    return {
      build,
      environment: name,
      environments: environments.map((e) => ({
        name: e.name,
        source: !e.named ? 'seen' : e.history.length > 0 ? 'both' : 'file',
        lastAt: e.history[0]?.build.createdAt ?? null,
      })),
      parameters: prefill(
        build,
        request.kind === 'rollback' ? null : lastAttempt(environment?.history ?? []),
      ),
      current: environment?.current ?? null,
      preview: {
        file: preview.file,
        readable: preview.stages !== null,
        raw: preview.raw,
        stages: preview.stages ? [...preview.stages] : [],
      },
      warnings:
        name === null ? [] : warningsFor({ build, stages: preview.stages, environment, kind: request.kind }),
      mode,
      actsAs: repo.speaker.login,
    };
  }

  async function promote(repo: GatedRepo, number: number, request: PromoteRequest): Promise<Promotion> {
    const person = keyOf(repo);
    const earlier = await store.intents.get(person, request.key);
    if (earlier) return settleLater(repo, samePromotion(earlier, repo, number, request));

    const build = await buildToPromote(repo, number);
    const current =
      groupByEnvironment(await deployments.history(repo), []).find((e) => e.name === request.environment)
        ?.current ?? null;
    if (
      build.commit !== request.expect.commit ||
      (current?.build.number ?? null) !== request.expect.current
    ) {
      throw new Failure(
        'changed_meanwhile',
        'What the confirmation showed is no longer so. Look again and confirm anew.',
        { instance: repo.server.id },
      );
    }
    if (build.status === 'approval')
      throw new Failure('awaiting_approval', 'This build still awaits approval.', {
        instance: repo.server.id,
      });
    const { mode } = await chooseMode(repo, build, request.kind, request.environment);
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
    const claim = await store.intents.claim(person, asked, clock.now(), repo.forgeRepoId);
    if (!claim.fresh) return settleLater(repo, samePromotion(claim.standing, repo, number, request));
    return send(repo, asked, mode);
  }

  async function send(repo: GatedRepo, asked: Promotion, mode: 'promote' | 'rollback'): Promise<Promotion> {
    const request = { environment: asked.environment, parameters: asked.parameters };
    const call = () =>
      mode === 'rollback'
        ? repo.speaker.client.rollback(repo.path, asked.from, request)
        : repo.speaker.client.promote(repo.path, asked.from, request);
    try {
      const facts = {
        build: asked.from,
        commit: asked.commit,
        environment: asked.environment,
        parameters: Object.keys(asked.parameters),
        mode,
      };
      const started: Started = await deps.audit.run(repo, `build.${asked.kind}`, facts, call, (answer) => ({
        build: answer?.number ?? null,
      }));
      return settle(
        repo,
        asked,
        started
          ? { state: 'started', build: started.number, raw: null }
          : { state: 'nothing', build: null, raw: null },
      );
    } catch (error) {
      if (isFailure(error, 'outcome_uncertain'))
        return reconcile(repo, { ...asked, raw: error.facts.raw ?? null });
      await settle(repo, asked, {
        state: 'refused',
        build: null,
        raw: isFailure(error) ? (error.facts.raw ?? error.message) : null,
      });
      throw error;
    }
  }

  async function settle(
    repo: GatedRepo,
    asked: Promotion,
    result: Pick<Promotion, 'state' | 'build' | 'raw'>,
  ): Promise<Promotion> {
    await store.intents.settle(keyOf(repo), asked.key, result);
    if (result.build !== null) {
      deps.bus.publish({
        type: 'build-changed',
        server: repo.server.id,
        path: repo.path,
        number: result.build,
      });
    }
    return { ...asked, ...result };
  }

  /** The answer got lost: the server's own list of builds tells whether it happened. */
  async function reconcile(repo: GatedRepo, asked: Promotion): Promise<Promotion> {
    const builds = await repo.speaker.client.builds(repo.path, 1, RECENT_BUILDS).catch(() => null);
    const found = builds?.find(
      (b) =>
        b.parent === asked.from &&
        b.environment === asked.environment &&
        b.commit === asked.commit &&
        b.createdAt >= asked.requestedAt - 5_000 &&
        sameParameters(b, asked),
    );
    if (found) return settle(repo, asked, { state: 'started', build: found.number, raw: null });
    const settled = builds !== null && clock.now() - asked.requestedAt > SETTLED_AFTER;
    return settle(repo, asked, { state: settled ? 'refused' : 'uncertain', build: null, raw: asked.raw });
  }

  /** A standing promotion as it is now; one still open after the longest call is looked up. */
  async function settleLater(repo: GatedRepo, standing: Promotion): Promise<Promotion> {
    const lost =
      standing.state === 'uncertain' ||
      (standing.state === 'sending' && clock.now() - standing.requestedAt > 75_000);
    return lost ? reconcile(repo, standing) : standing;
  }

  async function get(repo: GatedRepo, key: string): Promise<Promotion> {
    const standing = await store.intents.get(keyOf(repo), key);
    if (
      !standing ||
      !isPromotion(standing) ||
      standing.server !== repo.server.id ||
      standing.path !== repo.path
    ) {
      throw new Failure('not_found', 'No such promotion.');
    }
    return settleLater(repo, standing);
  }

  const recent = (repo: GatedRepo): Promise<Promotion[]> =>
    store.intents.promotions({ server: repo.server.id, forgeRepoId: repo.forgeRepoId }, clock.now() - DAY);

  return { plan, promote, get, recent };
}

const keyOf = (repo: GatedRepo): PersonKey => ({
  forge: repo.caller.person.forge,
  forgeUserId: repo.caller.person.forgeUserId,
});
const isPromotion = (intent: { kind: string }): intent is Promotion =>
  intent.kind === 'promote' || intent.kind === 'rollback';
const lastAttempt = (history: readonly { build: BuildHead }[]): BuildHead | null => history[0]?.build ?? null;
const sameParameters = (build: BuildHead, asked: Promotion): boolean =>
  Object.entries(asked.parameters).every(([name, value]) => build.parameters[name] === value);

/** The same key must mean the same promotion; anything else is a programming error of the caller. */
function samePromotion(
  standing: { kind: string },
  repo: GatedRepo,
  number: number,
  request: PromoteRequest,
): Promotion {
  const same =
    isPromotion(standing) &&
    standing.server === repo.server.id &&
    standing.path === repo.path &&
    standing.from === number &&
    standing.kind === request.kind &&
    standing.environment === request.environment &&
    JSON.stringify(Object.entries(standing.parameters).sort()) ===
      JSON.stringify(Object.entries(request.parameters).sort());
  if (!same) throw new Failure('key_reused', 'This idempotency key was used for something else.');
  return standing;
}
