import { Failure } from '../domain/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { Forge, ForgeClient, ForgePerson, ForgeRepository, ForgeTokens } from '../ports/forge.ts';

export const aForgeRepo = (over: Partial<ForgeRepository> = {}): ForgeRepository => ({
  id: '11',
  path: 'acme/checkout',
  private: true,
  internal: false,
  archived: false,
  defaultBranch: 'main',
  description: '',
  url: 'http://git.test/acme/checkout',
  level: 'write',
  ...over,
});

export const aForgePerson = (over: Partial<ForgePerson> = {}): ForgePerson => ({
  id: '7',
  login: 'grace',
  name: 'Grace',
  email: null,
  avatarUrl: null,
  active: true,
  ...over,
});

/**
 * A forge of one person in memory. It forbids reuse of refresh tokens: a trade ends the pair before, the access token
 * too, as the strictest real one does.
 */
export class FakeForge {
  readonly calls: string[] = [];
  person = aForgePerson();
  repos: ForgeRepository[] = [aForgeRepo()];
  /** What `repositories()` lists, by id; default: all. */
  mine: string[] | null = null;
  /** Set to make every API call fail so. */
  down: Failure | null = null;
  refreshFails: Failure | null = null;
  lifetimeMs = 3_600_000;
  /** Held refreshes wait for it. */
  hold: Promise<void> | null = null;
  private access = '';
  private refreshToken = '';
  private count = 0;
  readonly forge: Forge;

  private readonly clock: Clock;

  constructor(clock: Clock, id = 'git') {
    this.clock = clock;
    const page = () => 'http://git.test/';
    this.forge = {
      id,
      name: 'Git',
      product: 'Fake',
      publicUrl: 'http://git.test',
      internalUrl: 'http://git.inner.test',
      oauth: {
        ...{ authorizeUrl: '', tokenUrl: '', clientId: '', clientSecret: '', scope: [] },
        exchange: async () => this.issue(),
      },
      credentials: null,
      refresh: (tokens) => this.refresh(tokens),
      probe: async () => ({ version: '1' }),
      as: (token) => this.client(token),
      examination: {
        reach: async () => ({ tried: 'GET http://git.inner.test', version: '1', serverTime: null }),
        ...{ words: null, client: null, webhookRule: null },
      },
      links: { commit: page, branch: page, tag: page, pullRequest: page, file: page, repository: page },
    };
  }

  /** A new pair; the one before is dead from now on. */
  issue(): ForgeTokens {
    this.count += 1;
    this.access = `made-up-access-${this.count}`;
    this.refreshToken = `made-up-refresh-${this.count}`;
    return {
      accessToken: this.access,
      refreshToken: this.refreshToken,
      expiresAt: this.clock.now() + this.lifetimeMs,
      redirectUri: 'http://console.test/auth/forge/git/callback',
    };
  }

  /** The access token is refused from now on, the refresh token is good. */
  revokeAccess(): void {
    this.access = 'revoked';
  }

  called(name: string): number {
    return this.calls.filter((call) => call.startsWith(name)).length;
  }

  private async refresh(tokens: ForgeTokens): Promise<ForgeTokens> {
    this.calls.push('refresh');
    await this.hold;
    if (this.refreshFails) throw this.refreshFails;
    if (tokens.refreshToken !== this.refreshToken) {
      throw new Failure('forge_signed_out', 'used up', {
        raw: '400 unauthorized_client: token was already used',
      });
    }
    return this.issue();
  }

  private client(token: string): ForgeClient {
    const answer = async <T>(name: string, value: () => T): Promise<T> => {
      this.calls.push(name);
      if (this.down) throw this.down;
      if (token !== this.access) throw new Failure('forge_signed_out', 'token refused', { status: 401 });
      return value();
    };
    return {
      me: () => answer('me', () => this.person),
      repositories: () =>
        answer('repositories', () => this.repos.filter((repo) => this.mine?.includes(repo.id) ?? true)),
      repository: (path) =>
        answer(
          `repository ${path}`,
          () => this.repos.find((repo) => repo.path.toLowerCase() === path.toLowerCase()) ?? null,
        ),
      search: () => answer('search', () => []),
      branches: () => answer('branches', () => []),
      file: () => answer('file', () => null),
      admins: () => answer('admins', () => null),
    };
  }
}
