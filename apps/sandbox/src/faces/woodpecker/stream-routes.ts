import type { LogEntry, WpRepo, WpStep } from '../../woodpecker/model.ts';
import { type GoWriter, goJson } from '../go.ts';
import type { Router } from '../router.ts';
import { closeStream, openStream, pings, writeData } from '../sse.ts';
import { repoFor } from './access.ts';
import type { Call } from './context.ts';
import { logShape } from './shapes.ts';
import { wire } from './wire.ts';

function open(call: Call, kind: 'events' | 'log'): { writer: GoWriter } & ReturnType<typeof pings> {
  const { response, context, path, server } = call;
  const cache = kind === 'events' ? 'no-store' : 'no-cache';
  const writer = openStream(response, context.streams, { kind, path, cache });
  return { writer, ...pings(server.world.clock, writer, () => server.up) };
}

export function streamRoutes(router: Router<Call>): void {
  router.on('GET', '/api/stream/events', events);
  router.on('GET', '/api/stream/logs/{repo}/{number}/{step}', log);
}

function events(call: Call): void {
  const { server, state, user } = call;
  // Decided once, when the stream opens. What the forge shows to all goes to all, whatever the server's own setting.
  const own = new Set(
    user
      ? state.repos.filter((repo) => repo.active && state.perm(user.id, repo.id)).map((repo) => repo.id)
      : [],
  );
  const { writer, beat, stop } = open(call, 'events');
  const leave = server.events.subscribe(({ repo, pipeline }) => {
    if (repo.private && !own.has(repo.id)) return;
    beat();
    const told = {
      repo: wire.repo(server, repo),
      pipeline: wire.pipeline(server, pipeline, { raw: true, workflows: true }),
    };
    writeData(writer, goJson(told).trimEnd());
  });
  call.response.on('close', () => {
    leave();
    stop();
  });
}

function log(call: Call): void {
  const repo = repoFor(call, 'pull');
  const { server } = call;
  const { writer, beat, stop } = open(call, 'log');
  const close = (event: string, data: string): void => {
    stop();
    closeStream(call.response, writer, event, data);
  };
  // Whatever is wrong is told in the stream: its status is 200 by now.
  const step = streamable(call, repo);
  if (typeof step === 'string') {
    close('error', step);
    return;
  }
  // By count of this connection, not by the number of the line.
  let skip = Number(call.request.headers['last-event-id'] ?? 0) || 0;
  let count = 0;
  const leave = server.openLog(step.id).subscribe({
    deliver(entries: readonly LogEntry[]) {
      beat();
      for (const entry of entries) {
        count += 1;
        if (skip > 0) {
          skip -= 1;
          continue;
        }
        writer.write(`id: ${count}\ndata: ${goJson(logShape(entry, step.id)).trimEnd()}\n\n`);
        writer.flush();
      }
    },
    end: () => (server.isOld ? close('error', 'eof') : close('eof', 'eof')),
  });
  call.response.on('close', () => {
    leave();
    stop();
  });
}

/** The step whose log is asked for, or why it cannot be streamed. */
function streamable({ state, params }: Call, repo: WpRepo): WpStep | string {
  const number = Number(params.number);
  if (!Number.isInteger(number)) return 'pipeline number invalid';
  const pipeline = state.pipeline(repo.id, number);
  if (!pipeline) return 'pipeline not found';
  const id = Number(params.step);
  if (!Number.isInteger(id)) return 'step id invalid';
  const step = state.step(pipeline, id);
  if (!step) return 'process not found';
  return step.state === 'pending' || step.state === 'running' ? step : 'step not running (anymore)';
}
