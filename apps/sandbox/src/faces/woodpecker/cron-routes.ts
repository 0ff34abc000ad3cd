import { runCron, WpRefusal } from '../../woodpecker/actions.ts';
import { cronFault, nextCron } from '../../woodpecker/cron-time.ts';
import type { WpCron, WpRepo } from '../../woodpecker/model.ts';
import { forgeRepoOf } from '../../woodpecker/perms.ts';
import { flag, text } from '../go-server.ts';
import type { Router } from '../router.ts';
import { repoFor, signedIn } from './access.ts';
import { sendFiltered } from './action-routes.ts';
import { type Call, intParam, jsonBody, orNull, pageOf, sendJson, sendNothing, textMap } from './context.ts';
import { wire } from './wire.ts';

export function cronRoutes(router: Router<Call>): void {
  const path = '/api/repos/{repo}/cron';
  const one = (call: Call, repo: WpRepo): WpCron => {
    const id = intParam(call, 'cron');
    const found = call.state.crons.find((each) => each.repoId === repo.id && each.id === id);
    if (!found) throw new WpRefusal(404);
    return found;
  };
  router.on('GET', path, (call) => {
    const repo = repoFor(call, 'push');
    const own = call.state.crons.filter((each) => each.repoId === repo.id);
    sendJson(call, orNull(pageOf(call, own).map((each) => wire.cron(call.server, each))));
  });
  router.on('POST', path, (call) => create(call, repoFor(call, 'push')));
  router.on('GET', `${path}/{cron}`, (call) =>
    sendJson(call, wire.cron(call.server, one(call, repoFor(call, 'push')))),
  );
  router.on('PATCH', `${path}/{cron}`, (call) => {
    const repo = repoFor(call, 'push');
    const cron = one(call, repo);
    const body = jsonBody(call);
    const schedule = text(body, 'schedule') || cron.schedule;
    const branch = text(body, 'branch') || cron.branch;
    check(call, repo, schedule, branch, 'updating');
    if (schedule !== cron.schedule) cron.nextExec = nextCron(schedule, call.server.seconds()) ?? 0;
    Object.assign(cron, {
      schedule,
      branch,
      name: text(body, 'name') || cron.name,
      enabled: flag(body, 'enabled') ?? cron.enabled,
      timezone: text(body, 'timezone') || cron.timezone,
      variables: textMap(body, 'variables') ?? cron.variables,
      creatorId: signedIn(call).id,
    });
    sendJson(call, wire.cron(call.server, cron));
  });
  router.on('DELETE', `${path}/{cron}`, (call) => {
    const cron = one(call, repoFor(call, 'push'));
    call.state.crons = call.state.crons.filter((each) => each !== cron);
    sendNothing(call);
  });
  // Run now: answered with the raw row, also when it was born with an error.
  router.on('POST', `${path}/{cron}`, (call) => {
    const repo = repoFor(call, 'push');
    const made = runCron(call.server, repo, one(call, repo));
    if (made) sendJson(call, wire.pipeline(call.server, made, { raw: true, workflows: true }));
    else sendFiltered(call);
  });
}

function check(call: Call, repo: WpRepo, schedule: string, branch: string, doing: string): void {
  const fault = cronFault(schedule);
  if (fault) throw new WpRefusal(422, `Error ${doing} cron. validate failed: ${fault}`);
  if (branch !== '' && !forgeRepoOf(call.server, repo)?.branches.has(branch))
    throw new WpRefusal(400, `Error ${doing} cron. branch not resolved: not found`);
}

function create(call: Call, repo: WpRepo): void {
  const body = jsonBody(call);
  const name = text(body, 'name') ?? '';
  const schedule = text(body, 'schedule') ?? '';
  const branch = text(body, 'branch') ?? '';
  const { state, server } = call;
  if (name === '') throw new WpRefusal(422, 'Error inserting cron. validate failed: name is required');
  check(call, repo, schedule, branch, 'inserting');
  if (state.crons.some((one) => one.repoId === repo.id && one.name === name))
    throw new WpRefusal(409, 'cron with this exists for this repo already');
  const now = server.seconds();
  const cron: WpCron = {
    id: state.nextId('cron'),
    name,
    repoId: repo.id,
    creatorId: signedIn(call).id,
    nextExec: nextCron(schedule, now) ?? 0,
    schedule,
    timezone: text(body, 'timezone') || 'UTC',
    created: now,
    branch,
    // Absent means off; before 3.13 there was no such thing.
    enabled: server.isOld || (flag(body, 'enabled') ?? false),
    variables: textMap(body, 'variables') ?? null,
  };
  state.crons.push(cron);
  sendJson(call, wire.cron(server, cron));
}
