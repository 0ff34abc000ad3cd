import type { Policy } from '@flightdeck/api-client/contract';
import { reading, writing } from '@flightdeck/api-client/contract';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/src/index.ts';
import { createInProcessBus } from '../src/adapters/bus/in-process.ts';
import { ciCatalog } from '../src/adapters/ci/catalog.ts';
import { forgeCatalog } from '../src/adapters/forge/catalog.ts';
import { createSealer } from '../src/adapters/store/sealed.ts';
import { openSqliteStore } from '../src/adapters/store/sqlite.ts';
import type { CiClient } from '../src/ports/ci-server.ts';
import type { Clock } from '../src/ports/clock.ts';
import { systemClock } from '../src/ports/clock.ts';
import { silentLog } from '../src/ports/log.ts';
import type { Store } from '../src/ports/store.ts';
import { createAudit } from '../src/services/audit.ts';
import { type BuildsSide, type BuildsSideDeps, createBuildsSide } from '../src/services/builds-side.ts';
import type { Caller, Gate, GatedRepo } from '../src/services/context.ts';
import { createForgePeople } from '../src/services/forge-tokens.ts';
import { createGate } from '../src/services/gate.ts';
import { rememberedRepository } from '../src/services/remembered-repository.ts';

/** The real services of builds and repositories on the sandbox, without HTTP. */
export interface BuildsWorld {
  sandbox: Sandbox;
  side: BuildsSide;
  store: Store;
  gate: Gate;
  clock: Clock;
  errors: unknown[];
  caller(login: string): Promise<Caller>;
  /** The person's account on the CI server is linked. */
  link(login: string): Promise<void>;
  /** Ada at work on the CI server itself: what happens past the console. */
  asAda(): CiClient;
  open(login: string, path: string, policy?: Policy): Promise<GatedRepo>;
  stop(): Promise<void>;
}

export const toRead = reading('read');
export const toWrite = writing('write', { fresh: true });
export const toAdminister = writing('admin', { fresh: true, link: true });

export async function buildsWorld(
  options: SandboxOptions &
    Partial<Pick<BuildsSideDeps, 'intervals' | 'silentAfterMs'>> & { serviceIs?: string } = {},
): Promise<BuildsWorld> {
  const sandbox = await startSandbox(options);
  // The console reads the servers' times: it has to live in the sandbox's.
  const clock: Clock = { now: () => sandbox.world.clock.now(), sleep: systemClock.sleep };
  const store = await openSqliteStore({
    file: ':memory:',
    sealer: createSealer([{ id: 'test', key: Buffer.from(Array.from({ length: 32 }, (_, at) => at)) }]),
  });
  const bus = createInProcessBus();
  const forge = forgeCatalog.gitea({
    id: 'git',
    name: 'Gitea',
    publicUrl: sandbox.urls.gitea,
    internalUrl: sandbox.urls.gitea,
    clientId: sandbox.oauth.clientId,
    clientSecret: sandbox.oauth.clientSecret,
    scopes: [],
    clock,
  });
  const server = ciCatalog.drone({
    id: 'drone',
    name: 'Drone',
    publicUrl: sandbox.urls.drone,
    internalUrl: sandbox.urls.drone,
    forge: 'git',
    oneClickLink: false,
    clock,
  });
  const serviceToken =
    options.serviceIs === undefined
      ? sandbox.serviceToken
      : (sandbox.world.ci.user(options.serviceIs)?.token ?? '');
  const connections = new Map([['drone', { server, service: server.as(serviceToken) }]]);
  const forges = new Map([['git', forge]]);
  const people = createForgePeople({ store, forges, clock, log: silentLog });
  const gate = createGate({
    ...{ store, people, forges, connections, bus, clock, log: silentLog },
    listed: (id, forgeRepoId) => side.catalog.last(id)?.byId.get(forgeRepoId) ?? null,
    remembered: (id, onForge) => rememberedRepository(store.builds, id, onForge),
  });
  let id = 0;
  const audit = createAudit({ store, clock, newId: () => `audit-${++id}` });
  const errors: unknown[] = [];
  const side = createBuildsSide({
    ...{ connections, forges, store, gate, bus, clock, audit },
    onError: (error) => errors.push(error),
    ...(options.intervals ? { intervals: options.intervals } : {}),
    ...(options.silentAfterMs ? { silentAfterMs: options.silentAfterMs } : {}),
  });

  async function caller(login: string): Promise<Caller> {
    const user = sandbox.world.forge.user(login);
    if (!user) throw new Error(`nobody is called ${login}`);
    const accessToken = `made-up-forge-token-of-${login}`;
    if (!user.accessTokens.includes(accessToken)) user.accessTokens.push(accessToken);
    const person = {
      forge: 'git',
      forgeUserId: String(user.id),
      login,
      name: user.fullName,
      email: null,
      avatarUrl: null,
    };
    await store.people.upsert(person);
    await store.forgeTokens.put(person, {
      accessToken,
      refreshToken: null,
      expiresAt: null,
      redirectUri: '',
    });
    return { person, sessionHash: `session-of-${login}`, address: '127.0.0.1', requestId: 'test' };
  }

  return {
    ...{ sandbox, side, store, gate, clock, errors, caller },
    async link(login) {
      const { person } = await caller(login);
      const account = sandbox.world.ci.user(login);
      if (!account) throw new Error(`the CI server knows no ${login}`);
      await store.accounts.put(person, {
        server: 'drone',
        token: account.token,
        login,
        administrator: account.admin,
        linkedAt: clock.now(),
        state: 'linked',
      });
    },
    asAda: () => server.as(sandbox.world.ci.user('ada')?.token ?? ''),
    open: async (login, path, policy = toRead) => gate.open(await caller(login), 'drone', path, policy),
    async stop() {
      await side.stop();
      await sandbox.stop();
      await store.close();
    },
  };
}

/** Waits in real time until it holds; fails with the last error after `ms`. */
export async function eventually<T>(check: () => T | Promise<T>, ms = 10_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await systemClock.sleep(20);
    }
  }
}
