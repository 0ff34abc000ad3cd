import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';
import { plainRoutes } from '@flightdeck/api-client/contract';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { createApp } from './http/app.ts';
import { authRoutes } from './http/auth-routes.ts';
import { createBudgets } from './http/budgets.ts';
import { addressReader, proxyTest } from './http/client-address.ts';
import { linkRoutes } from './http/link-routes.ts';
import { requestLog } from './http/log.ts';
import {
  LOG_ARCHIVE_PATH,
  LOG_DOWNLOAD_PATH,
  type LogDownloadDeps,
  logArchive,
  logDownload,
} from './http/log-download.ts';
import type { Meters } from './http/metrics.ts';
import { describeApi } from './http/openapi.ts';
import { ownHosts } from './http/own-hosts.ts';
import { toProblem } from './http/problem-response.ts';
import { probePaths, proxyProbe } from './http/proxy-probe.ts';
import { addressLimits } from './http/rate-limits.ts';
import { reads } from './http/reads.ts';
import { type ApiServices, createRouter } from './http/router.ts';
import { contextMaker, rpc } from './http/rpc.ts';
import { createSessions } from './http/session.ts';
import { sessionCookieName } from './http/session-cookie.ts';
import type { BuildWatch } from './live/build-watch.ts';
import { createLiveGateway, type LiveGateway } from './live/gateway.ts';
import type { LiveMeter } from './live/live-meter.ts';
import type { LogHub } from './live/log-hub.ts';
import { probeSocket } from './live/probe-socket.ts';
import type { Bus } from './ports/bus.ts';
import type { Clock } from './ports/clock.ts';
import type { Forge } from './ports/forge.ts';
import type { Arrivals } from './ports/own-address.ts';
import type { Store } from './ports/store.ts';
import type { Gate } from './services/context.ts';
import type { ReadinessService } from './services/readiness.ts';
import { createSignInAttempts } from './services/sign-in-attempts.ts';
import type { SignInProblems } from './services/sign-in-problems.ts';

export interface HttpSide {
  handler: RequestListener;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  gateway: LiveGateway;
}

export interface HttpSideDeps {
  config: Config;
  log: Logger;
  version: string;
  clock: Clock;
  random: () => number;
  meters: Meters;
  meter: LiveMeter;
  store: Store;
  bus: Bus;
  gate: Gate;
  hub: LogHub;
  watcher: BuildWatch;
  forges: readonly Forge[];
  readiness: ReadinessService;
  problems: SignInProblems;
  services: ApiServices;
  cookieSecret: string;
  /** Of this process, and who called it with which word: for the check of the configuration. */
  instance: string;
  arrivals: Arrivals;
}

/** The server's own half of the composition: what the browser meets. */
export function composeHttp(deps: HttpSideDeps): HttpSide {
  const { config, log, clock, store, gate, services, meters } = deps;
  const { basePath, publicUrl, origin, secure, limits } = config;
  const budgets = createBudgets(limits.rates, clock);
  const sessions = createSessions({
    store,
    clock,
    bus: deps.bus,
    secure,
    secret: deps.cookieSecret,
    limits: limits.session,
  });
  const addressOf = addressReader(config.trustProxy);
  const isProxy = proxyTest(config.trustProxy);
  const hasOwnHost = ownHosts({ publicUrl, allowedHosts: config.allowedHosts, isProxy });
  const perAddress = addressLimits(limits.rates);
  const attempts = createSignInAttempts({
    clock,
    random: () => randomBytes(32).toString('base64url'),
    lifeMs: limits.signIn.lifeMs,
    total: limits.signIn.total,
  });
  const auth = authRoutes({
    ...{ publicUrl, secure, attempts, sessions, log, problems: deps.problems },
    forges: deps.forges.flatMap((forge) =>
      forge.oauth ? [{ forge, oauth: forge.oauth, scope: forge.oauth.scope }] : [],
    ),
    signIn: services.signIn,
    identities: services.identities,
    adds: services.adds,
    attemptsPerBrowser: limits.signIn.perBrowser,
    attemptLifeMs: limits.signIn.lifeMs,
    startLimit: perAddress.signInStarts,
    callbackErrorLimit: perAddress.callbackErrors,
    count: (forge, outcome) => meters.signIns.inc({ forge, outcome }),
  });
  const router = createRouter(services);
  const contextOf = contextMaker({ gate, budgets, sessions });
  const downloads: LogDownloadDeps = {
    ...{ logs: services.logs, gate, budgets },
    callerOf: (req) => req.caller,
  };
  let description: Promise<object> | null = null;
  const { instance, arrivals } = deps;

  const app = createApp({
    ...{ basePath, publicUrl, origin, log, meters, sessions, limits },
    webDir: config.webDir,
    defaultLanguage: config.defaultLanguage,
    pictureOrigins: [...new Set(config.forges.map((forge) => new URL(forge.publicUrl).origin))],
    people: store.people,
    requestLog: requestLog(log),
    operator: { readiness: deps.readiness, meters, metrics: config.metrics, version: deps.version },
    ...{ addressOf, hasOwnHost },
    guestLimit: perAddress.guests,
    auth: [auth, linkRoutes({ accounts: services.accounts, publicUrl })],
    reads: reads({ router, log, basePath, contextOf, identify: sessions.identify }),
    rpc: rpc({ router, log, basePath, contextOf }),
    plain: [
      { path: LOG_DOWNLOAD_PATH, handler: logDownload(downloads) },
      { path: LOG_ARCHIVE_PATH, handler: logArchive(downloads) },
      ...proxyProbe({ instance, arrivals, isProxy, clock }),
    ],
    openapi: () => {
      description ??= describeApi({ publicUrl, version: deps.version, cookie: sessionCookieName(secure) });
      return description;
    },
  });

  const live = plainRoutes.find((route) => route.path.endsWith('/live'))?.path ?? '/api/live';
  const gateway = createLiveGateway({
    ...{
      gate,
      hub: deps.hub,
      builds: deps.watcher,
      clock,
      meter: deps.meter,
      bus: deps.bus,
      origin,
      hasOwnHost,
    },
    random: deps.random,
    limits: limits.socket,
    path: basePath.replace(/\/$/, '') + live,
    authenticate: (request) => sessions.authenticate(request, addressOf(request)),
    toProblem: (error, requestId) => toProblem(error, requestId ?? '', log).problem,
  });
  meters.socketsWaiting(() => gateway.waiting);
  const probed = probeSocket({
    ...{ instance, origin, hasOwnHost, clock },
    path: basePath.replace(/\/$/, '') + probePaths.socket,
  });
  return {
    handler: app,
    upgrade: (request, socket, head) => {
      if (!probed(request, socket, head)) gateway.upgrade(request, socket, head);
    },
    gateway,
  };
}
