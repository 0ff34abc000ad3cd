import {
  type Build,
  type BuildHead,
  isFinished,
  type Stage,
  type Status,
  type Step,
} from '@flightdeck/api-client/model';
import { firstLine, instant, orNull, pictureOf, platformOf, refFacts } from '../parts.ts';
import { rankOf } from '../ranks.ts';
import { isAtLeast, versionOf } from '../versions.ts';
import { asCancelled } from './cancelled.ts';
import { eventOf, statusOf } from './statuses.ts';
import type { PipelineWire, StepWire, WorkflowWire } from './wire.ts';

/** A pipeline without its workflows, as lists have it; the same head from whatever mouth it came. */
export function headOf(wire: PipelineWire): BuildHead {
  const event = eventOf(wire.event);
  const status = statusOf(wire.status);
  const isPullRequest = event === 'pull_request';
  const ref = refOf(wire);
  const message = messageOf(wire).trimEnd();
  return {
    number: wire.number,
    status,
    event,
    action: actionOf(wire),
    error: orNull(errorOf(wire)),
    ...cancelOf(wire, status),
    title: firstLine(wire.title) || firstLine(message),
    message,
    commit: wire.commit,
    before: null,
    ref,
    branch: wire.branch,
    sourceBranch: isPullRequest ? orNull(wire.refspec.split(':')[0] ?? '') : null,
    // The server says that it comes from a fork, not from which.
    fork: null,
    ...refFacts(ref),
    author: {
      login: wire.author,
      // A cron job has no author.
      name: wire.author || wire.cron,
      avatarUrl: pictureOf(wire.author_avatar),
    },
    // Restarts and promotions carry the author of the build they repeat: who asked for them is written nowhere.
    startedBy: event === 'custom' && wire.parent === 0 ? orNull(wire.author) : null,
    cron: event === 'cron' ? orNull(wire.cron || firstLine(wire.message)) : null,
    parent: wire.parent > 0 ? wire.parent : null,
    environment: event === 'promote' ? orNull(wire.deploy_to) : null,
    parameters: wire.variables,
    debug: false,
    createdAt: instant(wire.created) ?? 0,
    // One that only says why the configuration is wrong has all three at the moment of its creation.
    startedAt: status === 'error' ? null : instant(wire.started),
    finishedAt: endOf(wire, status),
    version: rankOf(status),
  };
}

/** Finished by its own word, but at no time: a workflow that was skipped was the last of it to end (3.17.0). */
const endedBySkipping = (wire: PipelineWire, status: Status): boolean =>
  isFinished(status) && wire.finished === 0 && wire.started > 0;

function endOf(wire: PipelineWire, status: Status): number | null {
  return instant(endedBySkipping(wire, status) ? wire.updated : wire.finished);
}

/** By hand it is the bare name of the branch (3.17.0). */
function refOf({ event, ref, branch }: PipelineWire): string {
  return event === 'manual' && ref !== '' && ref === branch ? `refs/heads/${ref}` : ref;
}

