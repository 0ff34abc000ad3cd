import type { BuildView, ListedBuild } from '@flightdeck/api-client/contract';
import {
  type Build,
  type BuildHead,
  type FailureCause,
  type Health,
  isFinished,
  type Level,
  type WaitReason,
} from '@flightdeck/api-client/model';
import { diagnose, diagnoseHead, opensAt } from '../domain/diagnosis.ts';
import { headOf } from '../domain/merge-build.ts';
import { buildPermits, type PermitFacts } from '../domain/permits.ts';
import { silenceOf } from '../domain/silence.ts';
import type { CiRepository, CiServer } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { ForgeClient } from '../ports/forge.ts';
import type { LinkedAccountRecord, Store } from '../ports/store.ts';
import type { Approvers } from './approvers.ts';
import type { BuildIndex } from './build-index.ts';
import { createBuildWaits, type Waits } from './build-waits.ts';
import type { Connections, RepoPlace } from './connections.ts';
import type { Caller, Gate, GatedRepo } from './context.ts';
import type { Fleets } from './fleets.ts';
import type { LifeSigns } from './life-signs.ts';
import type { LiveBuilds } from './live-builds.ts';
import type { RepoCatalog } from './repo-catalog.ts';
import type { HealthBook } from './server-health.ts';

/** A repository as one person stands to it: from the gate, or for lists from what the gate let through. */
export interface Standing {
  caller: Caller;
  server: CiServer;
  path: string;
  forgeRepoId: string;
  level: Level;
  /** As in `GatedRepo`; never in lists, where nobody asks the CI server for the person's role. */
  forgeLevel?: Level;
  account: LinkedAccountRecord | null;
  onServer: CiRepository | null;
  /** The forge as this person; null in lists, where nobody is asked for names. */
  forgeClient: ForgeClient | null;
}

/** Everything a screen says about a build beyond the build itself. */
export interface BuildFacts {
  view(repo: GatedRepo, build: Build): Promise<BuildView>;
  /** Where its stages are not known and the server cannot be asked. */
  viewOfHead(repo: GatedRepo, head: BuildHead): Promise<BuildView>;
  /** null while the server answers; else how it does not, for something that is as it was at `asOf`. */
  staleSince(standing: Standing, asOf: number | null): Health | null;
  listed(standing: Standing, head: BuildHead): Promise<ListedBuild>;
  /** The part of a list's row that is not the build. */
  row(standing: Standing, head: BuildHead): Promise<{ waits: WaitReason | null; cause: FailureCause | null }>;
  permitFacts(standing: Standing): PermitFacts;
}

export interface BuildFactsDeps {
  connections: Connections;
  gate: Gate;
  store: Store;
  clock: Clock;
  live: LiveBuilds;
  index: BuildIndex;
  catalog: RepoCatalog;
  approvers: Approvers;
  signs: LifeSigns;
  fleets: Fleets;
  health: HealthBook;
  /** Since when this process has watched the servers. */
  watchedSince: number;
}

