import type { D8Proc } from '../../drone-0.8/model.ts';
import { slugOf } from '../../drone-0.8/model.ts';
import { lineShape } from '../../drone-0.8/state.ts';
import type { GoWriter } from '../go.ts';
import { goJson } from '../go.ts';
import type { Router } from '../router.ts';
import { closeStream, openStream, pings, writeData } from '../sse.ts';
import { repoFor } from './access.ts';
import { type Call, intParam } from './context.ts';
import { buildShape, noProc, repoShape } from './shapes.ts';

function open(call: Call, kind: 'events' | 'log'): { writer: GoWriter } & ReturnType<typeof pings> {
  const { response, context, path, server } = call;
  response.removeHeader('x-drone-version');
  const writer = openStream(response, context.streams, { kind, path, cache: 'no-cache' });
  return { writer, ...pings(server.world.clock, writer, () => server.up) };
}

export function streamRoutes(router: Router<Call>): void {
  router.on('GET', '/stream/events', events);
  router.on('GET', '/stream/logs/{owner}/{name}/{number}/{pid}', log);
}

function events(call: Call): void {
  const { server, state, user } = call;
  // Decided once, when the stream opens; what the forge shows to all goes to all.
  const own = new Set(user ? state.reposOf(user.id).map(slugOf) : []);
  const { writer, beat, stop } = open(call, 'events');
  const leave = server.onEvent(({ type, repo, build, flat }) => {
    if (repo.private && !own.has(slugOf(repo))) return;
    beat();
    const told = {
      ...{ type, repo: repoShape(repo), build: buildShape(build, flat ? 'flat' : 'tree') },
      proc: noProc,
    };
    writeData(writer, goJson(told).trimEnd());
  });
  call.response.on('close', () => {
    leave();
    stop();
  });
}

/** The lines of all steps of one pipeline. */
function log(call: Call): void {
  const repo = repoFor(call, 'pull');
  const { writer, beat, stop } = open(call, 'log');
  const close = (why: string): void => {
    stop();
    closeStream(call.response, writer, 'error', why);
  };
  // Whatever is wrong is told in the stream: its status is 200 by now.
  const proc = streamable(call, repo.id);
  // A step has none of its own, and a restart of the server forgot them all.
  const live = typeof proc === 'string' ? undefined : call.server.liveLogs.get(proc.id);
  if (!live) {
    close(typeof proc === 'string' ? proc : 'eof');
    return;
  }
  // By count of this connection, not by the number of the line.
  const last = Number(call.request.headers['last-event-id'] ?? 0) || 0;
  let count = 0;
  const leave = live.subscribe({
    deliver(line) {
      beat();
      count += 1;
      if (count <= last) return;
      writer.write(`id: ${count}\ndata: ${goJson(lineShape(line)).trimEnd()}\n\n`);
      writer.flush();
    },
    end: () => close('eof'),
  });
  call.response.on('close', () => {
    leave();
    stop();
  });
}

/** The part whose lines are asked for, or why there are none. */
function streamable(call: Call, repoId: number): D8Proc | string {
  const build = call.state.build(repoId, intParam(call, 'number') ?? 0);
  if (!build) return 'build not found';
  const proc = call.state.proc(build, intParam(call, 'pid') ?? 0);
  if (!proc) return 'process not found';
  return proc.state === 'running' ? proc : 'stream not found';
}