/** Event streams and the reply to "run now" leave out what the lists say in its place. */
function messageOf({ event, message, cron, ref }: PipelineWire): string {
  if (message !== '') return message;
  const tag = ref.replace(/^refs\/tags\//, '');
  if (event === 'cron') return cron;
  if (event === 'tag') return `created tag ${tag}`;
  return event === 'release' ? `created release ${tag}` : '';
}

function actionOf({ event, event_reason: reasons, deploy_task: task }: PipelineWire): string {
  if (event === 'pull_request_closed') return 'closed';
  if (event === 'pull_request_metadata') return reasons.join(', ') || 'metadata';
  return event === 'deployment' ? task : '';
}

/** Warnings do not make a build fail. */
const errorOf = (wire: PipelineWire): string =>
  wire.errors
    .filter((error) => !error.is_warning)
    .map((error) => error.message)
    .join('\n');

/** A restart copies why its parent was cancelled: only a cancelled one means it. */
function cancelOf(wire: PipelineWire, status: Status): Pick<BuildHead, 'cancelledBy' | 'supersededBy'> {
  if (status !== 'cancelled' || !wire.cancel_info) return {};
  const { superseded_by: by, canceled_by_user: user } = wire.cancel_info;
  if (by > 0) return { supersededBy: by };
  return user === '' ? {} : { cancelledBy: user };
}

export function buildOf(told: PipelineWire): Build {
  const cancelled = asCancelled(told);
  return cancelled ? laterWord(told, read(cancelled)) : read(told);
}

/** Lists tell otherwise, and so did earlier events: what differs from them is the later word. */
function laterWord(told: PipelineWire, build: Build): Build {
  const before = read(told);
  const raise = <P extends { status: Status; version: number }>(part: P, was: Status | undefined): P =>
    part.status === was ? part : { ...part, version: part.version + 1 };
  const stages = build.stages.map((stage, at) => ({
    ...raise(stage, before.stages[at]?.status),
    steps: stage.steps.map((step, n) => raise(step, before.stages[at]?.steps[n]?.status)),
  }));
  return { ...raise(build, before.status), stages };
}

function read(wire: PipelineWire): Build {
  const head = headOf(wire);
  const stages = wire.workflows.map((workflow) => stageOf(workflow, head));
  if (endedBySkipping(wire, head.status)) markLostEnds(stages, wire.version);
  return { ...head, stages: stages.sort((a, b) => a.number - b.number) };
}

/** An agent sends lines a second after the last one; times are whole seconds. */
const sentWithinMs = 2_000;

/**
 * Lines that come after a pipeline's end are taken for five minutes, counted from its `finished`. One that ended by
 * skipping has none, so they are refused at once, and what its last steps printed last is lost: for the step whose
 * failure skipped the others that is the reason of its failure (3.14 to 3.17.0).
 */
function markLostEnds(stages: readonly Stage[], version: string): void {
  if (version === '' || !isAtLeast(versionOf(version), 3, 14)) return;
  const steps = stages.flatMap((stage) => stage.steps);
  const last = Math.max(0, ...steps.map((step) => step.finishedAt ?? 0));
  for (const step of steps) {
    if (step.startedAt === null || (step.finishedAt ?? 0) < last - sentWithinMs) continue;
    step.endMayBeLost = true;
    // Known with the build's end only, so it is the later word.
    step.version += 2;
  }
}

interface Ending {
  status: Status;
  version: number;
  finishedAt: number | null;
}

/**
 * A cancelled build is final at once while its parts still read `running`, for good when their agent died (3.17.0):
 * they are over as well.
 */
function endingOf(state: string, finished: number, build: BuildHead): Ending {
  const status = statusOf(state);
  if (isFinished(status) || !isFinished(build.status)) {
    return { status, version: rankOf(status), finishedAt: instant(finished) };
  }
  const began = status === 'running';
  const concluded = began ? (build.status === 'success' ? 'success' : 'cancelled') : 'skipped';
  return {
    status: build.status === 'declined' ? 'declined' : concluded,
    version: rankOf(concluded, false),
    finishedAt: began ? build.finishedAt : null,
  };
}

function stageOf(wire: WorkflowWire, build: BuildHead): Stage {
  const ending = endingOf(wire.state, wire.finished, build);
  return {
    ...ending,
    number: wire.pid,
    name: wire.name,
    axes: wire.environ,
    waitsForDependencies: false,
    error: orNull(wire.error),
    type: '',
    platform: platformOf(wire.platform),
    labels: {},
    runner: wire.agent_id > 0 ? `agent ${wire.agent_id}` : null,
    concurrencyLimit: null,
    dependsOn: [],
    createdAt: build.createdAt,
    startedAt: instant(wire.started),
    exitCode: null,
    steps: wire.children
      .map((child) => stepOf(child, statusOf(wire.state), build))
      .sort((a, b) => a.number - b.number),
  };
}

function stepOf(wire: StepWire, stage: Status, build: BuildHead): Step {
  // Steps of a skipped workflow read `killed` (3.17.0) although none of them ever began.
  const neverBegan = stage === 'skipped' && wire.state === 'killed' && wire.started === 0;
  const state = neverBegan ? 'skipped' : wire.state;
  const ending = endingOf(state, wire.finished, build);
  const { status } = ending;
  // Nothing marks a step that may fail, but that its workflow went well in spite of it: known last of all.
  const ignoresFailure = status === 'failure' && stage === 'success';
  return {
    ...ending,
    version: ending.version + Number(ignoresFailure),
    number: wire.pid,
    name: wire.name,
    ignoresFailure,
    // 0 also stands with what was killed, canceled or skipped.
    exitCode: status === 'success' || status === 'failure' ? wire.exit_code : null,
    error: orNull(wire.error),
    startedAt: instant(wire.started),
    dependsOn: [],
    image: null,
    detached: wire.type === 'service',
  };
}
