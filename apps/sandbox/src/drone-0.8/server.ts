import type { World } from '../world/world.ts';
import type { PlannedPipeline } from './compile.ts';
import { D8LiveLog } from './live-log.ts';
import type { D8Build, D8Line, D8Proc, D8Repo } from './model.ts';
import { D8Queue } from './queue.ts';
import { D8State } from './state.ts';

export interface D8Settings {
  /** `DRONE_HOST`: its address as browsers use it, without a slash at the end. */
  host: () => string;
  /** `DRONE_ADMIN`. */
  admins: readonly string[];
}

/** A happening as the stream tells it. */
export interface D8Notice {
  type: '' | 'enqueued';
  repo: D8Repo;
  build: D8Build;
  /** The first report of a pipeline carries its rows side by side, all others as a tree. */
  flat: boolean;
}

/** A Drone 0.8 server's process: its rows, its queue and streams in memory, and whether it is up. */
export class D8Server {
  /** The tag v0.8.10 says this of itself (seen). */
  readonly release = '0.8.9';
  readonly state = new D8State();
  readonly queue: D8Queue;
  /** By id of the pipeline's row. */
  readonly liveLogs = new Map<number, D8LiveLog>();
  /** What agents will do, by id of the pipeline's row. */
  readonly plans = new Map<number, PlannedPipeline>();
  up = true;
  /** A past that nobody watches: no output is kept, stored logs are made when asked for. */
  quiet = false;
  readonly #listeners = new Set<(notice: D8Notice) => void>();

  constructor(
    readonly world: World,
    readonly settings: D8Settings,
    /** Whether the forge would fail a call of the server (`GET /api/v1/…`) just now. */
    readonly forgeFails: (call: string) => boolean,
  ) {
    this.queue = new D8Queue(world.clock);
  }

  seconds(): number {
    return this.world.clock.seconds();
  }

  isAdmin(login: string): boolean {
    return this.settings.admins.includes(login);
  }

  repoOf(build: D8Build): D8Repo {
    const repo = this.state.repo(build.repoId);
    if (!repo) throw new Error(`build ${build.id} belongs to no repository`);
    return repo;
  }

  /** No memory, no replay: whoever listens hears what comes after. */
  onEvent(listener: (notice: D8Notice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(build: D8Build, how: Partial<Omit<D8Notice, 'build'>> = {}): void {
    if (!this.up) return;
    const notice = { type: '' as const, repo: this.repoOf(build), flat: false, ...how, build };
    for (const listener of this.#listeners) listener(notice);
  }

  /** A line of an agent. A stream that a restart forgot takes none, and nobody is told. */
  receive(pipeline: D8Proc, line: D8Line): void {
    if (this.up) this.liveLogs.get(pipeline.id)?.write(line);
  }

  /** A pipeline is given to the queue, with a stream for its lines. */
  enqueue(build: D8Build, pipeline: D8Proc, labels: Record<string, string>): void {
    this.liveLogs.set(pipeline.id, new D8LiveLog(this.world.clock));
    this.queue.push({ build, pipeline, labels });
  }

  closeLog(pipeline: D8Proc): void {
    this.liveLogs.get(pipeline.id)?.end();
    this.liveLogs.delete(pipeline.id);
  }

  /** The process ends: streams are forgotten, and of the queue what agents have; what waits is in the database. */
  goDown(): void {
    this.up = false;
    this.liveLogs.clear();
    this.queue.forgetRunning();
  }

  comeUp(): void {
    this.up = true;
    this.queue.wake();
  }
}
