import { D8Refusal } from '../../drone-0.8/actions.ts';
import { slugOf } from '../../drone-0.8/model.ts';
import type { D8Task } from '../../drone-0.8/queue.ts';
import { badge } from '../drone/badge.ts';
import { send } from '../go-server.ts';
import type { Router } from '../router.ts';
import { siteAdmin } from './access.ts';
import { type Call, sendJson } from './context.ts';
import { feedShape } from './shapes.ts';

export function siteRoutes(router: Router<Call>): void {
  router.on('GET', '/version', (call) =>
    sendJson(call, { source: 'https://github.com/drone/drone', version: call.server.release }),
  );
  router.on('GET', '/healthz', (call) => send(call, 200, 'text/plain; charset=utf-8', ''));
  router.on('GET', '/api/badges/{owner}/{name}/status.svg', (call) => {
    const { state, params, query } = call;
    const repo = state.repoBySlug(`${params.owner}/${params.name}`);
    if (!repo) throw new D8Refusal(404);
    const build = state.lastPush(repo.id, query.get('branch') || repo.branch);
    const status = build?.status === 'killed' ? 'error' : build?.status;
    send(call, 200, 'image/svg+xml', badge(status === 'blocked' ? undefined : status));
  });
  // What is pending or running, oldest first, without ids.
  router.on('GET', '/api/builds', (call) => {
    siteAdmin(call);
    const open = call.state.allBuilds().filter((one) => one.status === 'pending' || one.status === 'running');
    sendJson(
      call,
      open.map((one) => feedShape(call.server.repoOf(one), one)),
    );
  });
  router.on('GET', '/api/info/queue', queue);
}

function queue(call: Call): void {
  siteAdmin(call);
  const { server, context } = call;
  const { pending, running } = server.queue;
  const info = {
    pending: pending.length > 0 ? pending.map((one) => taskShape(call, one)) : null,
    running: running.length > 0 ? running.map((one) => taskShape(call, one)) : null,
    stats: {
      worker_count: context.agents.idle(),
      pending_count: pending.length,
      running_count: running.length,
      completed_count: 0,
    },
  };
  // The one answer that is indented.
  const text = JSON.stringify(info, null, 4);
  send(call, 200, 'application/json; charset=utf-8', text);
}

/** `data` is all that the agent gets, its secrets in clear: whoever asks may see them. */
function taskShape({ server }: Call, { build, pipeline, labels }: D8Task): object {
  const plan = server.plans.get(pipeline.id);
  const steps = (plan?.groups ?? []).flat().map(({ name, script }) => ({
    ...{ name, environment: script.env },
  }));
  const data = { id: String(pipeline.id), repo: slugOf(server.repoOf(build)), config: { pipeline: steps } };
  return {
    id: String(pipeline.id),
    data: Buffer.from(JSON.stringify(data)).toString('base64'),
    labels: Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
