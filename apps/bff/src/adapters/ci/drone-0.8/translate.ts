import {
  type Build,
  type BuildEvent,
  type BuildHead,
  isFailure,
  type Stage,
  type Status,
  type Step,
} from '@flightdeck/api-client/model';
import { firstLine, instant, orNull, pictureOf, platformOf, refFacts, wordIn } from '../parts.ts';
import { rankOf } from '../ranks.ts';
import { exitOf, familyStatuses } from '../statuses.ts';
import type { BuildWire, ProcWire } from './wire.ts';

const statusOf = (word: string): Status => wordIn(familyStatuses, word) ?? 'unknown';

const eventWords: Readonly<Record<string, BuildEvent>> = {
  push: 'push',
  pull_request: 'pull_request',
  tag: 'tag',
  deployment: 'promote',
};
/** What its builds come from: it knows no rollbacks, crons or builds started by hand. */
export const events: readonly BuildEvent[] = Object.values(eventWords);

/** A build without its stages, as lists have it. */
export function headOf(wire: BuildWire): BuildHead {
  const event = wordIn(eventWords, wire.event) ?? 'unknown';
  const status = statusOf(wire.status);
  const message = wire.message.trimEnd();
  return {
    number: wire.number,
    status,
    event,
    action: '',
    error: orNull(wire.error),
    title: firstLine(wire.title) || firstLine(message),
    message,
    commit: wire.commit,
    before: null,
    ref: wire.ref,
    branch: wire.branch,
    // `from:into` on pull requests.
    sourceBranch: event === 'pull_request' ? orNull(wire.refspec.split(':')[0] ?? '') : null,
    fork: null,
    ...refFacts(wire.ref),
    author: { login: wire.author, name: wire.author, avatarUrl: pictureOf(wire.author_avatar) },
    // Who restarted or promoted is written nowhere: `author` and `sender` stay those of the build that was repeated.
    startedBy: null,
    cron: null,
    parent: wire.parent > 0 ? wire.parent : null,
    environment: event === 'promote' ? orNull(wire.deploy_to) : null,
    parameters: {},
    debug: false,
    createdAt: instant(wire.created_at) ?? 0,
    // One that only says why its file is wrong has both at the moment of finding that out.
    startedAt: status === 'error' ? null : instant(wire.started_at),
    finishedAt: instant(wire.finished_at),
    version: rankOf(status),
  };
}

/** What the queue says of a process by its inner id; pipelines themselves tell no platform and no labels (0.8.10). */
export type Tasks = ReadonlyMap<string, Record<string, string>>;

export function buildOf(wire: BuildWire, tasks: Tasks = new Map()): Build {
  const head = headOf(wire);
  const tops = wire.procs.filter((proc) => proc.ppid === 0);
  const stages = tops
    .map((top) =>
      stageOf(
        top,
        wire.procs.filter((proc) => proc.ppid === top.pid),
        head,
        demandsOf(tasks.get(String(top.id)) ?? {}),
      ),
    )
    .sort((a, b) => a.number - b.number);
  return { ...head, ...endOf(head, stages), stages };
}

/**
 * The agent's last word about a pipeline that was cancelled makes a failure of it, and of its build (source). What is
 * concluded from the stages outranks what a list says.
 */
function endOf(head: BuildHead, stages: readonly Stage[]): Pick<BuildHead, 'status' | 'version'> {
  const cancelled = stages.some((stage) => stage.status === 'cancelled');
  const failed = stages.some((stage) => isFailure(stage.status));
  if (head.status !== 'failure' || !cancelled || failed) return head;
  return { status: 'cancelled', version: rankOf('cancelled') + 1 };
}

const killed = 137;
const wasCancelled = (top: ProcWire): boolean => top.exit_code === killed && /^cancel/i.test(top.error);

/** Labels of a task as what a runner must offer. `repo` is the server's own, on builds that the forge asked for (0.8.10). */
export function demandsOf({ platform = '', repo: _, ...labels }: Record<string, string>) {
  return { platform: platformOf(platform), labels };
}

function stageOf(
  top: ProcWire,
  steps: readonly ProcWire[],
  build: BuildHead,
  demands: Pick<Stage, 'platform' | 'labels'>,
): Stage {
  const told = statusOf(top.state);
  const status = told === 'failure' && wasCancelled(top) ? 'cancelled' : told;
  return {
    number: top.pid,
    // A file describes one pipeline, without a name; a matrix makes several of it, told apart by their values.
    name: top.name || 'default',
    axes: top.environ,
    status,
    waitsForDependencies: false,
    error: orNull(top.error),
    type: 'docker',
    platform: platformOf(top.platform) ?? demands.platform,
    labels: demands.labels,
    runner: orNull(top.machine),
    concurrencyLimit: null,
    dependsOn: [],
    createdAt: build.createdAt,
    startedAt: instant(top.start_time),
    finishedAt: instant(top.end_time),
    exitCode: exitOf(status, top.exit_code),
    steps: steps.map((step) => stepOf(step, top)).sort((a, b) => a.number - b.number),
    version: rankOf(status),
  };
}

function stepOf(wire: ProcWire, top: ProcWire): Step {
  const told = statusOf(wire.state);
  // What still ran when its pipeline was cancelled is written down as a success of that moment (source).
  const cutOff = told === 'success' && wasCancelled(top) && wire.end_time >= top.end_time;
  const status = cutOff ? 'cancelled' : told;
  return {
    number: wire.pid,
    name: wire.name,
    status,
    ignoresFailure: false,
    exitCode: exitOf(status, wire.exit_code),
    error: orNull(wire.error),
    startedAt: instant(wire.start_time),
    finishedAt: instant(wire.end_time),
    dependsOn: [],
    image: null,
    detached: false,
    version: rankOf(status),
  };
}
