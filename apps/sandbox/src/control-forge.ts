import type { Core } from './core.ts';
import type { CallLog } from './faces/call-log.ts';
import type { Faults } from './faces/faults.ts';
import type { HttpServer } from './http-server.ts';
import type { SeedName } from './seed/seed.ts';
import type { ServerInstance } from './servers/server.ts';
import { createBranch, createTag, openPullRequest, push } from './world/git.ts';
import type { ForgeRepository } from './world/model.ts';
import { addPerson } from './world/people.ts';
import type { World } from './world/world.ts';

/** A CI server and the port it listens on. */
export interface Served {
  instance: ServerInstance;
  http: HttpServer;
}

export interface ControlParts {
  core: () => Core;
  reset: (seed?: SeedName) => void;
  faults: Faults;
  calls: CallLog;
  /** The world of each forge by its id, the first one first. */
  forges: ReadonlyMap<string, () => World>;
  /** The first is the one meant where none is named. */
  servers: readonly Served[];
}

/** A repository: on the named forge, else on the first that has one of this name. */
interface Where {
  repo: string;
  forge?: string | undefined;
}

/** What came of a push, tag or pull request: the build of the first CI server, and of every one by its id. */
interface Outcome {
  build: number | null;
  builds: Record<string, number | null>;
}

/** What tests do to the forge: commits, roles, tokens. Every CI server hears of pushes at once. */
export class ForgeControl {
  constructor(readonly parts: ControlParts) {}

  get #core(): Core {
    return this.parts.core();
  }

  /** A push of one commit; the CI servers' hooks hear of it at once. `build` is null when none came of it. */
  push(
    request: Where & {
      branch?: string | undefined;
      message: string;
      author: string;
      files?: Record<string, string | null> | undefined;
    },
  ): { sha: string } & Outcome {
    const { world, repo } = this.#find(request);
    const outcome = this.#watch(request.repo);
    const commit = push(world, {
      repo,
      branch: request.branch ?? repo.defaultBranch,
      message: request.message,
      author: request.author,
      ...(request.files ? { files: request.files } : {}),
    });
    return { sha: commit.sha, ...outcome() };
  }

  tag(request: Where & { tag: string; from?: string | undefined; author: string }): Outcome {
    const { world, repo } = this.#find(request);
    const outcome = this.#watch(request.repo);
    createTag(world, repo, request.tag, request.from ?? repo.defaultBranch, request.author);
    return outcome();
  }

  branch(request: Where & { branch: string; from?: string | undefined }): void {
    const { repo } = this.#find(request);
    createBranch(repo, request.branch, request.from ?? repo.defaultBranch);
  }

  /** Opens a pull request of a branch; `from` names a fork (`owner/name`). */
  pullRequest(
    request: Where & { title: string; author: string; branch: string; from?: string | undefined },
  ): { number: number } & Outcome {
    const { world, repo } = this.#find(request);
    const sha = repo.branches.get(request.branch) ?? repo.branches.get(repo.defaultBranch) ?? '';
    const outcome = this.#watch(request.repo);
    const pull = openPullRequest(world, {
      repo,
      title: request.title,
      author: request.author,
      branch: request.branch,
      sha,
      ...(request.from ? { from: request.from } : {}),
    });
    return { number: pull.number, ...outcome() };
  }

  /** Ends forge tokens: the access tokens (and refresh tokens too, if wanted) of one person or of all. */
  expireForgeTokens(which: { login?: string | undefined; refresh?: boolean | undefined } = {}): number {
    const { forge, clock } = this.#core.world;
    const user = which.login === undefined ? undefined : forge.user(which.login);
    let count = 0;
    for (const token of forge.tokens.values()) {
      const grant = forge.grants.find((one) => one.id === token.grantId);
      if (which.login !== undefined && grant?.userId !== user?.id) continue;
      if (token.kind === 'refresh' && !which.refresh) continue;
      token.expiresAt = clock.now() - 1000;
      count += 1;
    }
    return count;
  }

  /** Gives or takes a role on the forge; the CI server learns of it as the real one does. */
  setRole(repo: string, login: string, role: 'read' | 'write' | 'admin' | null, forge?: string): void {
    const found = this.#find({ repo, forge }).repo;
    if (role === null) found.collaborators.delete(login);
    else found.collaborators.set(login, role);
  }

  /** Another person on the first forge, or on the named one: no role anywhere, no account on any CI server. */
  addPerson(request: { login: string; password: string; forge?: string | undefined }): { id: number } {
    const { forge = this.parts.forges.keys().next().value ?? '', login, password } = request;
    const world = this.parts.forges.get(forge)?.();
    if (!world) throw new Error(`there is no forge ${forge}`);
    if (world.forge.user(login)) throw new Error(`there is a ${login} already`);
    const { id } = addPerson(world, { login, password });
    return { id };
  }

  #find({ repo: slug, forge }: Where): { world: World; repo: ForgeRepository } {
    const at = slug.lastIndexOf('/');
    for (const [id, worldOf] of this.parts.forges) {
      if (forge !== undefined && id !== forge) continue;
      const world = worldOf();
      const repo = world.forge.repository(slug.slice(0, at), slug.slice(at + 1));
      if (repo) return { world, repo };
    }
    throw new Error(`there is no ${slug} on ${forge ?? 'any forge'}`);
  }

  /** Notes the newest builds of a repository; the function it gives tells which came since. */
  #watch(slug: string): () => Outcome {
    const servers = this.parts.servers.map(({ instance }) => instance);
    const before = servers.map((server) => server.lastNumber(slug));
    return () => {
      const found = servers.map((server, i): [string, number | null] => {
        const now = server.lastNumber(slug);
        return [server.id, now > (before[i] ?? 0) ? now : null];
      });
      return { build: found[0]?.[1] ?? null, builds: Object.fromEntries(found) };
    };
  }
}
