import { runCron } from '../../ci/actions.ts';
import { CiError } from '../../ci/build-input.ts';
import { nextRun } from '../../ci/cron-time.ts';
import type { CiCron, CiRepository } from '../../world/model.ts';
import { goJsonFault } from '../go.ts';
import { flag, text } from '../go-server.ts';
import type { Router } from '../router.ts';
import { repositoryFor } from './access.ts';
import { sendStarted } from './build-routes.ts';
import { type Call, jsonBody, noSuchRow, sendJson, sendNothing } from './context.ts';
import { cronShape } from './shapes.ts';

const path = '/api/repos/{owner}/{name}/cron';

const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '');

export function cronRoutes(router: Router<Call>): void {
  const own = (call: Call, repo: CiRepository): CiCron[] =>
    call.core.world.ci.crons
      .filter((cron) => cron.repoId === repo.id)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  const one = (call: Call, repo: CiRepository): CiCron => {
    const cron = own(call, repo).find((each) => each.name === call.params.cron);
    if (!cron) throw noSuchRow();
    return cron;
  };
  router.on('GET', path, (call) => {
    const repo = repositoryFor(call, 'write');
    sendJson(call, own(call, repo).map(cronShape));
  });
  router.on('POST', path, (call) => {
    const repo = repositoryFor(call, 'write');
    const body = jsonBody(call);
    const { ci, clock } = call.core.world;
    const name = slug(text(body, 'name') ?? '');
    const expr = text(body, 'expr') ?? '';
    const branch = text(body, 'branch') ?? '';
    const next = nextRun(expr, clock.seconds());
    if (next === undefined) throw new CiError(400, 'Invalid Cronjob Expression');
    if (name === '') throw new CiError(400, 'Invalid Cronjob Name');
    if (branch === '') throw new CiError(400, 'Invalid Cronjob Branch');
    if (own(call, repo).some((cron) => cron.name === name)) {
      throw new CiError(500, 'UNIQUE constraint failed: cron.cron_repo_id, cron.cron_name');
    }
    // `target` and `disabled` are ignored here; PATCH takes them.
    const cron: CiCron = {
      id: ci.nextId('cron'),
      repoId: repo.id,
      name,
      expr,
      next,
      prev: 0,
      branch,
      target: '',
      disabled: false,
      version: 0,
    };
    ci.crons.push(cron);
    sendJson(call, cronShape(cron));
  });
  router.on('GET', `${path}/{cron}`, (call) => {
    const repo = repositoryFor(call, 'write');
    sendJson(call, cronShape(one(call, repo)));
  });
  router.on('POST', `${path}/{cron}`, (call) => {
    const repo = repositoryFor(call, 'write');
    const cron = one(call, repo);
    return sendStarted(call, () => runCron(call.core.server, repo, cron));
  });
  router.on('PATCH', `${path}/{cron}`, (call) => {
    const repo = repositoryFor(call, 'write');
    const cron = one(call, repo);
    // A body that is not JSON changes nothing and is not refused.
    const body = goJsonFault(call.body) === undefined ? jsonBody(call) : {};
    cron.branch = text(body, 'branch') ?? cron.branch;
    cron.target = text(body, 'target') ?? cron.target;
    cron.disabled = flag(body, 'disabled') ?? cron.disabled;
    sendJson(call, cronShape(cron));
  });
  router.on('DELETE', `${path}/{cron}`, (call) => {
    const repo = repositoryFor(call, 'write');
    const cron = one(call, repo);
    const { ci } = call.core.world;
    ci.crons = ci.crons.filter((each) => each !== cron);
    sendNothing(call);
  });
}
