import { D8Refusal } from '../../drone-0.8/actions.ts';
import { type D8Proc, stepsOf } from '../../drone-0.8/model.ts';
import { send } from '../go-server.ts';
import type { Router } from '../router.ts';
import { buildOf, repoFor, signedIn } from './access.ts';
import { type Call, intParam, sendJson, sendNothing } from './context.ts';
import { buildShape } from './shapes.ts';

const path = '/api/repos/{owner}/{name}';
const perPage = 50;

/** What is read of builds, and their stored logs. */
export function buildRoutes(router: Router<Call>): void {
  router.on('GET', `${path}/builds`, (call) => {
    const repo = repoFor(call, 'pull');
    const page = call.query.get('page') ?? '1';
    if (!/^[+-]?\d+$/.test(page)) throw new D8Refusal(400);
    const from = Math.max(0, (Number(page) - 1) * perPage);
    sendJson(
      call,
      call.state
        .buildsOf(repo.id)
        .slice(from, from + perPage)
        .map((one) => buildShape(one, 'none')),
    );
  });
  router.on('GET', `${path}/builds/latest`, (call) => {
    const repo = repoFor(call, 'pull');
    const latest = call.state.lastPush(repo.id, call.query.get('branch') ?? repo.branch);
    if (!latest) throw new D8Refusal(500, 'sql: no rows in result set');
    sendJson(call, buildShape(latest, 'tree'));
  });
  router.on('GET', `${path}/builds/{number}`, (call) =>
    sendJson(call, buildShape(buildOf(call, repoFor(call, 'pull'), 500), 'tree')),
  );
  router.on('GET', `${path}/files/{number}`, (call) => {
    buildOf(call, repoFor(call, 'pull'), 500);
    sendJson(call, []);
  });
  router.on('GET', `${path}/logs/{number}/{pid}`, (call) => {
    const build = buildOf(call, repoFor(call, 'pull'));
    sendLog(call, call.state.proc(build, intParam(call, 'pid') ?? 0));
  });
  router.on('GET', `${path}/logs/{number}/{pid}/{proc}`, (call) => {
    const build = buildOf(call, repoFor(call, 'pull'));
    const parent = call.state.proc(build, intParam(call, 'pid') ?? 0);
    const name = call.params.proc;
    sendLog(call, parent && stepsOf(build, parent).find((one) => one.name === name));
  });
  router.on('DELETE', `${path}/logs/{number}`, purge);
}

function sendLog(call: Call, proc: D8Proc | undefined): void {
  const log = proc && call.state.storedLog(proc.id);
  if (log === undefined) throw new D8Refusal(404);
  send(call, 200, 'application/json', log);
}

/** A note takes the place of every log, of pipelines as well, which have none otherwise. */
function purge(call: Call): void {
  const build = buildOf(call, repoFor(call, 'push'));
  const { login } = signedIn(call);
  if (build.status === 'running' || build.status === 'pending')
    throw new D8Refusal(400, 'Cannot delete logs for a pending or running build');
  const when = unixDate(call.server.world.clock.now());
  for (const proc of build.procs) {
    const note = `logs purged by ${login} on ${when}\n`;
    const line = { proc: proc.name, pos: 0, out: note };
    call.state.saveText(proc.id, JSON.stringify([line], null, '\t'));
  }
  sendNothing(call);
}

/** As in `Sat Nov 21 03:05:51 UTC 2026`. */
function unixDate(ms: number): string {
  const [weekday = '', day = '', month = '', year = '', time = ''] = new Date(ms).toUTCString().split(/,? /);
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} UTC ${year}`;
}
