import type {
  Commit,
  ForgeOrganisation,
  ForgeRepository,
  ForgeSession,
  ForgeUser,
  OAuthApplication,
  OAuthCode,
  OAuthGrant,
  OAuthToken,
  Role,
} from './model.ts';

const rank: Record<Role, number> = { read: 1, write: 2, admin: 3 };

/** The git host's state with the questions every face asks of it. */
export class ForgeState {
  users: ForgeUser[] = [];
  organisations: ForgeOrganisation[] = [];
  repositories: ForgeRepository[] = [];
  applications: OAuthApplication[] = [];
  grants: OAuthGrant[] = [];
  codes: OAuthCode[] = [];
  tokens = new Map<string, OAuthToken>();
  sessions = new Map<string, ForgeSession>();
  /** Gitea's `INVALIDATE_REFRESH_TOKENS`: a used refresh token is refused the second time. */
  invalidateRefreshTokens = false;
  /** Seconds. */
  accessTokenLifetime = 3600;
  refreshTokenLifetime = 730 * 3600;
  #lastId = 0;

  /** Ids of grants, hooks, statuses and the like; never used twice. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  user(login: string): ForgeUser | undefined {
    return this.users.find((user) => user.login.toLowerCase() === login.toLowerCase());
  }

  userById(id: number): ForgeUser | undefined {
    return this.users.find((user) => user.id === id);
  }

  userByEmail(email: string): ForgeUser | undefined {
    return this.users.find((user) => user.email === email);
  }

  organisation(name: string): ForgeOrganisation | undefined {
    return this.organisations.find((organisation) => organisation.name.toLowerCase() === name.toLowerCase());
  }

  repository(owner: string, name: string): ForgeRepository | undefined {
    return this.repositories.find(
      (repo) =>
        repo.owner.toLowerCase() === owner.toLowerCase() && repo.name.toLowerCase() === name.toLowerCase(),
    );
  }

  repositoryById(id: number): ForgeRepository | undefined {
    return this.repositories.find((repo) => repo.id === id);
  }

  /** The role somebody was given, by ownership or as a collaborator; not what being public grants. */
  role(login: string | undefined, repo: ForgeRepository): Role | undefined {
    if (login === undefined) return undefined;
    const user = this.user(login);
    if (!user?.active) return undefined;
    if (user.isAdmin || repo.owner === user.login) return 'admin';
    const groups = this.groupsOf(repo);
    if (groups.some((group) => group.owners.includes(user.login))) return 'admin';
    const member: Role[] = groups.some((group) => group.members.includes(user.login)) ? ['read'] : [];
    const direct = repo.collaborators.get(user.login);
    const invited = (repo.invited ?? [])
      .filter(({ group }) => this.isMember(user.login, group))
      .map(({ role }) => role);
    const all = [...(direct ? [direct] : []), ...member, ...invited];
    return all.sort((a, b) => rank[b] - rank[a])[0];
  }

  /** The organisation a repository belongs to and, where groups nest, those above it. */
  groupsOf(repo: ForgeRepository): ForgeOrganisation[] {
    const parts = repo.owner.split('/');
    return parts.flatMap((_, n) => this.organisation(parts.slice(0, n + 1).join('/')) ?? []);
  }

  isMember(login: string, group: string): boolean {
    const organisation = this.organisation(group);
    return Boolean(organisation?.owners.includes(login) || organisation?.members.includes(login));
  }

  /** `permissions` as the forge's API gives them; undefined when the repository is hidden from the caller. */
  permissions(
    login: string | undefined,
    repo: ForgeRepository,
  ): { admin: boolean; push: boolean; pull: boolean } | undefined {
    const role = this.role(login, repo);
    if (!role && repo.private && !(repo.internal && login !== undefined)) return undefined;
    return { admin: role === 'admin', push: role === 'admin' || role === 'write', pull: true };
  }

  /**
   * What `/user/repos` lists: owned or added to, in order of id. Site administration alone does not list, nor does
   * having been added to a public repository to read it: Gitea keeps no role that everybody has (seen on 1.25).
   */
  repositoriesOf(login: string): ForgeRepository[] {
    return this.repositories.filter((repo) => {
      const direct = repo.collaborators.get(login);
      if (repo.owner === login || (direct && (repo.private || direct !== 'read'))) return true;
      const groups = [
        ...this.groupsOf(repo).map(({ name }) => name),
        ...(repo.invited ?? []).map(({ group }) => group),
      ];
      return groups.some((group) => this.isMember(login, group));
    });
  }

  organisationsOf(login: string): ForgeOrganisation[] {
    return this.organisations.filter((o) => o.owners.includes(login) || o.members.includes(login));
  }

  head(repo: ForgeRepository, branch: string): Commit | undefined {
    const sha = repo.branches.get(branch);
    return sha === undefined ? undefined : repo.commits.get(sha);
  }

  /** A commit by branch, tag, full ref or sha (whole, or at least 7 digits). */
  resolve(repo: ForgeRepository, ref: string): Commit | undefined {
    const plain = ref.replace(/^refs\/(heads|tags)\//, '');
    const pull = /^refs\/pull\/(\d+)\/head$/.exec(ref);
    const sha =
      repo.branches.get(plain) ??
      repo.tags.get(plain) ??
      (pull ? repo.pulls.find((one) => one.number === Number(pull[1]))?.head.sha : undefined);
    if (sha) return repo.commits.get(sha);
    if (/^[0-9a-f]{7,40}$/.test(ref)) {
      for (const [key, commit] of repo.commits) if (key.startsWith(ref)) return commit;
    }
    return undefined;
  }

  /** Commits from `sha` back along first parents, newest first. */
  history(repo: ForgeRepository, sha: string, limit = 1000): Commit[] {
    const list: Commit[] = [];
    let next = repo.commits.get(sha);
    while (next && list.length < limit) {
      list.push(next);
      const parent: string | undefined = next.parents[0];
      next = parent === undefined ? undefined : repo.commits.get(parent);
    }
    return list;
  }
}
