import type { D8Build, D8Line, D8Perm, D8Proc, D8Registry, D8Repo, D8Secret, D8User } from './model.ts';
import { slugOf } from './model.ts';

/** A stored log: its text, or how to make its records again each time, for a past that nobody may ever look at. */
type StoredLog = { text: string } | { make: () => D8Line[] };

type Table = 'user' | 'repo' | 'build' | 'proc' | 'secret' | 'registry';

/** The server's database. */
export class D8State {
  users: D8User[] = [];
  repos: D8Repo[] = [];
  perms: D8Perm[] = [];
  secrets: D8Secret[] = [];
  registries: D8Registry[] = [];
  readonly #builds = new Map<number, D8Build>();
  /** By repository, newest number first. */
  readonly #byRepo = new Map<number, D8Build[]>();
  readonly #logs = new Map<number, StoredLog>();
  readonly #ids = new Map<Table, number>();

  nextId(table: Table): number {
    const id = (this.#ids.get(table) ?? 0) + 1;
    this.#ids.set(table, id);
    return id;
  }

  user(login: string): D8User | undefined {
    return this.users.find((one) => one.login === login);
  }

  repo(id: number): D8Repo | undefined {
    return this.repos.find((one) => one.id === id);
  }

  repoBySlug(slug: string): D8Repo | undefined {
    return this.repos.find((one) => slugOf(one) === slug);
  }

  perm(userId: number, repoId: number): D8Perm | undefined {
    return this.perms.find((one) => one.userId === userId && one.repoId === repoId);
  }

  /** Those a person's last sync brought, by name. */
  reposOf(userId: number): D8Repo[] {
    return this.repos
      .filter((repo) => this.perm(userId, repo.id))
      .sort((a, b) => (slugOf(a) < slugOf(b) ? -1 : 1));
  }

  addBuild(build: D8Build): void {
    this.#builds.set(build.id, build);
    const own = this.#byRepo.get(build.repoId) ?? [];
    own.unshift(build);
    this.#byRepo.set(build.repoId, own);
  }

  removeRepo(repo: D8Repo): void {
    this.repos = this.repos.filter((one) => one !== repo);
    this.perms = this.perms.filter((one) => one.repoId !== repo.id);
    for (const build of this.#byRepo.get(repo.id) ?? []) this.#builds.delete(build.id);
    this.#byRepo.delete(repo.id);
  }

  /** Newest first. */
  buildsOf(repoId: number): readonly D8Build[] {
    return this.#byRepo.get(repoId) ?? [];
  }

  build(repoId: number, number: number): D8Build | undefined {
    return this.#byRepo.get(repoId)?.find((one) => one.number === number);
  }

  /** Oldest first. */
  allBuilds(): D8Build[] {
    return [...this.#builds.values()];
  }

  /** The newest push of a branch, whatever became of it. */
  lastPush(repoId: number, branch: string): D8Build | undefined {
    return this.buildsOf(repoId).find((one) => one.event === 'push' && one.branch === branch);
  }

  proc(build: D8Build, pid: number): D8Proc | undefined {
    return build.procs.find((one) => one.pid === pid);
  }

  saveLog(procId: number, lines: readonly D8Line[]): void {
    // A list that nothing was ever added to is `null`.
    this.saveText(procId, lines.length > 0 ? JSON.stringify(lines.map(lineShape)) : 'null');
  }

  saveText(procId: number, text: string): void {
    this.#logs.set(procId, { text });
  }

  rememberLog(procId: number, make: () => D8Line[]): void {
    this.#logs.set(procId, { make });
  }

  /** The stored log's own text; undefined when there is none (yet). */
  storedLog(procId: number): string | undefined {
    const log = this.#logs.get(procId);
    if (!log || 'text' in log) return log?.text;
    const lines = log.make();
    return lines.length > 0 ? JSON.stringify(lines.map(lineShape)) : 'null';
  }
}

/** What is nought or empty is left out, but for the position (an option misspelt upstream). */
export const lineShape = ({ proc, time, pos, out }: D8Line): object => ({
  ...(proc === '' ? {} : { proc }),
  ...(time === 0 ? {} : { time }),
  pos,
  ...(out === '' ? {} : { out }),
});
