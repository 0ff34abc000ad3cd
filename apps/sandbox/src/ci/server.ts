import type { BuildStatus, CiBuild, CiRepository, CiStage, LogRecord } from '../world/model.ts';
import type { World } from '../world/world.ts';
import { reportStatus } from './commit-status.ts';
import { BuildEvents } from './events.ts';
import { LiveLog, overtaken } from './live-log.ts';

export const finalStatuses: ReadonlySet<BuildStatus> = new Set([
  'skipped',
  'declined',
  'success',
  'failure',
  'killed',
  'error',
]);

const bad: ReadonlySet<BuildStatus> = new Set(['killed', 'failure', 'error']);

/** 1.10.1 as its documented and read differences, 2.25.0 as recorded. */
export type DroneVersion = '2.25' | '1.10';

/** The CI server's process: what it does with its rows, its streams in memory, and whether it is up. */
export class CiServer {
  readonly events = new BuildEvents();
  /** Live logs by step id. */
  readonly liveLogs = new Map<number, LiveLog>();
  /** Cancels that the runner has not been told of (see `cancelReaches`). */
  cancelReaches = true;
  /** Ms a call waits when the pipeline file is missing. */
  missingFileDelay = 45_000;
  up = true;
  #watchers = new Set<() => void>();
  #cancelWatchers = new Set<(stage: CiStage) => void>();

  constructor(
    readonly world: World,
    readonly version: DroneVersion = '2.25',
  ) {}

  get isOld(): boolean {
    return this.version === '1.10';
  }

  get release(): string {
    return this.isOld ? '1.10.1' : '2.25.0';
  }

  /** Told whenever a stage may have become ready to run. */
  onWork(watcher: () => void): void {
    this.#watchers.add(watcher);
  }

  /** Told when a running stage was cancelled through the API. */
  onCancel(watcher: (stage: CiStage) => void): void {
    this.#cancelWatchers.add(watcher);
  }

  wake(): void {
    for (const watcher of this.#watchers) watcher();
  }

  tellCancelled(stage: CiStage): void {
    for (const watcher of this.#cancelWatchers) watcher(stage);
  }

  repository(build: CiBuild): CiRepository {
    const repo = this.world.ci.repositoryById(build.repoId);
    if (!repo) throw new Error(`build ${build.id} belongs to no repository`);
    return repo;
  }

  publish(build: CiBuild): void {
    if (this.up) this.events.publish({ repo: this.repository(build), build });
  }

  /** A new build's row, its place in the lists of latest builds, its commit status. No event tells of it. */
  register(build: CiBuild): void {
    const { ci } = this.world;
    ci.addBuild(build);
    const latest = ci.latestOf(build.repoId);
    if (build.event === 'push') latest.branches.set(build.target, build.id);
    if (build.event === 'pull_request') latest.pulls.set(Number(/\d+/.exec(build.ref)?.[0] ?? 0), build.id);
    if (build.event === 'promote' || build.event === 'rollback')
      latest.deployments.set(build.deployTo, build.id);
    reportStatus(this.world, this.repository(build), build);
    if (build.status === 'pending') this.#cancelOlder(build);
    this.wake();
  }

  /** Newer pushes replace older ones where the repository says so. */
  #cancelOlder(build: CiBuild): void {
    const repo = this.repository(build);
    const wanted =
      (build.event === 'push' && repo.autoCancelPushes) ||
      (build.event === 'pull_request' && repo.autoCancelPullRequests);
    if (!wanted) return;
    for (const older of this.world.ci.buildsOf(repo.id)) {
      if (older.number >= build.number || older.event !== build.event || older.ref !== build.ref) continue;
      if (older.status !== 'pending' && !(older.status === 'running' && repo.autoCancelRunning)) continue;
      this.endByServer(older, 'skipped');
      this.publish(older);
    }
  }

  /** Everything of a build made final by the server itself, with its own exit codes (130 on steps). */
  endByServer(build: CiBuild, status: BuildStatus): void {
    const now = this.world.clock.seconds();
    for (const stage of build.stages) {
      if (finalStatuses.has(stage.status)) continue;
      const begun = stage.started !== 0;
      stage.status = begun ? 'killed' : 'skipped';
      if (!begun) stage.started = now;
      stage.stopped = now;
      stage.version += 1;
      for (const step of stage.steps) {
        if (finalStatuses.has(step.status)) continue;
        step.status = step.started === 0 ? 'skipped' : 'killed';
        if (step.started === 0) step.started = now;
        step.stopped = now;
        step.exitCode = 130;
        step.version += 1;
      }
    }
    build.status = status;
    if (build.started === 0) build.started = now;
    build.finished = now;
    build.version += 1;
    reportStatus(this.world, this.repository(build), build);
    this.wake();
  }

  /** After a stage has ended: frees or skips those that waited for it, and ends the build with its last one. */
  settle(build: CiBuild): void {
    const now = this.world.clock.seconds();
    for (let changed = true; changed; ) {
      changed = false;
      for (const stage of build.stages) {
        if (stage.status !== 'waiting_on_dependencies') continue;
        const needed = build.stages.filter((one) => stage.dependsOn.includes(one.name));
        if (!needed.every((one) => finalStatuses.has(one.status) && one.status !== 'declined')) continue;
        const failed = needed.some((one) => one.status !== 'success');
        if (failed ? stage.onFailure : stage.onSuccess) stage.status = 'pending';
        else {
          stage.status = 'skipped';
          stage.started = now;
          stage.stopped = now;
        }
        stage.version += 1;
        changed = true;
      }
    }
    const open = build.stages.some((one) => !finalStatuses.has(one.status) || one.status === 'declined');
    if (build.status === 'declined' || open) {
      this.wake();
      return;
    }
    build.status = build.stages.find((one) => bad.has(one.status))?.status ?? 'success';
    build.finished = now;
    build.version += 1;
    reportStatus(this.world, this.repository(build), build);
    this.publish(build);
    this.wake();
  }

  openLog(stepId: number): void {
    // A stream made again for the same step leaves its old readers without an end.
    this.liveLogs.set(stepId, new LiveLog());
  }

  /** A runner's batch. Lost without a word while the server is down or when it was restarted since. */
  receive(stepId: number, batch: readonly LogRecord[]): void {
    if (this.up) this.liveLogs.get(stepId)?.write(batch);
  }

  /** The last batch and the end right behind it: the end overtakes the tail of a burst. */
  receiveLast(stepId: number, batch: readonly LogRecord[]): void {
    this.receive(stepId, batch.slice(0, batch.length - overtaken(batch.length)));
  }

  closeLog(stepId: number): void {
    this.liveLogs.get(stepId)?.end();
    this.liveLogs.delete(stepId);
  }

  /** The process went down and lost what it held in memory; readers' connections are the face's affair. */
  goDown(): void {
    this.up = false;
    this.liveLogs.clear();
    this.world.ci.queuePaused = false;
  }

  comeUp(): void {
    this.up = true;
    this.wake();
  }
}