export function createBuildFacts(deps: BuildFactsDeps): BuildFacts {
  const { clock, store } = deps;
  const waiting = createBuildWaits(deps);

  /** Who ended it through the console: the CI server records no name for it. */
  async function endedBy(standing: Standing, head: BuildHead): Promise<string | null> {
    const action =
      head.status === 'cancelled' ? 'build.cancel' : head.status === 'declined' ? 'build.decline' : null;
    if (action === null) return null;
    const rows = await store.audit.ofBuild(placeOf(standing), head.number);
    return rows.find((row) => row.action === action && row.outcome === 'done')?.login ?? null;
  }

  /** Where the server records nobody for restarts and promotions, our own record knows those made here. */
  async function startedBy(standing: Standing, build: BuildHead): Promise<string | null> {
    if (build.startedBy !== null || build.parent === null) return build.startedBy;
    if (standing.server.declaration.capabilities.includes('starter-named')) return null;
    const starters = await store.audit.starters(placeOf(standing), [build.number]);
    return starters.get(build.number) ?? null;
  }

  async function causeOf(standing: Standing, build: Build): Promise<FailureCause | null> {
    return diagnose(build, {
      timeoutMinutes: standing.onServer?.settings.timeoutMinutes ?? null,
      endedBy: await endedBy(standing, build),
    });
  }

  function permitFacts(standing: Standing): PermitFacts {
    const { declaration } = standing.server;
    const linked = standing.account?.state === 'linked';
    return {
      level: standing.level,
      ...(standing.forgeLevel ? { forgeLevel: standing.forgeLevel } : {}),
      linked,
      ciAdministrator: linked && (standing.account?.administrator ?? false),
      tooNested: standing.path.split('/').length > (declaration.pathSegments ?? Number.POSITIVE_INFINITY),
      activation: standing.onServer === null ? 'unknown' : standing.onServer.active ? 'active' : 'inactive',
      capabilities: declaration.capabilities,
      approveNeeds: declaration.approveNeeds,
      secretsNeed: declaration.secretsNeed,
      administratorSettings: declaration.administratorSettings,
      promotionsAllowed: standing.onServer?.settings.promotions ?? null,
    };
  }

  async function row(standing: Standing, head: BuildHead) {
    const live = deps.live.get(placeOf(standing), head.number);
    if (live?.detailed) {
      const [{ waits }, cause] = await Promise.all([
        waiting.of(standing, live.build),
        causeOf(standing, live.build),
      ]);
      return { waits: isWaiting(live.build) || isStuck(live.build) ? (waits[0] ?? null) : null, cause };
    }
    const unknown: WaitReason | null = isWaiting(head) ? { kind: 'unknown', stage: null } : null;
    return {
      waits: unknown,
      cause: diagnoseHead(head, { timeoutMinutes: null, endedBy: await endedBy(standing, head) }),
    };
  }

  const view = async (repo: GatedRepo, build: Build): Promise<BuildView> =>
    viewOf(repo, build, await waiting.of(repo, build));

  async function viewOf(repo: GatedRepo, build: Build, { waits, stageWaits }: Waits): Promise<BuildView> {
    const { server, forge, path } = repo;
    const silence = deps.signs.silenceOf({ server: server.id, path, forgeRepoId: repo.forgeRepoId }, build);
    const [cause, starter, near] = await Promise.all([
      causeOf(repo, build),
      startedBy(repo, build),
      deps.index.neighbours(server.id, repo.forgeRepoId, build.number),
    ]);
    const file = repo.onServer?.pipelineFile || server.declaration.defaultPipelineFile;
    const { links } = forge;
    const known = deps.live.get(placeOf(repo), build.number);
    return {
      server: server.id,
      path,
      build: { ...build, startedBy: starter },
      waits,
      stageWaits,
      silence: silence && silenceOf(silence),
      cause,
      opensAt: opensAt(build),
      permits: buildPermits(permitFacts(repo), build),
      pipelineFile: file,
      // Never the CI server's own link: on custom, cron and tag builds it leads to JSON or nowhere (recorded, 2.25.0).
      links: {
        commit: links.commit(path, build.commit),
        branch: branchLink(repo, build),
        pullRequest: build.pullRequest === null ? null : links.pullRequest(path, build.pullRequest),
        tag: build.tag === null ? null : links.tag(path, build.tag),
        pipelineFile: file.endsWith('/') ? null : links.file(path, build.commit, file),
        upstream: server.buildUrl(path, build.number),
      },
      ...near,
      stale: staleSince(repo, known?.askedAt || null),
      whole: true,
      asOf: clock.now(),
    };
  }

  async function viewOfHead(repo: GatedRepo, head: BuildHead): Promise<BuildView> {
    const [view, { waits, cause }, { asOf }] = await Promise.all([
      viewOf(repo, { ...head, stages: [] }, { waits: [], stageWaits: [] }),
      row(repo, head),
      deps.index.reach(repo.server.id, repo.forgeRepoId),
    ]);
    return { ...view, waits: waits ? [waits] : [], cause, stale: staleSince(repo, asOf), whole: false };
  }

  function staleSince({ server }: Standing, asOf: number | null): Health | null {
    const health = deps.health.of(server.id);
    return health.ok ? null : { ...health, lastGoodAt: asOf ?? health.lastGoodAt };
  }

  async function listed(standing: Standing, head: BuildHead): Promise<ListedBuild> {
    const live = deps.live.get(placeOf(standing), head.number);
    const build = live ? headOf(live.build) : head;
    const place = placeOf(standing);
    const { waits, cause } = await row(standing, build);
    const silence = live?.detailed ? deps.signs.silenceOf(place, live.build) : null;
    const { approve, restart } = buildPermits(permitFacts(standing), build);
    return {
      server: standing.server.id,
      path: standing.path,
      build,
      waits,
      cause,
      silence: silence && silenceOf(silence),
      permits: { approve, restart },
    };
  }

  return { view, viewOfHead, staleSince, listed, row, permitFacts };
}

const placeOf = ({ server, path, forgeRepoId }: Standing): RepoPlace => ({
  server: server.id,
  path,
  forgeRepoId,
});

const isWaiting = (build: BuildHead): boolean => build.status === 'waiting' || build.status === 'approval';

/** Runs in name: what has begun is over and the rest waits. */
const isStuck = (build: Build): boolean =>
  !isFinished(build.status) && build.stages.every((stage) => stage.status !== 'running');

function branchLink(repo: GatedRepo, build: BuildHead): string | null {
  if (build.tag !== null) return null;
  if (build.pullRequest !== null) {
    return build.sourceBranch === null
      ? null
      : repo.forge.links.branch(build.fork ?? repo.path, build.sourceBranch);
  }
  return build.branch === '' ? null : repo.forge.links.branch(repo.path, build.branch);
}
