import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { createInProcessBus } from './adapters/bus/in-process.ts';
import { withKeptRows } from './adapters/store/kept-rows.ts';
import { parseKeys, readOrCreateKeyFile } from './adapters/store/key-file.ts';
import { createSealer, type SealingKey } from './adapters/store/sealed.ts';
import { openSqliteStore } from './adapters/store/sqlite.ts';
import { composeDoctor } from './compose-doctor.ts';
import { composeHttp, type HttpSide } from './compose-http.ts';
import { composeLogs } from './compose-logs.ts';
import { makeForges, makeServers } from './compose-upstreams.ts';
import type { Config } from './config.ts';
import { createMeters, liveMeter, type Meters } from './http/metrics.ts';
import { LogHub } from './live/log-hub.ts';
import { type Clock, systemClock } from './ports/clock.ts';
import type { Store } from './ports/store.ts';
import { createAccountsService } from './services/accounts.ts';
import { createAudit } from './services/audit.ts';
import { createBuildsSide } from './services/builds-side.ts';
import type { Connections } from './services/connections.ts';
import { createConsoleService } from './services/console.ts';
import { createCredentialAttempts } from './services/credential-attempts.ts';
import { createCredentialSignIn } from './services/credential-sign-in.ts';
import { createCredentialsService } from './services/credentials.ts';
import { createDeploymentsService } from './services/deployments.ts';
import { createForgePeople } from './services/forge-tokens.ts';
import { createGate } from './services/gate.ts';
import { createIdentityAdds } from './services/identity-adds.ts';
import { createIdentityChanges } from './services/identity-changes.ts';
import { createLogsService } from './services/logs.ts';
import { createPipelineFiles } from './services/pipeline-files.ts';
import { createPromotionsService } from './services/promotions.ts';
import { createReadiness, type ReadinessService } from './services/readiness.ts';
import { rememberedRepository } from './services/remembered-repository.ts';
import { createRepositoryNames } from './services/repository-names.ts';
import { createSignInService } from './services/sign-in.ts';
import { createSignInProblems } from './services/sign-in-problems.ts';

export interface Console extends HttpSide {
  meters: Meters;
  /** Begins background work. */
  start(): void;
  /** Ends it and closes what is open: after the last request. */
  stop(): Promise<void>;
}

export interface ComposeOptions {
  config: Config;
  log: Logger;
  version: string;
  clock?: Clock;
}

