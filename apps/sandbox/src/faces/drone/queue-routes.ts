import type { CiBuild, CiRepository, CiStage } from '../../world/model.ts';
import type { Router } from '../router.ts';
import { sysadmin } from './access.ts';
import { type Call, sendJson, sendNothing } from './context.ts';
import { buildShape, repoShape, stageShape } from './shapes.ts';

interface Waiting {
  repo: CiRepository;
  build: CiBuild;
  stages: CiStage[];
}

/** Builds with stages in the queue. A declined build whose other stages are blocked is not among them. */
function incomplete(call: Call): Waiting[] {
  const { ci } = call.core.world;
  return ci.openBuilds().flatMap((build) => {
    const stages = build.stages.filter((stage) => stage.status === 'pending' || stage.status === 'running');
    const repo = ci.repositoryById(build.repoId);
    return repo && stages.length > 0 ? [{ repo, build, stages }] : [];
  });
}

/** What the whole server does: its queue, what has not ended, its figures. */
export function queueRoutes(router: Router<Call>): void {
  router.on('GET', '/api/queue', (call) => {
    sysadmin(call);
    const stages = incomplete(call).flatMap((one) => one.stages);
    sendJson(
      call,
      stages.sort((a, b) => a.id - b.id).map((stage) => stageShape(stage, false)),
    );
  });
  router.on('POST', '/api/queue', (call) => {
    sysadmin(call);
    call.core.world.ci.queuePaused = false;
    call.core.server.wake();
    sendNothing(call);
  });
  router.on('DELETE', '/api/queue', (call) => {
    sysadmin(call);
    call.core.world.ci.queuePaused = true;
    sendNothing(call);
  });
  router.on('GET', '/api/builds/incomplete', (call) => {
    sysadmin(call);
    const list = incomplete(call).sort((a, b) => b.build.id - a.build.id);
    sendJson(
      call,
      list.slice(0, 50).map(({ repo, build }) => repoShape(call.core, repo, { build: buildShape(build) })),
    );
  });
  router.on('GET', '/api/builds/incomplete/v2', (call) => {
    sysadmin(call);
    const list = incomplete(call).flatMap(({ repo, build, stages }) =>
      stages.map((stage) => runningItem(repo, build, stage)),
    );
    sendJson(call, list);
  });
  router.on('GET', '/api/system/stats', (call) => {
    sysadmin(call);
    sendJson(call, stats(call));
  });
}

function runningItem(repo: CiRepository, build: CiBuild, stage: CiStage): object {
  return {
    repo_namespace: repo.namespace,
    repo_name: repo.name,
    repo_slug: repo.slug,
    build_number: build.number,
    build_author: build.authorLogin,
    build_author_name: build.authorName,
    build_author_email: build.authorEmail,
    build_author_avatar: build.authorAvatar,
    build_sender: build.sender,
    build_started: build.started,
    build_finished: build.finished,
    build_created: build.created,
    build_updated: build.updated,
    stage_name: stage.name,
    stage_kind: stage.kind,
    stage_type: stage.type,
    stage_status: stage.status,
    stage_machine: stage.machine,
    stage_os: stage.os,
    stage_arch: stage.arch,
    stage_variant: stage.variant,
    stage_kernel: stage.kernel,
    // Text, unlike everywhere else.
    stage_limit: String(stage.limit),
    stage_limit_repo: String(stage.throttle),
    stage_started: stage.started,
    stage_stopped: stage.stopped,
  };
}

function stats(call: Call): object {
  const { core } = call;
  const { ci } = core.world;
  const platforms = [
    ['linux', 'arm', 'v6', ''],
    ['linux', 'arm', 'v7', ''],
    ['linux', 'arm64', 'v8', ''],
    ['linux', 'arm', 'v9', ''],
    ['linux', 'amd64', '', ''],
    ['windows', 'arm64', '', '1709'],
    ['windows', 'arm64', '', '1803'],
    ['windows', 'arm64', '', '1809'],
  ];
  const streams: Record<string, number> = {};
  for (const [step, log] of core.server.liveLogs)
    if (log.subscribers > 0) streams[String(step)] = log.subscribers;
  const count = (status: string): number => ci.openBuilds().filter((build) => build.status === status).length;
  return {
    users: { total: ci.users.length },
    repos: { active: ci.repositories.filter((repo) => repo.active).length },
    builds: { pending: count('pending'), running: count('running'), total: ci.allBuilds().length },
    // The counters of linux/amd64 stay 0 upstream too; no other platform has runners here.
    pipelines: platforms.map(([os, arch, variant, kernel]) => ({
      subscribers: 0,
      os,
      arch,
      variant,
      kernel,
      pending: 0,
      running: 0,
    })),
    events: { subscribers: core.server.events.subscribers },
    streams,
    watchers: null,
  };
}
