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
  /** Of another world: for the world of another forge beside it. */
  clock?: Clock;
}

/** One world: a clock, the git host's state and the CI server's. Faces show it, the engine and control door change it. */
export class World {
  readonly clock: Clock;
  readonly random: Random;
  readonly forge = new ForgeState();
  readonly ci = new CiState();
  addresses: Addresses = {
    gitea: 'http://localhost:8301',
    drone: 'http://localhost:8302',
    control: 'http://localhost:8303',
    console: 'http://localhost:8300',
  };
  /** Host in ssh clone addresses (`<sshUser>@<host>:owner/name.git`). */
  sshHost = 'git@localhost';
  #listeners = new Set<(notice: ForgeNotice) => void>();

  constructor(options: WorldOptions = {}) {
    const clock: { rate?: number; paused?: boolean } = {};
    if (options.rate !== undefined) clock.rate = options.rate;
    if (options.paused !== undefined) clock.paused = options.paused;
    this.clock = options.clock ?? new Clock(options.start ?? Date.now(), clock);
    this.random = new Random(options.seed ?? 'demo');
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
