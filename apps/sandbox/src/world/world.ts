import { CiState } from './ci.ts';
import { Clock } from './clock.ts';
import { ForgeState } from './forge.ts';
import type { Commit, ForgeRepository, PullRequest } from './model.ts';
import { Random } from './random.ts';

/** What the forge tells the CI server's webhook. */
export type ForgeNotice =
  | { kind: 'push'; repo: ForgeRepository; branch: string; before: string; commits: Commit[]; pusher: string }
  | { kind: 'tag'; repo: ForgeRepository; tag: string; sha: string; pusher: string }
  | {
      kind: 'pull_request';
      repo: ForgeRepository;
      pull: PullRequest;
      action: 'opened' | 'synchronized' | 'closed';
      pusher: string;
    }
  | { kind: 'branch_deleted'; repo: ForgeRepository; branch: string; pusher: string };

/** Addresses as people's browsers use them, without a slash at the end. */
export interface Addresses {
  gitea: string;
  drone: string;
  control: string;
  console: string;
}

export interface WorldOptions {
  seed?: string;
  /** First value of the clock, ms since 1970. */
  start?: number;
  rate?: number;
  paused?: boolean;
}

/**
 * One world: a clock, the git host's state and one CI server's. Faces show it, the engine and control door change it.
 * Where several CI servers stand on one forge, each has a world `beside` the first: the same clock, people and commits,
 * rows and chance of its own.
 */
export class World {
  readonly clock: Clock;
  readonly random: Random;
  readonly forge: ForgeState;
  readonly ci = new CiState();
  addresses: Addresses = {
    gitea: 'http://localhost:8301',
    drone: 'http://localhost:8302',
    control: 'http://localhost:8303',
    console: 'http://localhost:8300',
  };
  #sshHost = 'git@localhost';
  readonly #first: World | undefined;
  readonly #listeners: Set<(notice: ForgeNotice) => void>;

  constructor(options: WorldOptions = {}, first?: World) {
    this.random = new Random(options.seed ?? 'demo');
    this.forge = first?.forge ?? new ForgeState();
    this.#first = first;
    this.#listeners = first ? first.#listeners : new Set();
    if (first) {
      this.clock = first.clock;
      this.addresses = { ...first.addresses };
      return;
    }
    const clock: { rate?: number; paused?: boolean } = {};
    if (options.rate !== undefined) clock.rate = options.rate;
    if (options.paused !== undefined) clock.paused = options.paused;
    this.clock = new Clock(options.start ?? Date.now(), clock);
  }

  /** Host in ssh clone addresses (`<sshUser>@<host>:owner/name.git`): the forge's, so the same for all. */
  get sshHost(): string {
    return this.#first?.sshHost ?? this.#sshHost;
  }

  set sshHost(host: string) {
    this.#sshHost = host;
  }

  /** What another CI server on the same forge sees; `seed` decides its chance. */
  beside(seed: string): World {
    return new World({ seed }, this);
  }

  /** Called for each push, tag and pull request, as a webhook would be. Returns the way to stop listening. */
  onForge(listener: (notice: ForgeNotice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  announce(notice: ForgeNotice): void {
    for (const listener of this.#listeners) listener(notice);
  }
}
