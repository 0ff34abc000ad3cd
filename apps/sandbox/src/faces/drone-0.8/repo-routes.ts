import { D8Refusal } from '../../drone-0.8/actions.ts';
import type { D8Repo } from '../../drone-0.8/model.ts';
import { activate, addHook, readAgain } from '../../drone-0.8/repositories.ts';
import { flag, number, send, text } from '../go-server.ts';
import type { Router } from '../router.ts';
import { repoFor, signedIn } from './access.ts';
import { type Call, jsonBody, sendJson } from './context.ts';
import { repoShape } from './shapes.ts';

const path = '/api/repos/{owner}/{name}';

/** Go's words for the forge's refusal of a webhook. */
const noHook = '403 Forbidden';

export function repoRoutes(router: Router<Call>): void {
  router.on('GET', path, (call) => sendJson(call, repoShape(repoFor(call, 'pull'))));
  router.on('POST', path, (call) => {
    const repo = repoFor(call, 'admin');
    if (repo.active) throw new D8Refusal(409, 'Repository is already active.');
    if (!activate(call.server, repo, signedIn(call))) throw new D8Refusal(500, noHook);
    sendJson(call, repoShape(repo));
  });
  router.on('PATCH', path, patch);
  router.on('DELETE', path, (call) => {
    const repo = repoFor(call, 'admin');
    repo.active = false;
    repo.userId = 0;
    // Its webhook stays on the forge: the driver for Gogs removes none.
    if (call.query.get('remove') === 'true') call.state.removeRepo(repo);
    sendJson(call, repoShape(repo));
  });
  router.on('POST', `${path}/chown`, (call) => {
    const repo = repoFor(call, 'admin');
    repo.userId = signedIn(call).id;
    sendJson(call, repoShape(repo));
  });
  router.on('POST', `${path}/repair`, (call) => {
    const repo = repoFor(call, 'admin');
    if (!addHook(call.server, repo, signedIn(call))) throw new D8Refusal(500, noHook);
    readAgain(call.server, repo);
    send(call, 200, undefined, '');
  });
  router.on('POST', `${path}/move`, move);
}

function patch(call: Call): void {
  const repo = repoFor(call, 'admin');
  const body = jsonBody(call);
  const isAdmin = call.server.isAdmin(signedIn(call).login);
  if (!isAdmin && ('trusted' in body || 'timeout' in body))
    throw new D8Refusal(403, 'Insufficient privileges');
  const visibility = text(body, 'visibility');
  if (visibility !== undefined && !isVisibility(visibility))
    throw new D8Refusal(400, 'Invalid visibility type');
  repo.visibility = visibility ?? repo.visibility;
  repo.allowPush = flag(body, 'allow_push') ?? repo.allowPush;
  repo.allowPull = flag(body, 'allow_pr') ?? repo.allowPull;
  // In the singular, unlike the keys of the answer.
  repo.allowDeploy = flag(body, 'allow_deploy') ?? repo.allowDeploy;
  repo.allowTag = flag(body, 'allow_tag') ?? repo.allowTag;
  repo.gated = flag(body, 'gated') ?? repo.gated;
  repo.trusted = flag(body, 'trusted') ?? repo.trusted;
  repo.timeout = number(body, 'timeout') ?? repo.timeout;
  repo.config = text(body, 'config_file') ?? repo.config;
  repo.counter = number(body, 'build_counter') ?? repo.counter;
  sendJson(call, repoShape(repo));
}

const isVisibility = (text: string): text is Exclude<D8Repo['visibility'], ''> =>
  text === 'public' || text === 'private' || text === 'internal';

function move(call: Call): void {
  const repo = repoFor(call, 'admin');
  const [owner = '', name = '', ...rest] = (call.query.get('to') ?? '').split('/');
  const found = call.server.world.forge.repository(owner, name);
  if (!found || rest.length > 0) throw new D8Refusal(500);
  repo.owner = found.owner;
  repo.name = found.name;
  if (!addHook(call.server, repo, signedIn(call))) throw new D8Refusal(500, noHook);
  readAgain(call.server, repo);
  send(call, 200, undefined, '');
}
