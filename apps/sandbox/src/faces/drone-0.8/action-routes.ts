import {
  approve,
  approved,
  cancel,
  D8Refusal,
  decline,
  killZombie,
  restart,
  restarted,
} from '../../drone-0.8/actions.ts';
import type { Router } from '../router.ts';
import { buildOf, repoFor, signedIn } from './access.ts';
import { type Call, intParam, sendJson, sendNothing } from './context.ts';
import { buildShape } from './shapes.ts';

const path = '/api/repos/{owner}/{name}/builds/{number}';

/** What is done to builds. There is no way to start one: a POST to the list is an unknown path. */
export function actionRoutes(router: Router<Call>): void {
  router.on('POST', path, (call) => {
    const repo = repoFor(call, 'push');
    if (intParam(call, 'number') === undefined) throw new D8Refusal(400);
    const { query } = call;
    const build = restart(call.server, repo, buildOf(call, repo), {
      event: query.get('event') ?? undefined,
      deployTo: query.get('deploy_to') ?? undefined,
      extra: Object.fromEntries(
        [...query].filter(([key]) => !['fork', 'event', 'deploy_to'].includes(key)).reverse(),
      ),
    });
    // Side by side here, as a tree everywhere else.
    sendJson(call, buildShape(build, 'flat'), 202);
    restarted(call.server, build);
  });
  router.on('POST', `${path}/approve`, (call) => {
    const build = buildOf(call, repoFor(call, 'push'));
    approve(call.server, build, signedIn(call));
    sendJson(call, buildShape(build, 'none'));
    approved(call.server, build);
  });
  router.on('POST', `${path}/decline`, (call) => {
    const build = buildOf(call, repoFor(call, 'push'));
    decline(call.server, build, signedIn(call));
    sendJson(call, buildShape(build, 'none'));
  });
  router.on('DELETE', path, (call) => {
    killZombie(call.server, buildOf(call, repoFor(call, 'admin')));
    sendNothing(call);
  });
  router.on('DELETE', `${path}/{pid}`, (call) => {
    const build = buildOf(call, repoFor(call, 'push'));
    const proc = call.state.proc(build, intParam(call, 'pid') ?? 0);
    if (!proc) throw new D8Refusal(404);
    cancel(call.server, proc);
    sendNothing(call);
  });
}
