import type { ActivationReport } from '@flightdeck/api-client/contract';
import type { ActivationStep, RepositoryDetail } from '@flightdeck/api-client/model';
import { Failure } from '../domain/failure.ts';
import { repositoryPermits } from '../domain/permits.ts';
import type { CiRepository } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { Audit } from './audit.ts';
import type { BuildFacts } from './build-facts.ts';
import { refusal } from './build-refusals.ts';
import type { GatedRepo } from './context.ts';
import type { HealthBook } from './server-health.ts';

const SYNC_LONGEST = 60_000;
const SYNC_LOOK = 500;

/** One click: sync where the server does not know the repository yet, find, enable, look whether it holds. */
export function createActivation(deps: {
  clock: Clock;
  audit: Audit;
  facts: BuildFacts;
  health: HealthBook;
  afterChange: (repo: GatedRepo) => Promise<RepositoryDetail>;
}): (repo: GatedRepo) => Promise<ActivationReport> {
  const { clock } = deps;

  async function activate(repo: GatedRepo): Promise<ActivationReport> {
    const permit = repositoryPermits(deps.facts.permitFacts(repo)).activate;
    if (permit !== 'already-active') refusal(permit, 'activate');
    const { client } = repo.speaker;
    const steps: ActivationStep[] = [];
    const step = async <T>(name: ActivationStep['name'], act: () => Promise<T>): Promise<T | Failure> => {
      const began = clock.now();
      const took = () => Math.max(0, Math.round(clock.now() - began));
      try {
        const result = await act();
        steps.push({ name, state: 'done', tookMs: took(), code: null, raw: null });
        return result;
      } catch (error) {
        const failure =
          error instanceof Failure ? error : new Failure('internal', 'Unexpected.', { cause: error });
        const raw = failure.facts.raw ?? failure.message;
        steps.push({ name, state: 'failed', tookMs: took(), code: failure.code, raw });
        return failure;
      }
    };
    const skip = (name: ActivationStep['name']) =>
      steps.push({ name, state: 'skipped', tookMs: 0, code: null, raw: null });
    const idMatches = (found: CiRepository) => found.forgeRepoId === repo.forgeRepoId;

    const run = async (): Promise<ActivationReport> => {
      let known = await client.repository(repo.path);
      const late = repo.server.declaration.capabilities.includes('late-activation');
      // A server that knows a repository only once it is active is told which one by the forge's id.
      if (!late || (known && idMatches(known))) skip('sync');
      else if ((await step('sync', () => syncWholeList(repo))) instanceof Failure) return report(repo, steps);
      const find = async () => {
        known = await client.repository(repo.path);
        if (!known)
          throw new Failure('not_found', 'The CI server does not list this repository after a sync.');
        if (!idMatches(known)) {
          throw new Failure('conflict', 'The CI server knows another repository under this path.');
        }
      };
      const found = late ? await step('find', find) : skip('find');
      if (found instanceof Failure) return report(repo, steps);
      if ((await step('enable', () => client.activate(repo.path, repo.forgeRepoId))) instanceof Failure)
        return report(repo, steps);
      await step('hook', async () => {
        const after = await client.repository(repo.path);
        if (!after?.active) {
          throw new Failure('ci_refused', 'The CI server took the request but the repository is not active.');
        }
      });
      return report(repo, steps);
    };
    const audited = () => deps.health.during(repo.server.id, run);
    return deps.audit.run(
      repo,
      'repository.activate',
      { forgeRepoId: repo.forgeRepoId },
      audited,
      (done) => ({
        failed: done.steps.find((one) => one.state === 'failed')?.name ?? null,
      }),
    );
  }

  async function report(repo: GatedRepo, steps: ActivationStep[]): Promise<ActivationReport> {
    return { steps, repository: await deps.afterChange(repo).catch(() => null) };
  }

  /** A sync runs in the background; `syncing` may stay set after a crash of the server, so the wait has an end. */
  async function syncWholeList(repo: GatedRepo): Promise<void> {
    const { client } = repo.speaker;
    const began = clock.now();
    await client.sync();
    while ((await client.me()).syncing) {
      if (clock.now() - began > SYNC_LONGEST) {
        throw new Failure('ci_timeout', 'The CI server is still reading the repository list.');
      }
      await clock.sleep(SYNC_LOOK);
    }
  }

  return activate;
}
