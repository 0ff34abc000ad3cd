import { WpRefusal } from '../../woodpecker/actions.ts';
import type { WpAgentRow } from '../../woodpecker/model.ts';
import { queueInfo } from '../../woodpecker/queue.ts';
import { orgOf } from '../../woodpecker/repositories.ts';
import { flag, send, text } from '../go-server.ts';
import type { Router } from '../router.ts';
import { instanceAdmin } from './access.ts';
import { type Call, intParam, jsonBody, orNull, pageOf, sendJson, sendNothing } from './context.ts';
import { wire } from './wire.ts';

/** What only administrators of the instance may see. */
export function adminRoutes(router: Router<Call>): void {
  // Pending and running ones, also those that no queue knows.
  router.on('GET', '/api/pipelines', (call) => {
    instanceAdmin(call);
    const open = call.state.openPipelines().reverse();
    sendJson(
      call,
      open.map((one) => wire.feed(call.server, one, true)),
    );
  });
  router.on('GET', '/api/queue/info', (call) => {
    instanceAdmin(call);
    const info = queueInfo(call.server, call.context.agents, (task) => wire.task(call.server, task));
    send(call, 200, 'application/json; charset=utf-8', JSON.stringify(info, null, 4));
  });
  router.on('POST', '/api/queue/pause', (call) => {
    instanceAdmin(call);
    call.server.queuePaused = true;
    sendNothing(call);
  });
  router.on('POST', '/api/queue/resume', (call) => {
    instanceAdmin(call);
    call.server.queuePaused = false;
    call.server.wake();
    sendNothing(call);
  });
  agents(router);
  users(router);
}

function agents(router: Router<Call>): void {
  const one = (call: Call): WpAgentRow => {
    instanceAdmin(call);
    const found = call.state.agents.find((row) => row.id === intParam(call, 'agent'));
    if (!found) throw new WpRefusal(404);
    return found;
  };
  router.on('GET', '/api/agents', (call) => {
    instanceAdmin(call);
    const rows = pageOf(call, call.state.agents);
    sendJson(call, orNull(rows.map((row) => wire.agent(call.server, row))));
  });
  router.on('GET', '/api/agents/{agent}', (call) => sendJson(call, wire.agent(call.server, one(call))));
  router.on('PATCH', '/api/agents/{agent}', (call) => {
    const row = one(call);
    const body = jsonBody(call);
    // Both are overwritten, whether sent or not.
    row.name = text(body, 'name') ?? '';
    row.noSchedule = flag(body, 'no_schedule') ?? false;
    call.server.wake();
    sendJson(call, wire.agent(call.server, row));
  });
  router.on('GET', '/api/agents/{agent}/tasks', (call) => {
    const row = one(call);
    const info = queueInfo(call.server, call.context.agents, (task) => wire.task(call.server, task));
    const own = info.running.filter((task) => 'agent_id' in task && task.agent_id === row.id);
    sendJson(call, orNull(own));
  });
}

function users(router: Router<Call>): void {
  router.on('GET', '/api/users', (call) => {
    instanceAdmin(call);
    sendJson(call, orNull(pageOf(call, call.state.users).map((user) => wire.user(call.server, user, true))));
  });
  router.on('POST', '/api/users', (call) => {
    instanceAdmin(call);
    const body = jsonBody(call);
    const login = text(body, 'login') ?? '';
    if (!/^[\w.-]{1,250}$/.test(login)) throw new WpRefusal(400, 'Invalid login');
    if (call.state.user(login)) throw new WpRefusal(500);
    const user = {
      id: call.state.nextId('user'),
      forgeRemoteId: '',
      login,
      email: text(body, 'email') ?? '',
      avatar: text(body, 'avatar_url') ?? '',
      // Asked for here, it is not given.
      admin: false,
      orgId: orgOf(call.server, login, true).id,
      hash: call.server.world.random.text(32),
    };
    call.state.users.push(user);
    sendJson(call, wire.user(call.server, user));
  });
  router.on('GET', '/api/users/{login}', (call) => {
    instanceAdmin(call);
    const user = call.state.user(call.params.login ?? '');
    if (!user) throw new WpRefusal(404);
    sendJson(call, wire.user(call.server, user));
  });
}
