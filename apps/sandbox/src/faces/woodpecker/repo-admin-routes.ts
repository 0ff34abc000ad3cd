import { WpRefusal } from '../../woodpecker/actions.ts';
import { type Approval, type WpEvent, type WpRepo, type WpUser, wpEvents } from '../../woodpecker/model.ts';
import { forgeRepoOf, syncPerm } from '../../woodpecker/perms.ts';
import { activate, removeHook, repair } from '../../woodpecker/repositories.ts';
import { flag, number, text, texts } from '../go-server.ts';
import type { Router } from '../router.ts';
import { instanceAdmin, repoFor, signedIn } from './access.ts';
import { type Call, jsonBody, sendJson, sendNothing } from './context.ts';
import { wire } from './wire.ts';

const approvals: readonly Approval[] = ['none', 'forks', 'pull_requests', 'all_events'];
const visibilities: readonly WpRepo['visibility'][] = ['public', 'private', 'internal'];

/** `WOODPECKER_MAX_PIPELINE_TIMEOUT`, in minutes. */
const longest = 120;

export function repoAdminRoutes(router: Router<Call>): void {
  router.on('POST', '/api/repos', activation);
  router.on('POST', '/api/repos/repair', (call) => {
    instanceAdmin(call);
    for (const repo of call.state.repos) {
      const forgeRepo = forgeRepoOf(call.server, repo);
      if (repo.active && forgeRepo) repair(call.server, repo, forgeRepo);
    }
    sendNothing(call);
  });
  router.on('PATCH', '/api/repos/{repo}', (call) => {
    const repo = repoFor(call, 'admin');
    change(call, repo);
    sendJson(call, wire.repo(call.server, repo));
  });
  router.on('DELETE', '/api/repos/{repo}', (call) => {
    const repo = repoFor(call, 'admin');
    const forgeRepo = forgeRepoOf(call.server, repo);
    if (forgeRepo) removeHook(call.server, forgeRepo);
    repo.active = false;
    const shape = wire.repo(call.server, repo);
    if (call.query.get('remove') === 'true') remove(call, repo);
    sendJson(call, shape);
  });
  router.on('POST', '/api/repos/{repo}/repair', (call) => {
    const repo = repoFor(call, 'admin');
    const forgeRepo = forgeRepoOf(call.server, repo);
    if (!forgeRepo || call.server.forgeFails(`GET /api/v1/repos/${repo.owner}/${repo.name}`))
      throw new WpRefusal(500);
    repair(call.server, repo, forgeRepo);
    sendNothing(call);
  });
  router.on('POST', '/api/repos/{repo}/chown', (call) => {
    const repo = repoFor(call, 'admin');
    repo.userId = signedIn(call).id;
    sendJson(call, wire.repo(call.server, repo));
  });
  router.on('POST', '/api/repos/{repo}/move', (call) => {
    const repo = repoFor(call, 'admin');
    const to = call.query.get('to');
    if (!to) throw new WpRefusal(500);
    const { forge } = call.server.world;
    const [owner = '', name = ''] = to.split('/');
    const target = forge.repository(owner, name);
    if (!target || !forge.permissions(call.user?.login, target)?.admin) throw new WpRefusal(401);
    repo.forgeRemoteId = String(target.id);
    repair(call.server, repo, target);
    sendNothing(call);
  });
}

function activation(call: Call): void {
  const user = signedIn(call);
  const id = call.query.get('forge_remote_id');
  if (!id) throw new WpRefusal(400, 'No forge_remote_id provided');
  const { server } = call;
  if (call.state.repoByForgeId(id)?.active) throw new WpRefusal(409, 'Repository is already active.');
  const { forge } = server.world;
  const forgeRepo = forge.repositoryById(Number(id));
  const rights = forgeRepo && forge.permissions(user.login, forgeRepo);
  if (!forgeRepo || !rights || server.forgeFails(`GET /api/v1/repositories/${id}`))
    throw new WpRefusal(500, 'Could not fetch repository from forge.');
  if (!rights.admin) throw new WpRefusal(403, 'User has to be a admin of this repository');
  sendJson(call, wire.repo(server, activate(server, forgeRepo, user)));
}

