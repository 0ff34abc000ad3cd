import type { BuildView } from '@flightdeck/api-client/contract';
import { type Build, isFinished, type Stage, stageLabel } from '@flightdeck/api-client/model';
import { Failure } from '../domain/failure.ts';
import { buildPermits } from '../domain/permits.ts';
import type { Audit } from './audit.ts';
import type { BuildFacts } from './build-facts.ts';
import { refusal } from './build-refusals.ts';
import type { GatedRepo } from './context.ts';
import { onceMore } from './once-more.ts';

/** `commit` is what the confirmation showed; without `stage` every held stage is meant. */
export interface ApprovalInput {
  stage?: number | undefined;
  commit: string;
}

export interface Approvals {
  approve(repo: GatedRepo, number: number, input: ApprovalInput): Promise<BuildView>;
  decline(repo: GatedRepo, number: number, input: ApprovalInput): Promise<BuildView>;
}

export function createApprovals(deps: {
  audit: Audit;
  facts: BuildFacts;
  load: (repo: GatedRepo, number: number) => Promise<Build>;
  viewOf: (repo: GatedRepo, build: Build) => Promise<BuildView>;
}): Approvals {
  /** The build, if it is still what the confirmation showed, and the held stages that are meant. */
  async function held(repo: GatedRepo, number: number, input: ApprovalInput): Promise<[Build, Stage[]]> {
    const build = await deps.load(repo, number);
    if (build.commit !== input.commit) {
      throw new Failure('changed_meanwhile', 'This build is of another commit than the one shown.', {
        instance: repo.server.id,
      });
    }
    refusal(buildPermits(deps.facts.permitFacts(repo), build).approve, 'approve');
    const stages = build.stages.filter(
      (stage) => stage.status === 'approval' && (input.stage === undefined || stage.number === input.stage),
    );
    // Some make the stages of a build only when it may run.
    const isBare = build.stages.length === 0 && input.stage === undefined && !bySingleStages(repo);
    if (stages.length === 0 && !isBare) throw new Failure('not_waiting', 'No such stage awaits approval.');
    if (input.stage !== undefined && !bySingleStages(repo) && build.stages.length > 1) {
      throw new Failure('not_supported', 'This server approves and declines whole builds only.', {
        instance: repo.server.id,
      });
    }
    return [build, stages];
  }

  /** One stage after the other: parallel calls collide on the build's version (500 `Optimistic Lock Error`). */
  async function eachStage(
    repo: GatedRepo,
    action: 'build.approve' | 'build.decline',
    build: Build,
    stages: readonly Stage[],
    call: (stage: Stage) => Promise<void>,
  ): Promise<BuildView> {
    const names = stages.map((stage) => stage.name);
    const what = { build: build.number, commit: build.commit, stages: names };
    const done: string[] = [];
    try {
      await deps.audit.run(repo, action, what, async () => {
        for (const stage of stages) {
          try {
            await onceMore(() => call(stage));
          } catch (error) {
            if (!(await settledElsewhere(repo, build.number, stage))) throw partly(error, done, stage.name);
          }
          done.push(stage.name);
        }
      });
    } finally {
      await deps.load(repo, build.number).catch(() => {});
    }
    return deps.viewOf(repo, await deps.load(repo, build.number));
  }

  /** The whole build in one call. */
  async function atOnce(
    repo: GatedRepo,
    action: 'build.approve' | 'build.decline',
    build: Build,
    stages: readonly Stage[],
    call: () => Promise<void>,
  ): Promise<BuildView> {
    const what = { build: build.number, commit: build.commit, stages: stages.map(stageLabel) };
    await deps.audit.run(repo, action, what, () => onceMore(call));
    return deps.viewOf(repo, await deps.load(repo, build.number));
  }

  /** Somebody else was quicker: what was wanted is so, or can no longer be. */
  async function settledElsewhere(repo: GatedRepo, number: number, stage: Stage): Promise<boolean> {
    const now = await deps.load(repo, number).catch(() => null);
    return now?.stages.some((one) => one.number === stage.number && one.status !== 'approval') ?? false;
  }

  return {
    async approve(repo, number, input) {
      const [build, stages] = await held(repo, number, input);
      const approve = (stage: number) => repo.speaker.client.approve(repo.path, number, stage);
      if (!bySingleStages(repo)) {
        return atOnce(repo, 'build.approve', build, stages, () => approve(stages[0]?.number ?? 1));
      }
      return eachStage(repo, 'build.approve', build, stages, (stage) => approve(stage.number));
    },
    async decline(repo, number, input) {
      const [build, stages] = await held(repo, number, input);
      const open = build.stages.filter((stage) => !isFinished(stage.status));
      // In one call where nothing has been approved yet; the server stops at the first stage that is not held.
      const whole =
        input.stage === undefined && stages.length === open.length && stages.length === build.stages.length;
      if (whole || !bySingleStages(repo)) {
        const decline = () => repo.speaker.client.decline(repo.path, number, null);
        return atOnce(repo, 'build.decline', build, stages, decline);
      }
      return eachStage(repo, 'build.decline', build, stages, (stage) =>
        repo.speaker.client.decline(repo.path, number, stage.number),
      );
    },
  };
}

const bySingleStages = (repo: GatedRepo): boolean =>
  repo.server.declaration.capabilities.includes('approve-stages');

function partly(error: unknown, done: readonly string[], failed: string): unknown {
  if (!(error instanceof Failure) || done.length === 0) return error;
  return new Failure(error.code, `Done for ${done.join(', ')}, but not for ${failed}: ${error.message}`, {
    ...error.facts,
    cause: error,
  });
}