/** The only place where parts are chosen and put together. */
export async function compose({
  config,
  log,
  version,
  clock = systemClock,
}: ComposeOptions): Promise<Console> {
  const meters = createMeters();
  const bus = createInProcessBus(log);
  const keys = await sealingKeys(config, log);
  const file = `${config.dataDir}/flightdeck.db`;
  const store = withKeptRows(await openSqliteStore({ file, sealer: createSealer(keys), log }), clock);
  const shared = { clock, observe: meters.upstream };
  const forges = makeForges(config, shared);
  const byPath = (forge: string) =>
    servers.filter(({ server: { declaration } }) => declaration.knowsByPath && declaration.forge === forge);
  const names = createRepositoryNames({
    changed: (forge) => {
      for (const { server } of byPath(forge)) builds.catalog.expire(server.id);
    },
    moved: (forge, id) => {
      for (const { server } of byPath(forge))
        builds.index
          .forget(server.id, id)
          .catch((error: unknown) => log.warn({ err: error }, 'background work failed'));
    },
  });
  const servers = makeServers(config, { ...shared, names });
  const connections: Connections = new Map(
    servers.map(({ server, token }) => [server.id, { server, service: server.as(token) }]),
  );
  const byId = new Map(forges.map((forge) => [forge.id, forge]));
  const newId = () => randomBytes(16).toString('base64url');
  const random = Math.random;

  const audit = createAudit({ store, clock, newId });
  const people = createForgePeople({
    ...{ store, forges: byId, clock, log },
    onRefused: ({ forge, forgeUserId }) => bus.publish({ type: 'forge-refused-person', forge, forgeUserId }),
  });
  const gate = createGate({
    ...{ store, people, forges: byId, connections, bus, clock, log },
    learn: names.learn,
    listed: (server, id) => builds.catalog.last(server)?.byId.get(id) ?? null,
    remembered: (server, onForge) => rememberedRepository(store.builds, server, onForge),
  });
  const accounts = createAccountsService({
    ...{ store, connections, people, gate, audit, clock, log },
    onSynced: (server) => builds.catalog.expire(server),
    oneClickUrl: (server) => `${config.basePath}auth/server/${server}`,
  });
  const meter = liveMeter(meters);
  const logStore = composeLogs(config, clock);
  const hub = new LogHub({
    ...{ bus, clock, meter, random },
    store: logStore,
    cacheBytes: config.limits.logs.memoryBytes,
    graceMs: config.limits.logs.graceMs,
  });
  meters.logMemory(() => hub.size.bytes);
  const builds = createBuildsSide({
    ...{ connections, forges: byId, store, gate, bus, clock, audit },
    names,
    silentAfterMs: config.limits.builds.silenceMs,
    lastRecordAt: (server, path, step) => hub.lastRecordAt(server, path, step),
    onError: (error) => log.warn({ err: error }, 'background work failed'),
  });
  const pipelineFiles = createPipelineFiles();
  const deployments = createDeploymentsService({
    ...{ store, index: builds.index, pipelineFiles, health: builds.health },
  });
  const readiness = createReadiness({
    ...{ store, clock },
    forges,
    servers: servers.map(({ server }) => server),
  });
  const signIn = createSignInService({
    ...{ store, bus, clock, audit, accounts, gate, log },
    sessionsPerPerson: config.limits.session.perPerson,
  });
  const byCredentials = createCredentialSignIn({
    ...{ forges: byId, log },
    attempts: createCredentialAttempts({ clock, limits: config.limits.credentials }),
    count: (forge, outcome) => meters.signIns.inc({ forge, outcome }),
  });
  const problems = createSignInProblems({ clock, newId, lifeMs: config.limits.signIn.lifeMs, total: 5_000 });

  const instance = newId();
  const { doctor, arrivals } = composeDoctor({ config, clock, instance, newWord: newId });

  const http = composeHttp({
    ...{ config, log, version, clock, random, meters, meter, store, bus },
    ...{ gate, forges, readiness, problems, hub, instance, arrivals },
    watcher: builds.watcher,
    // Whoever knows the first sealing key may already open everything: it also signs the session's cookie.
    cookieSecret: Buffer.from(keys[0]?.key ?? '').toString('base64'),
    services: {
      ...{ accounts, signIn, problems, deployments, byCredentials, doctor, forges: byId },
      publicUrl: config.publicUrl,
      identities: createIdentityChanges({ store, bus, clock, audit, accounts, gate }),
      adds: createIdentityAdds({ clock }),
      console: createConsoleService({
        ...{ version, store, readiness, accounts },
        publicUrl: config.publicUrl,
        defaultLanguage: config.defaultLanguage,
        sandbox: config.sandboxPeople,
        defaultKey: config.defaultKey,
        forges,
        servers: servers.map(({ server }) => server),
      }),
      builds: builds.builds,
      repositories: builds.repositories,
      deck: builds.deck,
      logs: createLogsService({ hub, clock }),
      credentials: createCredentialsService({ store, clock, audit }),
      promotions: createPromotionsService({
        ...{ store, bus, clock, audit, pipelineFiles, deployments },
        permitFacts: (repo) => builds.facts.permitFacts(repo),
      }),
      reach: (repo) => builds.index.reach(repo.server.id, repo.forgeRepoId),
    },
  });

  const sweeping = new AbortController();
  return {
    ...http,
    meters,
    start() {
      builds.watcher.start();
      void keepVersions(readiness, clock, sweeping.signal);
      void sweep(store, clock, sweeping.signal, log);
    },
    async stop() {
      sweeping.abort();
      await builds.stop();
      hub.close();
      logStore.stored.close();
      await store.close();
    },
  };
}

async function sealingKeys(config: Config, log: Logger): Promise<SealingKey[]> {
  if (config.sealingKeys !== null) return parseKeys(config.sealingKeys);
  const { keys, created, readableByOthers } = await readOrCreateKeyFile(config.sealingKeyFile);
  if (created) log.info({ file: config.sealingKeyFile }, 'made a sealing key');
  if (readableByOthers)
    log.warn({ file: config.sealingKeyFile }, 'other accounts of this machine may read the sealing keys');
  return keys;
}

/** One that was down at the start, or was upgraded meanwhile, is known by its version within a minute. */
async function keepVersions(readiness: ReadinessService, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await readiness.check();
    await clock.sleep(60_000, signal);
  }
}

/** Rows that time has made useless. */
async function sweep(store: Store, clock: Clock, signal: AbortSignal, log: Logger): Promise<void> {
  while (!signal.aborted) {
    const now = clock.now();
    await Promise.all([
      store.sessions.removeExpired(now),
      store.intents.removeBefore(now - 24 * 3_600_000),
    ]).catch((error: unknown) => log.warn({ err: error }, 'old rows were not removed'));
    await clock.sleep(60_000, signal);
  }
}