function remove(call: Call, repo: WpRepo): void {
  const { state } = call;
  for (const pipeline of [...state.pipelinesOf(repo.id)]) state.removePipeline(pipeline);
  state.repos = state.repos.filter((one) => one !== repo);
  state.perms = state.perms.filter((row) => row.repoId !== repo.id);
  state.secrets = state.secrets.filter((one) => one.repoId !== repo.id);
  state.registries = state.registries.filter((one) => one.repoId !== repo.id);
  state.crons = state.crons.filter((one) => one.repoId !== repo.id);
}

/** Every field is checked before any is written; what is absent stays. */
function change(call: Call, repo: WpRepo): void {
  const user = signedIn(call);
  const body = jsonBody(call);
  const next = { ...repo };
  const minutes = number(body, 'timeout');
  if (minutes !== undefined) {
    if (minutes < 1) throw new WpRefusal(400, 'Timeout must be at least 1 minute');
    if (minutes > longest && !user.admin)
      throw new WpRefusal(403, `Timeout is not allowed to be higher than max timeout (${longest} min)`);
    next.timeout = minutes;
  }
  next.trusted = trustedOf(call, user, repo, body);
  const approval = text(body, 'require_approval') ?? gated(call, body);
  if (approval !== undefined) {
    const known = approvals.find((one) => one === approval);
    if (!known) throw new WpRefusal(400, 'Invalid require-approval setting');
    next.approval = known;
  }
  const visibility = text(body, 'visibility');
  if (visibility !== undefined) {
    const known = visibilities.find((one) => one === visibility);
    if (!known) throw new WpRefusal(400, 'Invalid visibility type');
    next.visibility = known;
  }
  const previous = texts(body, 'cancel_previous_pipeline_events');
  if (previous)
    next.cancelPrevious = previous.filter((one): one is WpEvent => wpEvents.some((e) => e === one));
  next.approvalAllowedUsers = texts(body, 'approval_allowed_users') ?? repo.approvalAllowedUsers;
  next.netrcTrusted = texts(body, 'netrc_trusted') ?? repo.netrcTrusted;
  next.configFile = text(body, 'config_file') ?? repo.configFile;
  next.allowPull = flag(body, 'allow_pr') ?? repo.allowPull;
  next.allowDeploy = flag(body, 'allow_deploy') ?? repo.allowDeploy;
  Object.assign(repo, next);
  if (call.user && !call.state.perm(call.user.id, repo.id)) syncPerm(call.server, call.user, repo);
}

/** 2.8 still takes its old boolean. */
function gated(call: Call, body: Record<string, unknown>): Approval | undefined {
  const old = call.server.isOld ? flag(body, 'gated') : undefined;
  return old === undefined ? undefined : old ? 'all_events' : 'none';
}

/** Only administrators of the instance may change any of these. */
function trustedOf(call: Call, user: WpUser, repo: WpRepo, body: Record<string, unknown>): WpRepo['trusted'] {
  const old = call.server.isOld ? flag(body, 'trusted') : undefined;
  const given =
    old !== undefined
      ? { network: old, volumes: old, security: old }
      : typeof body.trusted === 'object' && body.trusted !== null
        ? { ...body.trusted }
        : {};
  const wanted = { ...repo.trusted };
  for (const key of ['network', 'volumes', 'security'] as const)
    wanted[key] = flag(given as Record<string, unknown>, key) ?? wanted[key];
  const changed = JSON.stringify(wanted) !== JSON.stringify(repo.trusted);
  if (changed && !user.admin) throw new WpRefusal(403, 'Insufficient privileges');
  return wanted;
}
