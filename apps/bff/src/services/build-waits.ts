import type { StageWait } from '@flightdeck/api-client/contract';
import {
  type ApprovalMode,
  type Build,
  isFinished,
  type Person,
  reaches,
  stageLabel,
  type WaitReason,
} from '@flightdeck/api-client/model';
import { sameLogin } from '../domain/access.ts';
import { sightsOf } from '../domain/sightings.ts';
import { explainStages, explainWaiting, type OpenStage, type WaitFacts } from '../domain/waiting.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Approvers } from './approvers.ts';
import type { Standing } from './build-facts.ts';
import { type Connections, connectionOf } from './connections.ts';
import type { Gate } from './context.ts';
import type { Fleets } from './fleets.ts';
import type { LiveBuilds } from './live-builds.ts';
import type { RepoCatalog } from './repo-catalog.ts';

export interface Waits {
  /** Of the build, most telling first. */
  waits: WaitReason[];
  stageWaits: StageWait[];
}

/** Why a build and each of its stages wait: gathers the facts, the rules are `domain/waiting.ts`. */
export interface BuildWaits {
  of(standing: Standing, build: Build): Promise<Waits>;
}

export function createBuildWaits(deps: {
  connections: Connections;
  gate: Gate;
  store: Store;
  clock: Clock;
  live: LiveBuilds;
  catalog: RepoCatalog;
  approvers: Approvers;
  fleets: Fleets;
  /** Since when this process has watched the servers. */
  watchedSince: number;
}): BuildWaits {
  const { clock, store } = deps;

  async function of(standing: Standing, build: Build): Promise<Waits> {
    if (isFinished(build.status)) return { waits: [], stageWaits: [] };
    const { server, path } = standing;
    const settings = standing.onServer?.settings ?? null;
    const youMayApprove = reaches(standing.level, server.declaration.approveNeeds);
    const held = build.status === 'approval';
    const isWaiting = build.stages.some((stage) => stage.status === 'waiting' && stage.runner === null);
    const facts: WaitFacts = {
      server: server.id,
      path,
      build,
      now: clock.now(),
      open: openStages(server.id, path),
      runners: sightsOf(await store.builds.runners(server.id)),
      mostAtOnce: deps.live.mostAtOnce(server.id),
      watchedSince: deps.watchedSince,
      concurrentBuilds: settings?.concurrentBuilds ?? null,
      protected: settings?.protected ?? heldBySettings(settings?.approvals ?? null, build),
      forksOnly: settings?.approvals === 'forks',
      fleet: isWaiting ? await deps.fleets.of(server.id) : null,
      approvers: held ? await namesOfApprovers(standing) : [],
      youMayApprove,
    };
    const first = told(facts);
    if (!first.stageWaits.some(({ reason }) => reason.kind === 'runners-busy' && reason.hidden > 0))
      return first;
    const readable = await readableOthers(standing, facts.open ?? []);
    const open = (facts.open ?? []).map((one) => ({
      ...one,
      visible: one.path === path || readable.has(one.path),
    }));
    return told({ ...facts, open });
  }

  function told(facts: WaitFacts): Waits {
    const stageWaits = explainStages(facts);
    return { waits: explainWaiting(facts, stageWaits), stageWaits };
  }

  /** Open stages as told build by build: the server's own queue names neither repository nor build. */
  function openStages(server: string, own: string): OpenStage[] {
    return deps.live.open(server).flatMap(({ place, build }) =>
      build.stages
        .filter((stage) => stage.status === 'running' || stage.status === 'waiting')
        .filter((stage) => !stage.waitsForDependencies)
        .map((stage) => ({
          path: place.path,
          number: build.number,
          stage: stageLabel(stage),
          running: stage.status === 'running',
          runner: stage.runner,
          visible: place.path === own,
        })),
    );
  }

  async function readableOthers(standing: Standing, open: readonly OpenStage[]): Promise<Set<string>> {
    const catalog = deps.catalog.last(standing.server.id);
    const others = [...new Set(open.filter((one) => one.running).map((one) => one.path))]
      .map((path) => catalog?.byPath.get(path))
      .filter((one) => one !== undefined);
    const ids = await deps.gate
      .readable(standing.caller, standing.server.id, others)
      .catch(() => new Set<string>());
    return new Set(others.filter((one) => ids.has(one.forgeRepoId)).map((one) => one.path));
  }

  /** Without the one who asks: of them `youMayApprove` tells. */
  async function namesOfApprovers(standing: Standing): Promise<Person[]> {
    const { service } = connectionOf(deps.connections, standing.server.id);
    const people = await deps.approvers.of(standing.server, standing.path, service, standing.forgeClient);
    return people.filter(({ login }) => !sameLogin(login, standing.caller.person.login));
  }

  return { of };
}

/** Of a repository whose settings name whose builds are held. */
function heldBySettings(approvals: ApprovalMode | null, build: Build): boolean | null {
  if (approvals === 'pull_requests') return build.event === 'pull_request';
  return approvals === null ? null : approvals === 'all_events';
}
