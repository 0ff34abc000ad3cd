import { CiError } from '../../ci/build-input.ts';
import type { CiBuild, CiRepository, CiStage, CiUser } from '../../world/model.ts';
import { organisation, sysadmin } from './access.ts';
import { type Call, flag, jsonBody, noSuchRow, sendJson, sendNothing, text } from './context.ts';
import type { Router } from './router.ts';
import { buildShape, repoShape, stageShape, templateShape, userShape } from './shapes.ts';
import { newToken, repositoriesOf } from './user-routes.ts';

export function adminRoutes(router: Router): void {
  accountRoutes(router);
  queueRoutes(router);
  templateRoutes(router);
}

function accountRoutes(router: Router): void {
  const one = (call: Call): CiUser => {
    const { ci } = call.core.world;
    const key = call.params.login ?? '';
    const user = ci.user(key) ?? (/^\d+$/.test(key) ? ci.userById(Number(key)) : undefined);
    if (!user) throw noSuchRow();
    return user;
  };
  router.on('GET', '/api/users', (call) => {
    sysadmin(call);
    const users = [...call.core.world.ci.users].sort((a, b) => (a.login < b.login ? -1 : 1));
    sendJson(
      call,
      users.map((user) => userShape(user)),
    );
  });
  router.on('POST', '/api/users', (call) => {
    sysadmin(call);
    const body = jsonBody(call);
    const login = text(body, 'login') ?? '';
    if (login.length < 1 || login.length > 50) throw new CiError(400, 'Invalid username length');
    if (!/^[.a-zA-Z0-9_-]+$/.test(login)) throw new CiError(400, 'Invalid character in username');
    const { ci, clock } = call.core.world;
    if (ci.user(login)) throw new CiError(500, 'UNIQUE constraint failed: users.user_login');
    const now = clock.seconds();
    const machine = flag(body, 'machine') ?? false;
    const user: CiUser = {
      id: ci.nextId('user'),
      login,
      email: '',
      machine,
      admin: flag(body, 'admin') ?? false,
      active: true,
      avatar: '',
      syncing: false,
      synced: 0,
      created: now,
      updated: now,
      lastLogin: 0,
      token: text(body, 'token') || newToken(call.core),
      forgeToken: undefined,
    };
    ci.users.push(user);
    sendJson(call, userShape(user, machine ? user.token : undefined));
  });
  router.on('GET', '/api/users/{login}', (call) => {
    sysadmin(call);
    sendJson(call, userShape(one(call)));
  });
  router.on('PATCH', '/api/users/{login}', (call) => {
    sysadmin(call);
    const user = one(call);
    const body = jsonBody(call);
    user.admin = flag(body, 'admin') ?? user.admin;
    user.active = flag(body, 'active') ?? user.active;
    if (!user.active) {
      user.admin = false;
      handOver(call, user);
    }
    sendJson(call, userShape(user));
  });
  router.on('DELETE', '/api/users/{login}', (call) => {
    sysadmin(call);
    const user = one(call);
    handOver(call, user);
    const { ci } = call.core.world;
    ci.users = ci.users.filter((each) => each !== user);
    ci.permissions = ci.permissions.filter((row) => row.userId !== user.id);
    sendNothing(call);
  });
  router.on('POST', '/api/users/{login}/token/rotate', (call) => {
    sysadmin(call);
    const user = one(call);
    user.token = newToken(call.core);
    sendJson(call, { ...userShape(user), message: 'Token rotated' });
  });
  router.on('GET', '/api/users/{login}/repos', (call) => {
    sysadmin(call);
    sendJson(
      call,
      repositoriesOf(call.core, one(call)).map((repo) => repoShape(call.core, repo)),
    );
  });
}

/** Somebody leaves: his repositories go to another of their administrators, else to nobody. */
function handOver(call: Call, user: CiUser): void {
  const { ci } = call.core.world;
  for (const repo of ci.repositories.filter((one) => one.userId === user.id)) {
    const heir = ci.permissions.find(
      (row) => row.repoUid === repo.uid && row.admin && row.userId !== user.id,
    );
    repo.userId = heir?.userId ?? 0;
  }
}

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

function queueRoutes(router: Router): void {
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

function templateRoutes(router: Router): void {
  const all = (call: Call) => call.core.world.ci.templates;
  const one = (call: Call, namespace: string) => {
    const found = all(call).find(
      (each) => each.namespace === namespace && each.name === call.params.template,
    );
    if (!found) throw noSuchRow();
    return found;
  };
  router.on('GET', '/api/templates', (call) => {
    if (!call.user?.admin) throw new CiError(401, call.user ? 'Forbidden' : 'Unauthorized');
    sendJson(call, all(call).map(templateShape));
  });
  router.on('GET', '/api/templates/{namespace}', (call) => {
    const namespace = organisation(call);
    sendJson(
      call,
      all(call)
        .filter((each) => each.namespace === namespace)
        .map(templateShape),
    );
  });
  router.on('POST', '/api/templates/{namespace}', (call) => {
    const namespace = organisation(call);
    const body = jsonBody(call);
    const name = text(body, 'name') ?? '';
    const data = text(body, 'data') ?? '';
    if (name === '') throw new CiError(400, 'Template Name is required');
    if (!/\.(ya?ml|star|starlark|script|jsonnet)$/.test(name))
      throw new CiError(400, 'Template extension invalid');
    if (data === '') throw new CiError(400, 'Template Data is required');
    const template = { id: call.core.world.ci.nextId('template'), name, namespace, data };
    all(call).push(template);
    sendJson(call, templateShape(template));
  });
  router.on('GET', '/api/templates/{namespace}/{template}', (call) =>
    sendJson(call, templateShape(one(call, organisation(call)))),
  );
  for (const method of ['PUT', 'PATCH']) {
    router.on(method, '/api/templates/{namespace}/{template}', (call) => {
      const template = one(call, organisation(call));
      template.data = text(jsonBody(call), 'data') ?? template.data;
      sendJson(call, templateShape(template));
    });
  }
  router.on('DELETE', '/api/templates/{namespace}/{template}', (call) => {
    const template = one(call, organisation(call));
    const { ci } = call.core.world;
    ci.templates = ci.templates.filter((each) => each !== template);
    sendNothing(call);
  });
}
